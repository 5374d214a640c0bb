package io.smarter.apiserver;

import io.smarter.api.Version;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.storage.ApiRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Counts requests, and tells of the server in the text format of Prometheus, under Kubernetes' names. */
final class Metrics {
    private final Map<Kind, LongAdder> requests = new ConcurrentHashMap<>();
    private final IntSupplier inFlight;
    private final Supplier<Map<String, Long>> seats;

    private record Kind(String verb, String group, String version, String resource, String subresource)
            implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            return labels().compareTo(other.labels());
        }

        private String labels() {
            return "group=\"%s\",resource=\"%s\",subresource=\"%s\",verb=\"%s\",version=\"%s\""
                    .formatted(group, resource, subresource, verb, version);
        }
    }

    /** @param seats how many requests at once each priority level stands for */
    Metrics(IntSupplier inFlight, Supplier<Map<String, Long>> seats) {
        this.inFlight = inFlight;
        this.seats = seats;
    }

    /** One more request for objects of a type that there is: names that clients make up are not kept. */
    void count(ApiRequest request) {
        var of = request.type().resource();
        var kind = new Kind(
                request.verb().toUpperCase(Locale.ROOT), of.group(), of.version(), of.plural(), request.subresource());
        requests.computeIfAbsent(kind, _ -> new LongAdder()).increment();
    }

    void answer(Exchange exchange) throws IOException {
        var text = new StringBuilder(4096);
        head(text, "kubernetes_build_info", "gauge", "Which server this is.");
        text.append("kubernetes_build_info{git_version=\"%s\"} 1\n".formatted(Version.FULL));
        head(text, "apiserver_request_total", "counter", "Requests for objects.");
        new TreeMap<>(requests)
                .forEach((kind, count) ->
                        text.append("apiserver_request_total{%s} %d\n".formatted(kind.labels(), count.sum())));
        head(
                text,
                "apiserver_current_inflight_requests",
                "gauge",
                "Requests that are being answered, besides watches.");
        text.append("apiserver_current_inflight_requests %d\n".formatted(inFlight.getAsInt()));
        var name = "apiserver_flowcontrol_nominal_limit_seats";
        head(text, name, "gauge", "Requests at once that a priority level stands for.");
        seats.get()
                .forEach((level, count) -> text.append("%s{priority_level=\"%s\"} %d\n".formatted(name, level, count)));
        process(text);
        exchange.respond(
                200,
                Headers.of("content-type", "text/plain; version=0.0.4; charset=utf-8"),
                text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void process(StringBuilder text) {
        var start = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
        head(text, "process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.");
        text.append("process_start_time_seconds %d\n".formatted(start.getEpochSecond()));
        var memory = Runtime.getRuntime();
        head(text, "jvm_memory_used_bytes", "gauge", "Memory of the heap that is in use.");
        text.append("jvm_memory_used_bytes{area=\"heap\"} %d\n".formatted(memory.totalMemory() - memory.freeMemory()));
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
    }
}
