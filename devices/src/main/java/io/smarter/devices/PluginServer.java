package io.smarter.devices;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.cri.GrpcServer;
import io.smarter.cri.GrpcServer.Answers;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.deviceplugin.AllocateRequest;
import io.smarter.cri.deviceplugin.Empty;
import io.smarter.cri.deviceplugin.PreferredAllocationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Offers one resource to the node's kubelet as a device plugin (v1beta1), on a socket of its own, as the API gives a plugin no
 * other way to tell which of its resources is meant. What fails is tried again, at longer and longer intervals, and concerns no
 * other resource. Safe for use by many threads.
 */
final class PluginServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    private static final String SERVICE = "/v1beta1.DevicePlugin/";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Kubelet kubelet;
    private final Path socket;
    private final Allocation allocation;
    private final Runnable changed;
    private final Thread thread;
    private Offered offered;
    private State state = new State.Failing("it was not registered yet");
    private long attempts;
    private long failures;
    private boolean again;
    private int streams;

    /** How it stands with a resource's registration. */
    sealed interface State {
        /** The kubelet follows it. */
        record Registered() implements State {}

        /** There is no kubelet. */
        record NoKubelet(Path folder) implements State {}

        /** It is tried again. */
        record Failing(String why) implements State {}

        /** Why the kubelet does not know of it; empty when it does. */
        default String trouble() {
            return switch (this) {
                case Registered _ -> "";
                case NoKubelet(var folder) -> "there is no kubelet at " + folder;
                case Failing(var why) -> why;
            };
        }
    }

    /** Is asked whether shares may be given. */
    @FunctionalInterface
    interface Allocation {
        boolean isAllowed(Offer offer, Collection<String> ids);
    }

    /** @param changed called whenever {@link #registration} is another one */
    PluginServer(Kubelet kubelet, Offered offered, Allocation allocation, Runnable changed) {
        this.kubelet = kubelet;
        this.offered = offered;
        this.allocation = allocation;
        this.changed = changed;
        socket = kubelet.socketOf(offered.name());
        thread = Thread.ofVirtual().name("plugin " + offered.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** What there is of it from now on. */
    synchronized void tell(Offered now) {
        offered = now;
        notifyAll();
    }

    /** Has it registered again, as with a kubelet that just started. */
    synchronized void registerAgain() {
        again = true;
        notifyAll();
    }

    synchronized DevicesStatus.Registration registration() {
        return new DevicesStatus.Registration(state.trouble(), attempts, failures);
    }

    /** Takes the resource back from the kubelet. */
    @Override
    public void close() {
        thread.interrupt();
    }

    // ---- registration

    private void run() {
        GrpcServer server = null;
        var pause = FIRST_PAUSE;
        try {
            while (true) {
                synchronized (this) {
                    again = false;
                    attempts++;
                }
                try {
                    server = listen(server);
                    kubelet.register(offered.name(), socket);
                    if (awaitEnd()) pause = FIRST_PAUSE;
                    else rest(pause);
                } catch (IOException e) {
                    state(
                            kubelet.isThere()
                                    ? new State.Failing(String.valueOf(e.getMessage()))
                                    : new State.NoKubelet(kubelet.folder()));
                    rest(pause);
                }
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        } catch (InterruptedException _) {
            // taken back
        } finally {
            close(server);
        }
    }

    /** The socket, made anew where somebody removed it, as a kubelet does that starts. */
    private GrpcServer listen(@Nullable GrpcServer before) throws IOException {
        if (before != null && Files.exists(socket)) return before;
        close(before);
        Files.deleteIfExists(socket); // left by one that was killed
        return GrpcServer.listen(
                socket,
                Map.of(
                        SERVICE + "GetDevicePluginOptions", Method.unary(Empty.parser(), _ -> Kubelet.OPTIONS),
                        SERVICE + "ListAndWatch", (_, answers) -> watch(answers),
                        SERVICE + "GetPreferredAllocation",
                                Method.unary(
                                        PreferredAllocationRequest.parser(),
                                        request -> PluginAnswers.preferred(current(), request)),
                        SERVICE + "Allocate",
                                Method.unary(
                                        AllocateRequest.parser(),
                                        request -> PluginAnswers.allocate(current(), allocation, request)),
                        SERVICE + "PreStartContainer", Method.unary(Empty.parser(), _ -> Empty.getDefaultInstance())));
    }

    private static void close(@Nullable GrpcServer server) {
        try {
            if (server != null) server.close();
        } catch (IOException e) {
            LOG.log(WARNING, "socket of a device plugin: {0}", e.getMessage());
        }
    }

    /**
     * Waits until the kubelet has gone, or another one is there.
     *
     * @return whether it followed the resource at all
     */
    private synchronized boolean awaitEnd() throws InterruptedException {
        long end = System.nanoTime() + LONGEST_PAUSE.toNanos();
        boolean followed = false;
        while (!again) {
            if (streams > 0) {
                if (!followed) state(new State.Registered());
                followed = true;
                wait();
            } else if (followed) {
                return true;
            } else {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    state(new State.Failing("the kubelet took the registration, and does not ask for the devices"));
                    return false;
                }
                wait(left / 1_000_000 + 1);
            }
        }
        return true;
    }

    /** Waits for a kubelet where there is none, and otherwise for a while. */
    private synchronized void rest(Duration pause) throws InterruptedException {
        long jittered = pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis());
        long end = System.nanoTime() + Duration.ofMillis(jittered).toNanos();
        while (!again) {
            if (state instanceof State.NoKubelet) {
                wait();
            } else {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) return;
                wait(left);
            }
        }
    }

    private void state(State now) {
        boolean another;
        synchronized (this) {
            another = !now.equals(state);
            state = now;
            if (!(now instanceof State.Registered)) failures++;
        }
        if (another) log(now);
        changed.run();
    }

    private void log(State now) {
        if (now instanceof State.Failing(var why))
            LOG.log(WARNING, "{0} is not offered; it is tried again: {1}", offered.name(), why);
        else if (now instanceof State.Registered) LOG.log(INFO, "{0} is offered", offered.name());
    }

    // ---- the kubelet's questions

    private synchronized Offered current() {
        return offered;
    }

    private void watch(Answers answers) throws IOException, InterruptedException {
        synchronized (this) {
            streams++;
            notifyAll();
        }
        try {
            Offered told = null;
            while (true) {
                Offered next;
                synchronized (this) {
                    while (offered.equals(told)) wait();
                    next = offered;
                }
                answers.send(PluginAnswers.devices(next));
                told = next;
            }
        } finally {
            synchronized (this) {
                streams--;
                notifyAll();
            }
        }
    }
}
