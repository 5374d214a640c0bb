package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Measures a cloud as an API server: creates of 1 KiB over HTTPS, each durable, beside an etcd on the same disk in the
 * same run; one event to many watchers; memory with many pods.
 */
public final class ApiBench {
    private static final int EVENTS = 50;

    /** From here on count what is written before anything is measured. */
    private static final long WARM = 1L << 32;

    private static final List<Integer> CLIENTS = List.of(1, 16, 64);
    private static final int POD_CLIENTS = 16;

    private final PrintStream out;
    private final Options options;
    private final String value;

    private ApiBench(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.value = text(1024);
    }

    /**
     * @param busy the cloud that is written to and watched, on a folder that does not exist
     * @param full the cloud that stores pods, on another such folder
     * @param etcd the command line of an etcd that listens without TLS on {@code etcdPort} of 127.0.0.1
     * @param seconds how long each number of clients writes
     * @param pods how many to store before the memory is read, in rising order
     */
    public record Options(
            Cloud busy, Cloud full, List<String> etcd, int etcdPort, int seconds, int watchers, List<Integer> pods) {}

    /** Measures and prints. The cloud that is written to comes last: the clients have run for a while then, and it has not. */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        var bench = new ApiBench(options, out);
        bench.etcd();
        bench.fullCloud();
        bench.busyCloud();
    }

    private void etcd() throws IOException, InterruptedException {
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        Load.Dial dial = () -> new EtcdClient(options.etcdPort, bytes);
        try (var server = Server.start("etcd", options.etcd, () -> {
            try (var client = dial.dial()) {
                client.write(0);
                return true;
            }
        })) {
            Load.warm(dial, CLIENTS.getLast(), Duration.ofSeconds(options.seconds), new AtomicLong(WARM));
            creates(server, "warm", dial, new AtomicLong());
            memory(server, "after the writes");
        }
    }

    private void busyCloud() throws IOException, InterruptedException {
        try (var server = options.busy.start()) {
            var config = options.busy.config();
            var numbers = new AtomicLong();
            Load.Dial dial = () -> new ConfigMaps(new ApiClient(config), value);
            creates(server, "just started", dial, numbers);
            creates(server, "warm", dial, numbers);
            memory(server, "after the writes");
            fanOut(server, config);
        }
    }

    private void fullCloud() throws IOException, InterruptedException {
        try (var server = options.full.start()) {
            memory(server, "idle");
            pods(server, options.full.config());
        }
    }

    private void creates(Server server, String state, Load.Dial dial, AtomicLong numbers)
            throws IOException, InterruptedException {
        out.printf("%s, %s: creates of 1 KiB, each durable when answered%n", server.name(), state);
        out.printf("  %7s %10s %16s %8s %8s  ms%n", "clients", "a second", "a CPU second", "p50", "p99");
        for (int clients : CLIENTS) {
            var result = Load.run(server, dial, clients, Duration.ofSeconds(options.seconds), numbers);
            out.printf(
                    "  %7d %10.0f %16.0f %8.1f %8.1f%n",
                    clients,
                    result.perSecond(),
                    result.perCpuSecond(),
                    result.latency().p50().toNanos() / 1e6,
                    result.latency().p99().toNanos() / 1e6);
        }
    }

    private void fanOut(Server server, ClientConfig config) throws IOException, InterruptedException {
        var last = new ArrayList<Duration>();
        long before = server.resident();
        try (var watchers = new FanOut(config, options.watchers)) {
            long each = (server.resident() - before) / options.watchers;
            var first = watchers.event("first");
            for (int i = 0; i < EVENTS; i++) watchers.event("warm-%d".formatted(i));
            var used = server.used();
            for (int i = 0; i < EVENTS; i++) last.add(watchers.event("told-%d".formatted(i)));
            used = server.used().minus(used);
            memory(server, "with %d watchers".formatted(options.watchers));
            var values = Percentiles.of(last);
            out.printf(
                    "%s: one event to %d watchers, until the last has it: p50 %.1f p99 %.1f ms, the first event %.1f ms%n",
                    server.name(),
                    options.watchers,
                    values.p50().toNanos() / 1e6,
                    values.p99().toNanos() / 1e6,
                    first.toNanos() / 1e6);
            out.printf(
                    "  the server's processor time for each event: %.1f ms; its memory for each idle watcher: %d KiB%n",
                    used.toNanos() / 1e6 / EVENTS, each >> 10);
        }
    }

    private void pods(Server server, ClientConfig config) throws IOException, InterruptedException {
        int made = 0;
        for (int count : options.pods) {
            makePods(config, LongStream.range(made, count).iterator());
            made = count;
            memory(server, "with %,d pods".formatted(count));
        }
    }

    private static void makePods(ClientConfig config, PrimitiveIterator.OfLong numbers)
            throws IOException, InterruptedException {
        var work = Collections.nCopies(POD_CLIENTS, (Callable<Void>) () -> {
            try (var api = new ApiClient(config)) {
                for (long number = next(numbers); number >= 0; number = next(numbers))
                    api.create(Resource.PODS, "default", pod(number));
            }
            return null;
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(work)) done.get();
        } catch (ExecutionException e) {
            throw new IOException("a pod was not made: " + e.getCause(), e);
        }
    }

    private static long next(PrimitiveIterator.OfLong numbers) {
        synchronized (numbers) {
            return numbers.hasNext() ? numbers.nextLong() : -1;
        }
    }

    private static Json.Obj pod(long number) {
        var container = Json.obj("name", "app", "image", "registry.example/app:1");
        var spec = Json.obj("nodeName", "gateway-%d".formatted(number / 10), "containers", Json.arr(container));
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Json.obj("name", "pod-%d".formatted(number), "labels", Json.obj("app", "bench")),
                "spec",
                spec);
    }

    private void memory(Server server, String when) throws IOException {
        out.printf("%s: resident %s: %d MiB%n", server.name(), when, server.resident() >> 20);
    }

    private static String text(int length) {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.length() < length) text.append((char) ('a' + random.nextInt(26)));
        return text.toString();
    }

    /** Makes ConfigMaps in the namespace {@code default}. */
    private record ConfigMaps(ApiClient api, String value) implements Load.Client {
        private static final String PATH = "/api/v1/namespaces/default/configmaps";

        @Override
        public void write(long number) throws IOException {
            var object =
                    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"bench-%d\"},\"data\":{\"value\":\"%s\"}}"
                            .formatted(number, value);
            var answer = api.raw("POST", PATH, "application/json", object.getBytes(StandardCharsets.UTF_8));
            if (answer.status() != 201) throw new IOException(answer.text());
        }

        @Override
        public void close() {
            api.close();
        }
    }
}
