package io.smarter.devices;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import io.smarter.linux.ContainerDevices;
import io.smarter.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * What happens to running containers whose device goes or comes back: what the rule says, and an event on the pod. One after
 * another, on a thread of its own.
 */
final class Consequences implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");

    private final Path dev;
    private final Kubelet kubelet;
    private final RunningContainers containers;
    private final PodEvents events;
    private final @Nullable ApiClient api;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("consequences").factory());

    /** @param api null where nobody can be asked to end pods */
    Consequences(Path dev, Kubelet kubelet, RunningContainers containers, PodEvents events, @Nullable ApiClient api) {
        this.dev = dev;
        this.kubelet = kubelet;
        this.containers = containers;
        this.events = events;
        this.api = api;
    }

    /** Has it all happen, later. */
    void of(List<Turn> turns) {
        if (!turns.isEmpty() && kubelet.isThere()) thread.execute(() -> happen(turns));
    }

    private void happen(List<Turn> turns) {
        try {
            var told = kubelet.podResources();
            for (var turn : turns) {
                for (var holder : Holder.of(told, turn.offered().name(), turn.unit()::has)) happen(turn, holder);
            }
        } catch (IOException e) {
            LOG.log(WARNING, "who holds devices that went or came is not known: {0}", e.getMessage());
        }
    }

    private void happen(Turn turn, Holder holder) {
        var path = turn.unit().device().path();
        try {
            var running = containers.find(holder);
            if (running.isEmpty()) return;
            switch (turn) {
                case Turn.Lost lost -> lost(lost, holder, running.get());
                case Turn.Appeared appeared -> appeared(appeared, holder, running.get());
            }
        } catch (IOException e) {
            events.tell(holder, "", true, "DeviceFailed", "%s: %s".formatted(path, e.getMessage()));
        }
    }

    private void lost(Turn.Lost lost, Holder holder, RunningContainers.Running running) throws IOException {
        var device =
                "%s (%s)".formatted(lost.unit().device().path(), lost.offered().name());
        var done = switch (lost.offered().offer().rule().onLost()) {
            case OnLost.Leave _ -> "the container is left alone";
            case OnLost.Send(var signal) -> {
                Processes.signal(running.process(), signal.number());
                yield "the container got " + signal;
            }
            case OnLost.Restart _ -> "the container is restarted";
            case OnLost.Stop _ -> "the pod is ended";
        };
        events.tell(holder, running.uid(), true, "DeviceLost", "%s is gone; %s".formatted(device, done));
        switch (lost.offered().offer().rule().onLost()) {
            case OnLost.Restart _ -> later(() -> stop(holder, running));
            case OnLost.Stop _ -> later(() -> end(holder, running));
            case OnLost.Leave _, OnLost.Send _ -> {}
        }
    }

    /** What may take as long as a container wants to end keeps no other back. */
    private static void later(Runnable work) {
        Thread.ofVirtual().name("end of a holder").start(work);
    }

    private static void stop(Holder holder, RunningContainers.Running running) {
        try {
            running.runtime().stopContainer(running.id(), running.grace());
        } catch (IOException e) {
            LOG.log(WARNING, "{0}/{1} is not stopped: {2}", holder.namespace(), holder.pod(), e.getMessage());
        }
    }

    /** Where nobody takes the pod away, its container ends at least. */
    private void end(Holder holder, RunningContainers.Running running) {
        try {
            if (api == null) throw new IOException("there is no cluster");
            var precondition = Json.obj("preconditions", Json.obj("uid", running.uid()));
            api.delete(Resource.PODS, holder.namespace(), holder.pod(), precondition);
        } catch (IOException e) {
            LOG.log(
                    WARNING,
                    "{0}/{1} can't be deleted, so its container is stopped: {2}",
                    holder.namespace(),
                    holder.pod(),
                    e.getMessage());
            stop(holder, running);
        }
    }

    private void appeared(Turn.Appeared appeared, Holder holder, RunningContainers.Running running) throws IOException {
        var access = ContainerDevices.open();
        var grant = Grant.ofUnits(appeared.offered().offer(), List.of(appeared.unit()));
        for (var node : grant.nodes()) for (var file : files(node)) access.allow(running.process(), file);
        if (appeared.wasGone())
            events.tell(
                    holder,
                    running.uid(),
                    false,
                    "DeviceReturned",
                    "%s (%s) is there again, in the running container too"
                            .formatted(
                                    appeared.unit().device().path(),
                                    appeared.offered().name()));
    }

    /** The device files that a node comes to: itself, what a link leads to, or what is in a folder. */
    private List<ContainerDevices.Node> files(Rule.Node node) throws IOException {
        var host = dev.resolve(Path.of("/dev").relativize(Path.of(node.hostPath())));
        var real = host.toRealPath();
        if (!real.startsWith(dev.toRealPath())) throw new IOException(node.hostPath() + " leads out of /dev");
        var all = new ArrayList<ContainerDevices.Node>();
        try (var entries = Files.walk(real)) {
            for (var entry : (Iterable<Path>) entries::iterator) {
                var below = real.relativize(entry).toString();
                var place = below.isEmpty() ? node.containerPath() : node.containerPath() + "/" + below;
                if (DeviceScan.stat(entry) instanceof DeviceScan.Entry.Device)
                    all.add(ContainerDevices.Node.like(entry, place, node.permissions()));
            }
        }
        return all;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
