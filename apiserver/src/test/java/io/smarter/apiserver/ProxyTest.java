package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.http.Pem;
import io.smarter.http.Response;
import io.smarter.http.Sockets;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import io.smarter.store.MemoryStore;
import io.smarter.tunnel.Tunnels;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests through the whole server and a gateway's tunnel to ports of this machine. */
@Timeout(60)
final class ProxyTest {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
    private static final String NAMESPACE = "/api/v1/namespaces/default/";
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

    @TempDir
    private Path data;

    private final Tunnels tunnels = new Tunnels(Clock.systemUTC());
    private final MemoryStore store = new MemoryStore();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Pki pki;
    private ApiServer api;
    private HttpServer server;
    private Http2Connection client;

    @BeforeEach
    void start() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        pki = Pki.open(data, address, List.of());
        api = new ApiServer(store, pki, tunnels, Map.of(), Clock.systemUTC());
        server = HttpServer.start(HttpServerConfig.of(address, pki.server(), List.of(pki.authority())), api);
        client = connect(pki.admin());
        var gateway = connect(node("edge"));
        var tunnel = gateway.open("POST", "/tunnel", new Headers(), false);
        assertThat(tunnel.status()).isEqualTo(200);
        Http2Connection.server(tunnel, new TestPorts());
        opened.addAll(List.of(gateway, client, server, api, tunnels, store));
        make("/api/v1/nodes", Json.obj("metadata", Json.obj("name", "edge")));
    }

    @AfterEach
    void stop() throws Exception {
        for (var one : opened) one.close();
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private TlsIdentity node(String name) throws Exception {
        var keys = Tls.newKeyPair();
        var user = "system:node:" + name;
        var groups = List.of("system:nodes");
        return new TlsIdentity(keys.getPrivate(), List.of(pki.sign(Pem.csr(keys, user, groups), user, groups, 1)));
    }

    private Http2Connection connect(TlsIdentity who) throws IOException {
        return Http2Connection.client(
                Sockets.tls("127.0.0.1", server.port(), Tls.context(who, List.of(pki.authority())), "h2"));
    }

    private Response send(String method, String path, Headers headers, String body) throws IOException {
        return client.send(method, path, headers, body.getBytes(StandardCharsets.UTF_8), 8 << 20);
    }

    private Response get(String path) throws IOException {
        return send("GET", path, new Headers(), "");
    }

    private static String text(Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private void make(String path, Json.Obj object) throws IOException {
        var made = send("POST", path, Headers.of("content-type", "application/json"), object.compact());
        assertThat(made.status()).as(text(made)).isEqualTo(201);
    }

    private TestBackend backend(TestBackend backend) {
        opened.addFirst(backend);
        return backend;
    }

    /** A pod that is ready, with one port. */
    private void pod(String name, int port) throws IOException {
        var ports = Json.arr(Json.obj("name", "http", "containerPort", port));
        make(
                NAMESPACE + "pods",
                Json.obj(
                        "metadata",
                        Json.obj("name", name, "labels", Json.obj("app", name)),
                        "spec",
                        Json.obj(
                                "nodeName",
                                "edge",
                                "containers",
                                Json.arr(Json.obj("name", "c", "image", "i", "ports", ports)))));
        var status = Json.obj(
                "status",
                Json.obj(
                        "phase",
                        "Running",
                        "podIP",
                        "10.1.2.3",
                        "conditions",
                        Json.arr(Json.obj("type", "Ready", "status", "True"))));
        var told = send(
                "PATCH",
                NAMESPACE + "pods/" + name + "/status",
                Headers.of("content-type", "application/merge-patch+json"),
                status.compact());
        assertThat(told.status()).as(text(told)).isEqualTo(200);
    }

    @Test
    void aRequestReachesAPod() throws Exception {
        var backend = backend(TestBackend.saying(HELLO));
        pod("web", backend.port());
        var headers = Headers.of("authorization", "Bearer x", "x-mine", "1", "connection-is", "2", "te", "trailers");
        var answer = client.send(
                "GET", NAMESPACE + "pods/web:" + backend.port() + "/proxy/a//b%20c?x=1&y", headers, new byte[0], 1000);
        assertThat(text(answer)).isEqualTo("hello");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("content-type")).isEqualTo("text/plain");
        assertThat(backend.heads.poll(10, TimeUnit.SECONDS))
                .startsWith("GET /a//b%20c?x=1&y HTTP/1.1\r\n")
                .contains("\r\nx-mine: 1\r\n", "\r\nx-forwarded-proto: https\r\n", "\r\nx-forwarded-for: 127.0.0.1\r\n")
                .contains("\r\nx-forwarded-uri: " + NAMESPACE + "pods/web:" + backend.port() + "/proxy/a//b%20c\r\n")
                .doesNotContain("authorization", "\r\nte:");
    }

    @Test
    void bodiesGoBothWays() throws Exception {
        var backend = backend(new TestBackend((in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            var part = new byte[4096];
            for (int left = 1_000_000; left > 0; ) {
                int count = in.read(part, 0, Math.min(left, part.length));
                out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.UTF_8));
                out.write(part, 0, count);
                out.write("\r\n".getBytes(StandardCharsets.UTF_8));
                left -= count;
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        }));
        pod("web", backend.port());
        var sent = "0123456789".repeat(100_000);
        var answer = send("PUT", NAMESPACE + "pods/web/proxy/", Headers.of("content-length", "1000000"), sent);
        assertThat(text(answer)).isEqualTo(sent);
    }

    @Test
    void everyMethodIsPassedOn() throws Exception {
        var backend = backend(TestBackend.saying(HELLO));
        pod("web", backend.port());
        for (var method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")) {
            var answer = send(method, NAMESPACE + "pods/web/proxy/x", new Headers(), "");
            assertThat(answer.status()).as(method).isEqualTo(200);
            assertThat(backend.heads.poll(10, TimeUnit.SECONDS)).startsWith(method + " /x HTTP/1.1\r\n");
        }
    }

    @Test
    void theProxysOwnUrlEndsWithASlash() throws Exception {
        pod("web", 80);
        var answer = get(NAMESPACE + "pods/web/proxy?a=1");
        assertThat(answer.status()).isEqualTo(301);
        assertThat(answer.headers().first("location")).isEqualTo(NAMESPACE + "pods/web/proxy/?a=1");
    }

    @Test
    void redirectsStayBehindTheProxy() throws Exception {
        var backend = backend(TestBackend.saying("HTTP/1.1 302 Found\r\nLocation: /login?to=x\r\n\r\n"));
        pod("web", backend.port());
        assertThat(get(NAMESPACE + "pods/web/proxy/").headers().first("location"))
                .isEqualTo(NAMESPACE + "pods/web/proxy/login?to=x");
    }

    @Test
    void linksOfPagesStayBehindTheProxy() throws Exception {
        var backend = backend(TestBackend.saying(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 29\r\n\r\n"
                        + "<a href=\"/rewriteme\">test</a>"));
        pod("web", backend.port());
        assertThat(text(get(NAMESPACE + "pods/web/proxy/")))
                .isEqualTo("<a href=\"" + NAMESPACE + "pods/web/proxy/rewriteme\">test</a>");
    }

    @Test
    void whatCannotBeReachedIsUnavailable() throws Exception {
        int port = freePort();
        pod("web", port);
        var refused = get(NAMESPACE + "pods/web:" + port + "/proxy/");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(Json.parse(refused.body()).text("reason")).isEqualTo("ServiceUnavailable");
        assertThat(Json.parse(refused.body()).text("message"))
                .isEqualTo("error trying to reach service: Connection refused");
        assertThat(get(NAMESPACE + "pods/none/proxy/").status()).isEqualTo(404);
        assertThat(get(NAMESPACE + "pods/a:b:c:d/proxy/").status()).isEqualTo(400);
    }

    @Test
    void aServiceIsAnsweredByAReadyPodOfItsSelector() throws Exception {
        var backend = backend(TestBackend.saying(HELLO));
        pod("web", backend.port());
        var ports = Json.arr(Json.obj("name", "http", "port", 80, "targetPort", "http"));
        make(
                NAMESPACE + "services",
                Json.obj(
                        "metadata",
                        Json.obj("name", "front"),
                        "spec",
                        Json.obj("selector", Json.obj("app", "web"), "ports", ports)));
        for (var name : List.of("front:http", "front:80", "http:front:http"))
            assertThat(text(get(NAMESPACE + "services/" + name + "/proxy/"))).isEqualTo("hello");
        var noPort = get(NAMESPACE + "services/front:81/proxy/");
        assertThat(noPort.status()).isEqualTo(503);
        assertThat(Json.parse(noPort.body()).text("message"))
                .isEqualTo("no service port 81 found for service \"front\"");
        var other = get(NAMESPACE + "services/front:other/proxy/");
        assertThat(Json.parse(other.body()).text("message"))
                .isEqualTo("no endpoints available for service \"front:other\"");
    }

    @Test
    void aServiceIsAnsweredByItsSlicesIfItHasSome() throws Exception {
        var backend = backend(TestBackend.saying(HELLO));
        pod("web", backend.port());
        make(
                NAMESPACE + "services",
                Json.obj(
                        "metadata",
                        Json.obj("name", "front"),
                        "spec",
                        Json.obj("ports", Json.arr(Json.obj("port", 80)))));
        assertThat(get(NAMESPACE + "services/front/proxy/").status()).isEqualTo(503);
        var pod = Json.obj("kind", "Pod", "name", "web", "namespace", "default");
        make(
                "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
                Json.obj(
                        "metadata",
                        Json.obj("name", "front-1", "labels", Json.obj("kubernetes.io/service-name", "front")),
                        "addressType",
                        "IPv4",
                        "ports",
                        Json.arr(Json.obj("name", "", "port", backend.port())),
                        "endpoints",
                        Json.arr(Json.obj("addresses", Json.arr("10.1.2.3"), "targetRef", pod))));
        assertThat(text(get(NAMESPACE + "services/front/proxy/"))).isEqualTo("hello");
    }

    @Test
    void podsMaySpeakTls() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        var pod = HttpServer.start(
                HttpServerConfig.of(address, pki.server(), List.of()),
                exchange -> exchange.respond(200, new Headers(), exchange.path().getBytes(StandardCharsets.UTF_8)));
        opened.addFirst(pod);
        pod("web", pod.port());
        assertThat(text(get(NAMESPACE + "pods/https:web:" + pod.port() + "/proxy/secure")))
                .isEqualTo("/secure");
    }

    @Test
    void anotherProtocolIsPassedThrough() throws Exception {
        var backend = backend(new TestBackend((in, out) -> {
            out.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
            for (int b = in.read(); b >= 0; b = in.read()) out.write(Character.toUpperCase(b));
        }));
        pod("web", backend.port());
        try (var raw = Sockets.tls(
                "127.0.0.1", server.port(), Tls.context(pki.admin(), List.of(pki.authority())), "http/1.1")) {
            raw.out()
                    .write(("GET " + NAMESPACE + "pods/web/proxy/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                    + "Upgrade: shout\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            raw.out().flush();
            assertThat(head(raw.in())).startsWith("HTTP/1.1 101 ").containsIgnoringCase("\r\nupgrade: shout\r\n");
            raw.out().write("hello".getBytes(StandardCharsets.UTF_8));
            raw.out().flush();
            assertThat(new String(raw.in().readNBytes(5), StandardCharsets.UTF_8))
                    .isEqualTo("HELLO");
        }
        assertThat(backend.heads.poll(10, TimeUnit.SECONDS)).contains("\r\nupgrade: shout\r\n");
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) head.append((char) in.readNBytes(1)[0]);
        return head.toString();
    }

    @Test
    void anAnswerThatBreaksOffDoesNotLookWhole() throws Exception {
        var backend = backend(
                TestBackend.saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe"));
        pod("web", backend.port());
        try (var stream = client.open("GET", NAMESPACE + "pods/web/proxy/", new Headers(), true)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.in().readNBytes(5)).asString().isEqualTo("hello");
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> stream.in().readAllBytes())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aNodeAnswersForItself() throws Exception {
        var answer = send("POST", "/api/v1/nodes/edge:10250/proxy/echo?a=b", new Headers(), "hello");
        assertThat(text(answer)).isEqualTo("a=b|hello");
        assertThat(answer.headers().first("x-method")).isEqualTo("POST");
        assertThat(text(get("/api/v1/nodes/edge/proxy/echo"))).isEqualTo("|");
        assertThat(get("/api/v1/nodes/edge/proxy/none").status()).isEqualTo(404);
        assertThat(get("/api/v1/nodes/none/proxy/echo").status()).isEqualTo(404);
        assertThat(get("/api/v1/nodes/edge:9100/proxy/").status()).isEqualTo(503);
    }

    @Test
    void nodesMayNot() throws Exception {
        try (var other = connect(node("edge"))) {
            assertThat(other.send("GET", "/api/v1/nodes/edge/proxy/echo", new Headers(), new byte[0], 1000)
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void kubectlReadsThroughIt() throws Exception {
        assumeTrue(Files.isExecutable(KUBECTL), "no " + KUBECTL);
        var backend = backend(TestBackend.saying(HELLO));
        pod("web", backend.port());
        var command = List.of(KUBECTL.toString(), "get", "--raw", NAMESPACE + "pods/web:" + backend.port() + "/proxy/");
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", pki.kubeconfig().toString());
        builder.environment().put("HOME", data.toString());
        var process = builder.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("hello");
    }
}
