package io.smarter.apiserver;

import io.smarter.http.Headers;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import io.smarter.store.MemoryStore;
import io.smarter.store.StoreOptions;
import io.smarter.tunnel.Tunnels;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An API server over a store in memory, and ways to ask it without a network. */
final class TestApi implements AutoCloseable {
    static final String JSON_PATCH = "application/json-patch+json";
    static final String MERGE_PATCH = "application/merge-patch+json";
    static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
    static final String APPLY = "application/apply-patch+yaml";
    static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private final Tunnels tunnels = new Tunnels(Clock.systemUTC());
    private final Pki pki;
    final MemoryStore store;
    ApiServer server;

    TestApi(Path folder) throws Exception {
        this(folder, new MemoryStore());
    }

    TestApi(Path folder, StoreOptions options) throws Exception {
        this(folder, new MemoryStore(options));
    }

    private TestApi(Path folder, MemoryStore store) throws Exception {
        this.store = store;
        pki = Pki.open(folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 6443), List.of());
        server = new ApiServer(store, pki, tunnels, Map.of(), Clock.systemUTC());
    }

    @Override
    public void close() {
        server.close();
        tunnels.close();
        store.close();
    }

    /** Another server over the same store. */
    void restart() {
        server.close();
        server = new ApiServer(store, pki, tunnels, Map.of(), Clock.systemUTC());
    }

    Pki pki() {
        return pki;
    }

    List<X509Certificate> admin() {
        return pki.admin().chain();
    }

    List<X509Certificate> node(String name) throws Exception {
        return certificate("system:node:" + name, List.of("system:nodes"));
    }

    List<X509Certificate> certificate(String user, List<String> groups) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return List.of(pki.sign(Pem.csr(generator.generateKeyPair(), user, groups), user, groups, 1));
    }

    /** What the administrator is answered. */
    FakeExchange ask(String method, String target, String body) {
        return ask(method, target, body, "application/json");
    }

    FakeExchange ask(String method, String target, String body, String contentType) {
        return as(admin(), method, target, body, Headers.of("content-type", contentType, "user-agent", "test/1"));
    }

    FakeExchange get(String target) {
        return ask("GET", target, "");
    }

    FakeExchange as(List<X509Certificate> who, String method, String target, String body) {
        return as(who, method, target, body, Headers.of("content-type", "application/json"));
    }

    FakeExchange as(List<X509Certificate> who, String method, String target, String body, Headers headers) {
        var exchange = new FakeExchange(method, target, headers, body.getBytes(StandardCharsets.UTF_8), who);
        try {
            server.handle(exchange);
        } catch (Exception e) {
            throw new AssertionError(method + " " + target, e);
        }
        return exchange;
    }

    /** Creates an object that must be fine. */
    Json.Obj create(String target, String body) {
        var exchange = ask("POST", target, body);
        if (exchange.status != 201) throw new AssertionError(exchange.json().pretty());
        return exchange.json();
    }

    /** A watch that runs until the returned thing is closed. */
    Watching watch(String target) {
        return watch(admin(), target, new Headers());
    }

    Watching watch(List<X509Certificate> who, String target, Headers headers) {
        var exchange = new FakeExchange("GET", target, headers, new byte[0], who);
        var thread = Thread.ofVirtual().start(() -> {
            try {
                server.handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new AssertionError(target, e);
            }
        });
        return new Watching(exchange, thread);
    }

    record Watching(FakeExchange exchange, Thread thread) implements AutoCloseable {
        /** The type and the object's name of the next event. */
        String next() throws InterruptedException {
            var line = exchange.line();
            return line.textOrEmpty("type") + " " + line.textOrEmpty("object", "metadata", "name");
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    static String configMap(String name, String... data) {
        var values = Json.Obj.EMPTY;
        for (int i = 0; i < data.length; i += 2) values = values.with(data[i], Json.of(data[i + 1]));
        return Json.obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", Json.obj("name", name), "data", values)
                .compact();
    }

    static String pod(String name, String node, String... secrets) {
        var volumes = Arrays.stream(secrets)
                .map(secret -> Json.obj("name", secret, "secret", Json.obj("secretName", secret)))
                .toList();
        return Json.obj(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        Json.obj("name", name, "labels", Json.obj("app", name)),
                        "spec",
                        Json.obj(
                                "nodeName",
                                node.isEmpty() ? null : node,
                                "containers",
                                Json.arr(Json.obj("name", "c", "image", "busybox")),
                                "volumes",
                                volumes))
                .compact();
    }

    static String daemonSet(String name) {
        return """
                {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"%s"},"spec":{
                "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
                "spec":{"containers":[{"name":"c","image":"busybox:1"}]}}}}""".formatted(name);
    }
}
