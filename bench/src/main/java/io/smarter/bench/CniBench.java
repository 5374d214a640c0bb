package io.smarter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.linux.NetworkNamespace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Measures what it takes to attach a pod and to take it off: our plugin beside the stock chain (bridge, host-local, portmap,
 * firewall), in turns, in one namespace that stands for the node. The clock runs from the start of the first program to the end
 * of the last one, as in the runtime.
 */
public final class CniBench {
    private static final String NODE = "smb-node";
    private static final String POD = "smb-pod";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final String VERSION = "1.0.0";
    private static final long PATIENCE_SECONDS = 20;
    private static final int WARM_UP = 5;

    /**
     * What is measured.
     *
     * @param edge a command line that runs the network of a node but for its options
     * @param plugin our plugin's program
     * @param stock the folder of the stock plugins
     * @param folder for the files of both
     * @param runs how many pods each attaches
     */
    public record Options(List<String> edge, Path plugin, Path stock, Path folder, int runs) {}

    private final Options options;
    private final List<Duration> ourAdds = new ArrayList<>();
    private final List<Duration> ourDeletes = new ArrayList<>();
    private final List<Duration> stockAdds = new ArrayList<>();
    private final List<Duration> stockDeletes = new ArrayList<>();

    private CniBench(Options options) {
        this.options = options;
    }

    /** Measures and prints. Needs root. */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        var bench = new CniBench(options);
        ip("netns", "add", NODE);
        try {
            ip("-n", NODE, "link", "set", "lo", "up");
            var edge = bench.start();
            try {
                bench.measure();
            } finally {
                edge.destroy();
                if (!edge.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) edge.destroyForcibly();
            }
        } finally {
            ip("netns", "del", NODE);
        }
        bench.print(out);
    }

    private Process start() throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip", "netns", "exec", NODE));
        command.addAll(options.edge);
        command.addAll(List.of(
                "--state=" + options.folder.resolve("state"),
                "--run=" + options.folder.resolve("run"),
                "--cni-conf-dir=" + options.folder.resolve("net.d"),
                "--cni-bin-dir=" + options.folder.resolve("bin"),
                "--cni-plugin=" + options.plugin,
                "--runtime=" + options.folder.resolve("none.sock")));
        var log = options.folder.resolve("edge.log").toFile();
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
        builder.environment().put("NODE_NAME", NODE);
        var process = builder.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(options.folder.resolve("run/cni.sock"))) {
            if (!process.isAlive() || System.nanoTime() > end)
                throw new IOException("edge does not start: " + Files.readString(log.toPath()));
            Thread.sleep(20);
        }
        return process;
    }

    private void measure() throws IOException, InterruptedException {
        for (int run = -WARM_UP; run < options.runs; run++) {
            var ours = measure("ours" + (run + WARM_UP), this::ours);
            var stock = measure("stock" + (run + WARM_UP), this::stock);
            if (run < 0) continue;
            ourAdds.add(ours.add());
            ourDeletes.add(ours.delete());
            stockAdds.add(stock.add());
            stockDeletes.add(stock.delete());
        }
    }

    private record Times(Duration add, Duration delete) {}

    @FunctionalInterface
    private interface Network {
        /** Attaches a pod or takes it off. */
        Json call(String command, String id, Json previous) throws IOException, InterruptedException;
    }

    private static Times measure(String id, Network network) throws IOException, InterruptedException {
        ip("netns", "add", POD);
        try {
            return new NetworkNamespace(NAMESPACES.resolve(NODE)).call(() -> {
                long start = System.nanoTime();
                var result = network.call("ADD", id, Json.Obj.EMPTY);
                long added = System.nanoTime();
                network.call("DEL", id, result);
                return new Times(Duration.ofNanos(added - start), Duration.ofNanos(System.nanoTime() - added));
            });
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            ip("netns", "del", POD);
        }
    }

    private Json ours(String command, String id, Json previous) throws IOException, InterruptedException {
        var config = Json.obj("cniVersion", VERSION, "name", "smartnet", "type", "smarter-cni");
        return exec(options.plugin, command, id, config);
    }

    private Json stock(String command, String id, Json previous) throws IOException, InterruptedException {
        var result = previous;
        var chain = stockChain();
        for (var config : command.equals("ADD") ? chain : chain.reversed()) {
            var given = result.equals(Json.Obj.EMPTY) ? config : config.with("prevResult", result);
            var said = exec(options.stock.resolve(config.textOrEmpty("type")), command, id, given);
            if (command.equals("ADD")) result = said;
        }
        return result;
    }

    private List<Json.Obj> stockChain() {
        var addresses = Json.obj(
                "type",
                "host-local",
                "subnet",
                "10.38.0.0/16",
                "dataDir",
                options.folder.resolve("host-local").toString());
        var bridge = Json.obj(
                "cniVersion",
                VERSION,
                "name",
                "stock",
                "type",
                "bridge",
                "bridge",
                "stock0",
                "isDefaultGateway",
                true,
                "ipMasq",
                true,
                "hairpinMode",
                true,
                "ipam",
                addresses);
        var portmap = Json.obj("cniVersion", VERSION, "name", "stock", "type", "portmap", "snat", true);
        var firewall = Json.obj("cniVersion", VERSION, "name", "stock", "type", "firewall");
        return List.of(bridge, portmap, firewall);
    }

    private Json exec(Path program, String command, String id, Json config) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(Map.of(
                        "CNI_COMMAND",
                        command,
                        "CNI_CONTAINERID",
                        id,
                        "CNI_NETNS",
                        NAMESPACES.resolve(POD).toString(),
                        "CNI_IFNAME",
                        "eth0",
                        "CNI_PATH",
                        options.stock.toString(),
                        "CNI_ARGS",
                        "IgnoreUnknown=1;K8S_POD_NAMESPACE=farm;K8S_POD_NAME=" + id,
                        "SMARTER_CNI_SOCKET",
                        options.folder.resolve("run/cni.sock").toString()));
        var process = builder.start();
        try (var input = process.getOutputStream()) {
            input.write(config.compact().getBytes(UTF_8));
        }
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        int status = process.waitFor();
        if (status != 0) throw new IOException("%s %s: %s".formatted(program, command, said));
        try {
            return said.isBlank() ? Json.Obj.EMPTY : Json.parse(said.getBytes(UTF_8));
        } catch (JsonException e) {
            throw new IOException("%s said %s".formatted(program, said), e);
        }
    }

    private void print(PrintStream out) {
        out.printf("%d pods each, in turns%n", options.runs);
        out.printf("  %-8s %-28s %8s %8s %8s  ms%n", "", "", "p50", "p90", "p99");
        row(out, "ADD", "smarter-cni", ourAdds);
        row(out, "", "stock chain", stockAdds);
        ratio(out, ourAdds, stockAdds);
        row(out, "DEL", "smarter-cni", ourDeletes);
        row(out, "", "stock chain", stockDeletes);
        ratio(out, ourDeletes, stockDeletes);
    }

    private static void row(PrintStream out, String command, String who, List<Duration> times) {
        out.printf("  %-8s %-28s %s%n", command, who, Percentiles.of(times).millis());
    }

    private static void ratio(PrintStream out, List<Duration> ours, List<Duration> stock) {
        double ratio = (double) Percentiles.of(ours).p50().toNanos()
                / Percentiles.of(stock).p50().toNanos();
        out.printf("  %-8s %-28s %8.2f%n", "", "ratio of the medians", ratio);
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) throw new IOException("%s: %s".formatted(command, said));
    }
}
