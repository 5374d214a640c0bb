package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ListOptions;
import io.smarter.gateway.Containerd;
import io.smarter.http.Response;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Measures a boot without a link: a gateway has pods, of which one has a token, a Secret and a ConfigMap; the cloud is gone,
 * the power is cut, and the clock runs from the start of the agent until the first container, and all of them, run. In the
 * end the cloud comes back, and no container may have been started for that.
 */
public final class RebootBench {
    /** The name of the node. */
    public static final String NODE = "bench-gateway";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LOOK_AGAIN_MILLIS = 20;

    private final Options options;
    private final Containerd containerd;
    private final List<BootedGateway.Times> boots = new ArrayList<>();

    private RebootBench(Options options) {
        this.options = options;
        this.containerd = options.runtime();
    }

    /** What gives a gateway's pods their network. */
    @FunctionalInterface
    public interface Network {
        void deploy(ApiClient api) throws IOException, InterruptedException;
    }

    /**
     * What is measured.
     *
     * @param cloud on a folder that does not exist yet
     * @param gateway the command line of an agent of the node {@link #NODE}, without a token
     * @param runtime the agent's own containerd, which does not exist yet
     * @param network what makes the pods' network
     * @param image an archive with the demo's image
     * @param imageName the name of that image
     */
    public record Options(
            Cloud cloud,
            List<String> gateway,
            Containerd runtime,
            Network network,
            Path image,
            String imageName,
            int pods,
            int runs) {}

    /**
     * Measures and prints percentiles. Needs root. Leaves nothing behind but the two folders.
     *
     * @throws IOException if something does not come to run within two minutes
     */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        var bench = new RebootBench(options);
        try {
            bench.measure();
            bench.print(out);
        } finally {
            bench.containerd.purge(Duration.ZERO);
        }
    }

    private void measure() throws IOException, InterruptedException {
        deploy();
        BootedGateway last = null;
        try {
            for (int run = 1; run <= options.runs(); run++) {
                if (last != null) last.close();
                containerd.cutPower();
                last = BootedGateway.start(options.gateway(), containerd.socket());
                var times = last.await(options.pods(), PATIENCE);
                boots.add(times);
                System.err.printf(
                        "boot %d/%d: first container after %d ms, all after %d ms%n",
                        run,
                        options.runs(),
                        times.first().toMillis(),
                        times.all().toMillis());
            }
            if (last != null) reconnect(last);
        } finally {
            if (last != null) last.close();
        }
    }

    /** Has the gateway join and run its pods once. */
    private void deploy() throws IOException, InterruptedException {
        try (var _ = options.cloud().start();
                var api = new ApiClient(options.cloud().config())) {
            var command = new ArrayList<>(options.gateway());
            command.addAll(List.of("--token", token(api)));
            try (var gateway = BootedGateway.start(command, containerd.socket())) {
                gateway.awaitRuntime(PATIENCE);
                containerd.load(options.image());
                options.network().deploy(api);
                var pods = new PlainPods(api, NODE, options.imageName());
                pods.prepare();
                for (int i = 0; i < options.pods(); i++) pods.create("pod-" + i, i == 0);
                gateway.await(options.pods(), PATIENCE);
                await("the cloud knows that all pods run", () -> ready(api).size() == options.pods());
            }
        }
    }

    private static String token(ApiClient api) throws IOException {
        var wanted = Json.obj("apiVersion", "smarter.io/v1", "kind", "JoinToken", "metadata", Json.obj("name", NODE));
        return token(api.raw("POST", "/apis/smarter.io/v1/jointokens", "application/json", wanted.bytes()));
    }

    /** The token of an answer that has one. */
    static String token(Response reply) throws IOException {
        if (!reply.ok())
            throw new IOException(
                    "token for %s: the cloud answered %d: %s".formatted(NODE, reply.status(), reply.text()));
        return Json.parse(reply.body()).textOrEmpty("status", "token");
    }

    /** The link comes back: nothing is started for that, and the cloud learns what runs now. */
    private void reconnect(BootedGateway gateway) throws IOException, InterruptedException {
        var before = gateway.running();
        try (var _ = options.cloud().start();
                var api = new ApiClient(options.cloud().config())) {
            await("the cloud knows the containers of now", () -> before.equals(ready(api)));
            if (!before.equals(gateway.running()))
                throw new IOException("containers were started when the link came back: %s, now %s"
                        .formatted(before, gateway.running()));
        }
    }

    /** The ids of ready containers, as the cloud knows them, by pod. */
    private static Map<String, String> ready(ApiClient api) throws IOException {
        var ready = new TreeMap<String, String>();
        for (var pod :
                api.list(Resource.PODS, Application.NAMESPACE, ListOptions.ALL).items()) {
            for (var container : pod.items("status", "containerStatuses")) {
                if (container.flag("ready"))
                    ready.put(
                            pod.textOrEmpty("metadata", "name"),
                            container.textOrEmpty("containerID").replaceFirst("^.*//", ""));
            }
        }
        return ready;
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) throw new IOException("waited in vain until " + what);
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private void print(PrintStream out) {
        out.printf(
                "From the start of the agent, without a link, after a power cut; %d boots, %d pods%n",
                options.runs(), options.pods());
        out.printf("  %-24s %8s %8s %8s  ms%n", "until", "p50", "p90", "p99");
        row(
                out,
                "the runtime answers",
                boots.stream().map(BootedGateway.Times::runtime).toList());
        row(
                out,
                "the first container runs",
                boots.stream().map(BootedGateway.Times::first).toList());
        row(
                out,
                "all containers run",
                boots.stream().map(BootedGateway.Times::all).toList());
        out.println("When the link came back, no container was started, and the cloud learned of all that run");
    }

    private static void row(PrintStream out, String title, List<Duration> durations) {
        out.printf("  %-24s %s%n", title, Percentiles.of(durations).millis());
    }
}
