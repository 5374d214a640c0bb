package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ClientConfig;
import io.smarter.client.Informer;
import io.smarter.client.ListOptions;
import io.smarter.json.Json;
import io.smarter.linux.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Measures how soon a device that is plugged in, or unplugged, shows in the Node, with a block device that the kernel makes and
 * takes away ({@code zram}); then how soon many device files do, and what edge takes for them.
 */
public final class DevicesBench {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path ADD = Path.of("/sys/class/zram-control/hot_add");
    private static final Path REMOVE = Path.of("/sys/class/zram-control/hot_remove");
    private static final String NAMESPACE = "kube-system";
    private static final String CONFIG = "smarter-device-manager";
    private static final String MANY = "smarter-bench-";
    private static final String RULES = """
            - {devicematch: '^zram[0-9]+$', nummaxdevices: 1}
            - {devicematch: '^%s', nummaxdevices: 1}
            """.formatted(MANY);

    private final Options options;
    private final PrintStream out;
    private final NodeView node;

    /**
     * What is measured.
     *
     * @param kubeconfig the cloud's administrator
     * @param node the gateway
     * @param edge the process id of its edge
     * @param cycles how often a device is plugged in and unplugged
     * @param devices how many there are at once afterwards
     */
    public record Options(Path kubeconfig, String node, long edge, int cycles, int devices) {
        public Options {
            if (cycles < 1 || devices < 1)
                throw new IllegalArgumentException(
                        "cycles and devices must be 1 or more, were %d and %d".formatted(cycles, devices));
        }
    }

    private DevicesBench(Options options, PrintStream out, NodeView node) {
        this.options = options;
        this.out = out;
        this.node = node;
    }

    /**
     * Measures and prints. Makes the ConfigMap with the rules, and takes it away again.
     *
     * @throws IOException if there are rules already, or something does not show within half a minute
     */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        try (var api = new ApiClient(ClientConfig.kubeconfig(options.kubeconfig()))) {
            makeRules(api);
            var which = ListOptions.fields("metadata.name=" + options.node());
            var view = new NodeView();
            try (var _ = Informer.start(api, Resource.NODES, "", which, view)) {
                var bench = new DevicesBench(options, out, view);
                bench.plugAndUnplug();
                bench.many();
            } finally {
                api.delete(Resource.CONFIG_MAPS, NAMESPACE, CONFIG, Json.Obj.EMPTY);
            }
        }
    }

    private static void makeRules(ApiClient api) throws IOException {
        var map = Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Json.obj("name", CONFIG, "namespace", NAMESPACE),
                "data",
                Json.obj("conf.yaml", RULES));
        try {
            api.create(Resource.CONFIG_MAPS, NAMESPACE, map);
        } catch (ApiException e) {
            throw new IOException("rules of devices are left alone, so nothing is measured: " + e.getMessage(), e);
        }
    }

    private void plugAndUnplug() throws IOException, InterruptedException {
        var plugged = new ArrayList<Duration>();
        var unplugged = new ArrayList<Duration>();
        awaitRules();
        int before = node.changes();
        for (int i = 0; i < options.cycles(); i++) {
            long start = System.nanoTime();
            var number = Files.readString(ADD).strip();
            try {
                plugged.add(node.await("zram" + number, start, 1));
            } finally {
                start = System.nanoTime();
                Files.writeString(REMOVE, number);
            }
            unplugged.add(node.await("zram" + number, start, 0));
        }
        out.printf(
                "%,d times plugged in and unplugged; %,d changes of the Node's zram devices seen, %,d expected%n",
                options.cycles(), node.changes() - before, 2 * options.cycles());
        out.printf("  %-34s %8s %8s %8s  ms%n", "until the Node tells", "p50", "p90", "p99");
        out.printf("  %-34s %s%n", "plugged in", Percentiles.of(plugged).millis());
        out.printf("  %-34s %s%n", "unplugged", Percentiles.of(unplugged).millis());
    }

    /** The rules are in force when a device that is there already shows. */
    private void awaitRules() throws IOException, InterruptedException {
        var file = make(MANY + "first");
        try {
            node.await(MANY + "first", System.nanoTime(), 1);
        } finally {
            Files.delete(file);
        }
        node.await(MANY + "first", System.nanoTime(), 0);
    }

    /** All appear at once: files that are elsewhere in the same file system are moved. */
    private void many() throws IOException, InterruptedException {
        var folder = Files.createDirectory(Path.of("/dev/.smarter-bench"));
        var files = new ArrayList<Path>();
        try {
            for (int i = 0; i < options.devices(); i++) files.add(make(".smarter-bench/" + i));
            long bytes = Processes.residentBytes(options.edge());
            long start = System.nanoTime();
            for (int i = 0; i < files.size(); i++) files.set(i, Files.move(files.get(i), Path.of("/dev", MANY + i)));
            var took = node.awaitCount(MANY, start, options.devices());
            out.printf(
                    "%,d devices at once: all in the Node after %,d ms; edge resident %.1f MiB before, %.1f after%n",
                    options.devices(),
                    took.toMillis(),
                    bytes / 1048576.0,
                    Processes.residentBytes(options.edge()) / 1048576.0);
            var used = Processes.used(options.edge());
            Thread.sleep(Duration.ofSeconds(30));
            out.printf(
                    "  idle for 30 s with them: %d ms of processor time%n",
                    Processes.used(options.edge()).minus(used).toMillis());
        } finally {
            for (var file : files) Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /** A device file that reads as empty: the numbers of {@code /dev/null}. */
    private static Path make(String name) throws IOException, InterruptedException {
        var file = Path.of("/dev", name);
        int status = new ProcessBuilder("mknod", file.toString(), "c", "1", "3")
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) throw new IOException("mknod %s: status %d".formatted(file, status));
        return file;
    }

    /** The Node's devices as somebody who watches is told. */
    private static final class NodeView implements Informer.Listener {
        private static final String PREFIX = "smarter-devices/";

        private Json.Obj allocatable = Json.Obj.EMPTY;
        private int changes;

        @Override
        public synchronized void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
            var next = now == null ? Json.Obj.EMPTY : now.object("status", "allocatable");
            for (var name : next.members().keySet())
                if (name.startsWith(PREFIX + "zram") && amount(next, name) != amount(allocatable, name)) changes++;
            allocatable = next;
            notifyAll();
        }

        private static long amount(Json.Obj amounts, String name) {
            var text = amounts.textOrEmpty(name);
            return text.isEmpty() ? 0 : Long.parseLong(text);
        }

        synchronized int changes() {
            return changes;
        }

        Duration await(String device, long start, long amount) throws IOException, InterruptedException {
            return await(device, start, all -> amount(all, PREFIX + device) == amount);
        }

        Duration awaitCount(String prefix, long start, int count) throws IOException, InterruptedException {
            return await(prefix, start, all -> count(all, prefix) >= count);
        }

        private static long count(Json.Obj all, String prefix) {
            return all.members().keySet().stream()
                    .filter(name -> name.startsWith(PREFIX + prefix) && amount(all, name) == 1)
                    .count();
        }

        private synchronized Duration await(String what, long start, Predicate<Json.Obj> condition)
                throws IOException, InterruptedException {
            while (!condition.test(allocatable)) {
                long left = PATIENCE.toMillis() - (System.nanoTime() - start) / 1_000_000;
                if (left <= 0) throw new IOException("the Node does not tell of %s as expected".formatted(what));
                wait(left);
            }
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }
}
