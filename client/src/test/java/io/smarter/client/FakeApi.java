package io.smarter.client;

import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** One collection of objects with list and watch; a test says what a watch tells. */
final class FakeApi implements Handler {
    final Map<String, Json.Obj> objects = new TreeMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** Lines that the current watch sends; an empty one ends it. */
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    volatile long revision = 1;
    volatile long oldest;
    private int begun;
    private int ended;

    @Override
    public void handle(Exchange exchange) throws Exception {
        var query = exchange.query();
        boolean watch = query.flag("watch");
        requests.add(
                exchange.method() + " " + exchange.path() + (watch ? " watch " + query.first("resourceVersion") : ""));
        if (!watch) list(exchange);
        else if (Long.parseLong(query.first("resourceVersion", "0")) < oldest) gone(exchange);
        else watch(exchange);
    }

    static String event(String type, Json.Obj object) {
        return Json.obj("type", type, "object", object).compact();
    }

    static Json.Obj pod(String name, long version) {
        return Json.obj(
                "metadata", Json.obj("namespace", "farm", "name", name, "resourceVersion", Long.toString(version)));
    }

    void put(String name, long version) {
        revision = version;
        objects.put(name, pod(name, version));
    }

    List<String> requestsOf(String part) {
        return requests.stream().filter(r -> r.contains(part)).toList();
    }

    /** Waits until so many watches have begun and all but one have ended: an event may else go to one that was cut. */
    synchronized void watching(int times) throws InterruptedException {
        while (begun < times || begun - ended != 1) wait(30_000);
    }

    private synchronized void count(int more, int less) {
        begun += more;
        ended += less;
        notifyAll();
    }

    private void list(Exchange exchange) throws IOException {
        var all = new ArrayList<>(objects.values());
        int from = Integer.parseInt(exchange.query().first("continue", "0"));
        int limit = Integer.parseInt(exchange.query().first("limit", "1000"));
        int to = Math.min(all.size(), from + limit);
        var metadata = Json.obj("resourceVersion", Long.toString(revision));
        if (to < all.size()) metadata = metadata.with("continue", Json.of(Integer.toString(to)));
        exchange.respond(
                200,
                new Headers(),
                Json.obj("metadata", metadata, "items", Json.arr(all.subList(from, to)))
                        .bytes());
    }

    private static void gone(Exchange exchange) throws IOException {
        exchange.respond(
                410,
                new Headers(),
                Json.obj("kind", "Status", "code", 410, "reason", "Expired", "message", "too old")
                        .bytes());
    }

    private void watch(Exchange exchange) throws Exception {
        count(1, 0);
        try (var out = exchange.stream(200, new Headers())) {
            out.flush();
            for (var line = events.take(); !line.isEmpty(); line = events.take()) {
                out.write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
                out.flush();
            }
        } finally {
            count(0, 1);
        }
    }
}
