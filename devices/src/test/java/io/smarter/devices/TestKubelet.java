package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.deviceplugin.Admission;
import io.smarter.deviceplugin.DeviceChange;
import io.smarter.deviceplugin.DeviceCount;
import io.smarter.deviceplugin.DevicePlugins;
import io.smarter.deviceplugin.DeviceStore;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The gateway's own kubelet for devices, which remembers pods while it is away. */
final class TestKubelet implements DevicePlugins.Node, DeviceStore, AutoCloseable {
    private static final long PATIENCE = 20_000_000_000L;

    private final Path root;
    private final List<Pod> pods = new CopyOnWriteArrayList<>();
    private Json.@Nullable Obj kept;
    private @Nullable DevicePlugins plugins;

    TestKubelet(Path root) {
        this.root = root;
    }

    void start() throws IOException {
        var started = new DevicePlugins(this, this, "boot", Clock.systemUTC());
        plugins = started;
        started.serve(root);
    }

    @Override
    public void close() {
        running().close();
    }

    private DevicePlugins running() {
        var current = plugins;
        if (current == null) throw new IllegalStateException("the kubelet was not started");
        return current;
    }

    Map<String, DeviceCount> counts() {
        return running().counts();
    }

    /** How many of a resource can be had; 0 when it is unknown. */
    int allocatable(String resource) {
        var count = counts().get(resource);
        return count == null ? 0 : count.allocatable();
    }

    /** Waits until what is offered is as it should be. */
    void await(String what, Predicate<Map<String, DeviceCount>> condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE;
        synchronized (this) {
            while (!condition.test(counts())) {
                long left = (end - System.nanoTime()) / 1_000_000;
                assertThat(left).as("%s; there are %s", what, counts()).isPositive();
                wait(Math.min(left, 100)); // what is told without a change is seen by this
            }
        }
    }

    /** Gives a pod with one container some of a resource. */
    Admission admit(String pod, String resource, int count) {
        var limits = Json.obj(resource, count);
        var wanted = new Pod(Json.obj(
                "metadata",
                Json.obj("uid", pod, "name", pod, "namespace", "farm"),
                "spec",
                Json.obj("containers", Json.arr(Json.obj("name", "app", "resources", Json.obj("limits", limits))))));
        pods.removeIf(old -> old.uid().equals(pod));
        pods.add(wanted);
        return running().admit(wanted);
    }

    ContainerAllocateResponse allotted(String pod) {
        var found =
                pods.stream().filter(one -> one.uid().equals(pod)).findFirst().orElseThrow();
        return running().allotted(found, "app").getFirst();
    }

    void end(String pod) {
        pods.removeIf(one -> one.uid().equals(pod));
        running().free(pod);
    }

    @Override
    public List<Pod> pods() {
        return pods;
    }

    @Override
    public boolean offers(String resource) {
        return false;
    }

    @Override
    public synchronized void changed(DeviceChange change) {
        notifyAll();
    }

    @Override
    public synchronized Json.@Nullable Obj read() {
        return kept;
    }

    @Override
    public synchronized void write(Json.Obj content) {
        kept = content;
    }
}
