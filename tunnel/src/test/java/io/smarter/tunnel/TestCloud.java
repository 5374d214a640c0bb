package io.smarter.tunnel;

import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.http.Pem;
import io.smarter.http.Sockets;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import io.smarter.pki.PkiRequest;
import io.smarter.store.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server with certificates, join, tunnels and one pod's streams, and nothing else of an API server. */
final class TestCloud implements AutoCloseable {
    static final Json.Obj POD = Json.obj(
            "apiVersion", "v1",
            "kind", "Pod",
            "metadata", Json.obj("name", "web", "namespace", "default", "uid", "u"),
            "spec", Json.obj("nodeName", "edge", "containers", Json.arr(Json.obj("name", "main", "image", "i"))),
            "status", Json.obj("phase", "Running"));

    static final Duration GRACE = Duration.ofDays(30);

    final Pki pki;
    final Tunnels tunnels;
    final HttpServer server;
    private final MemoryStore store = new MemoryStore();
    final Set<String> members = ConcurrentHashMap.newKeySet();
    private final JoinHandlers join;
    private final Streams streams;
    private volatile Handler agents;
    private volatile Json.Obj pod = POD;

    TestCloud(Path data, Clock clock) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        pki = Pki.open(data, address, List.of());
        tunnels = new Tunnels(clock);
        join = new JoinHandlers(pki, store, clock, new JoinHandlers.Late(GRACE, members::contains));
        streams = new Streams(tunnels);
        agents = new AgentEndpoint(data.resolve("agents"), pki.authority(), clock);
        server = HttpServer.start(HttpServerConfig.of(address, pki.server(), List.of(pki.authority())), this::handle);
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    void pod(Json.Obj changed) {
        pod = changed;
    }

    /** Puts something between gateways and the versions of their agent. */
    void interceptAgents(UnaryOperator<Handler> by) {
        agents = by.apply(agents);
    }

    private void handle(Exchange exchange) throws Exception {
        var path = exchange.path();
        if (path.startsWith("/agents/")) {
            agents.handle(exchange);
            return;
        }
        switch (path) {
            case "/join" -> join.join(exchange);
            case "/renew" -> join.renew(exchange);
            case "/apis/smarter.io/v1/jointokens" -> join.createToken(exchange);
            case "/tunnel" -> tunnels.handle(exchange);
            case "/api" -> json(exchange, Json.obj("kind", "APIVersions", "versions", Json.arr("v1")));
            case "/apis" -> json(exchange, Json.obj("kind", "APIGroupList", "apiVersion", "v1", "groups", Json.arr()));
            case "/api/v1" -> json(exchange, pods());
            case "/api/v1/namespaces/default/pods/web" -> json(exchange, pod);
            default -> streams.handle(exchange, pod, path.substring(path.lastIndexOf('/') + 1));
        }
    }

    private static Json pods() {
        var pods = Json.obj("name", "pods", "namespaced", true, "kind", "Pod", "verbs", Json.arr("get", "list"));
        return Json.obj("kind", "APIResourceList", "groupVersion", "v1", "resources", Json.arr(pods));
    }

    private static void json(Exchange exchange, Json body) throws IOException {
        exchange.respond(200, Headers.of("content-type", "application/json"), body.bytes());
    }

    TlsIdentity node(String name) throws Exception {
        return node(name, Tls.newKeyPair(), Duration.ofDays(1));
    }

    /** @param life from now on; negative down to five minutes for a certificate that expired */
    TlsIdentity node(String name, KeyPair keys, Duration life) throws Exception {
        var csr = Pem.csr(keys, "system:node:" + name, List.of("system:nodes"));
        var request = PkiRequest.ofBase64(Base64.getEncoder().encodeToString(csr.getBytes(StandardCharsets.US_ASCII)));
        var certificate = pki.sign(request, List.of("digital signature", "client auth"), life);
        return new TlsIdentity(keys.getPrivate(), List.of(certificate));
    }

    Duplex connect(@Nullable TlsIdentity who, String protocol) throws IOException {
        return Sockets.tls("127.0.0.1", server.port(), Tls.context(who, List.of(pki.authority())), protocol);
    }

    Http2Connection http2(@Nullable TlsIdentity who) throws IOException {
        return Http2Connection.client(connect(who, "h2"));
    }

    /** Connects a gateway; closing the connection disconnects it. */
    Http2Connection gateway(String name, Handler handler) throws Exception {
        var outer = http2(node(name));
        var tunnel = outer.open("POST", "/tunnel", new Headers(), false);
        if (tunnel.status() != 200) throw new IOException("tunnel refused with " + tunnel.status());
        Http2Connection.server(tunnel, handler);
        return outer;
    }

    @Override
    public void close() {
        tunnels.close();
        server.close();
        store.close();
    }
}
