package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import io.smarter.linux.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures what a gateway becomes of many pods: some run all the while, others are made and deleted one after another, each
 * with a token, a Secret and a ConfigMap. Tells how long a pod takes until it runs and, once it is deleted, until it is gone,
 * and how the agent's memory grows. Leaves nothing behind.
 */
public final class ChurnBench {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int READINGS = 10;

    private final Options options;
    private final ApiClient api;
    private final PodWatch watch;
    private final PlainPods pods;
    private final String gate = Long.toString(System.currentTimeMillis(), 36);
    private final List<Duration> started = new ArrayList<>();
    private final List<Duration> gone = new ArrayList<>();
    /** Resident bytes of the agent, by the number of pods that were made and deleted before. */
    private final Map<Integer, Long> resident = new TreeMap<>();

    private ChurnBench(Options options, ApiClient api, PodWatch watch) {
        this.options = options;
        this.api = api;
        this.watch = watch;
        this.pods = new PlainPods(api, options.node(), options.imageName());
    }

    /**
     * What is measured.
     *
     * @param kubeconfig the cloud's administrator
     * @param node the gateway
     * @param agent the process id of its agent
     * @param imageName an image that the gateway has: the demo's
     * @param standing how many pods run all the while
     * @param starts how many are made and deleted
     */
    public record Options(Path kubeconfig, String node, long agent, String imageName, int standing, int starts) {
        public Options {
            if (starts < 1 || standing < 0)
                throw new IllegalArgumentException(
                        "starts must be 1 or more and standing 0 or more, were %d and %d".formatted(starts, standing));
        }
    }

    /**
     * Measures and prints; takes less than a second a start where nothing else runs. Progress goes to standard error.
     *
     * @throws IOException if a pod does not run, or is not gone, within two minutes
     */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        try (var api = new ApiClient(ClientConfig.kubeconfig(options.kubeconfig()))) {
            try {
                new PlainPods(api, options.node(), options.imageName()).prepare();
                try (var watch = new PodWatch(api)) {
                    var bench = new ChurnBench(options, api, watch);
                    bench.measure();
                    bench.print(out);
                }
            } finally {
                api.delete(Resource.NAMESPACES, "", Application.NAMESPACE, Json.Obj.EMPTY);
            }
        }
    }

    private void measure() throws IOException, InterruptedException {
        for (int i = 0; i < options.standing(); i++) start("standing-%s-%d".formatted(gate, i), false);
        resident.put(0, Processes.residentBytes(options.agent()));
        int every = Math.max(1, options.starts() / READINGS);
        for (int i = 1; i <= options.starts(); i++) {
            var name = "churn-%s-%d".formatted(gate, i);
            started.add(start(name, true));
            gone.add(delete(name));
            if (i % every == 0) read(i);
        }
    }

    private void read(int starts) throws IOException {
        long bytes = Processes.residentBytes(options.agent());
        resident.put(starts, bytes);
        System.err.printf("%,d of %,d: agent %.1f MiB%n", starts, options.starts(), mebibytes(bytes));
    }

    private Duration start(String name, boolean all) throws IOException, InterruptedException {
        watch.running().expect(name);
        var asked = Instant.now();
        pods.create(name, all);
        return Duration.between(asked, watch.running().await(name, PATIENCE).at());
    }

    private Duration delete(String name) throws IOException, InterruptedException {
        watch.gone().expect(name);
        var asked = Instant.now();
        api.delete(Resource.PODS, Application.NAMESPACE, name, Json.Obj.EMPTY);
        return Duration.between(asked, watch.gone().await(name, PATIENCE).at());
    }

    private void print(PrintStream out) {
        out.printf(
                "%,d pods made and deleted one after another, %d others running all the while%n",
                options.starts(), options.standing());
        out.printf("  %-34s %8s %8s %8s  ms%n", "until", "p50", "p90", "p99");
        row(out, "made, and told to run", started);
        row(out, "deleted, and told to be gone", gone);
        out.printf("  %-34s %8s%n", "agent, resident, after", "MiB");
        resident.forEach((starts, bytes) -> out.printf("  %,34d %8.1f%n", starts, mebibytes(bytes)));
    }

    private static double mebibytes(long bytes) {
        return bytes / 1048576.0;
    }

    private static void row(PrintStream out, String title, List<Duration> durations) {
        out.printf("  %-34s %s%n", title, Percentiles.of(durations).millis());
    }
}
