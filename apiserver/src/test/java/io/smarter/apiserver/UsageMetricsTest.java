package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.http.Exchange;
import io.smarter.http.Handler;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What nodes and pods use, asked of the whole server, which asks gateways: one that answers, one that never does. */
@Timeout(60)
final class UsageMetricsTest {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
    private static final String METRICS = "/apis/metrics.k8s.io/v1beta1";

    @TempDir
    private Path data;

    private final MemoryStore store = new MemoryStore();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(store));
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private Pki pki;
    private HttpServer server;
    private Http2Connection client;

    @BeforeEach
    void start() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        pki = Pki.open(data, address, List.of());
        var tunnels = opened(new Tunnels(Clock.systemUTC()));
        var api = opened(new ApiServer(store, pki, tunnels, Map.of(), Clock.systemUTC()));
        server = opened(HttpServer.start(HttpServerConfig.of(address, pki.server(), List.of(pki.authority())), api));
        client = opened(connect(pki.admin()));
        gateway("edge", this::answer);
        gateway("dark", _ -> end.await());
        for (var name : List.of("edge", "dark", "gone"))
            make("/api/v1/nodes", Json.obj("metadata", Json.obj("name", name, "labels", Json.obj("zone", name))));
        pod("web", "edge");
        pod("other", "dark");
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        while (!opened.isEmpty()) opened.pop().close();
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private Http2Connection connect(TlsIdentity who) throws IOException {
        return Http2Connection.client(
                Sockets.tls("127.0.0.1", server.port(), Tls.context(who, List.of(pki.authority())), "h2"));
    }

    private TlsIdentity identity(String user, List<String> groups) throws Exception {
        var keys = Tls.newKeyPair();
        return new TlsIdentity(keys.getPrivate(), List.of(pki.sign(Pem.csr(keys, user, groups), user, groups, 1)));
    }

    private void gateway(String name, Handler handler) throws Exception {
        var gateway = opened(connect(identity("system:node:" + name, List.of("system:nodes"))));
        var tunnel = gateway.open("POST", "/tunnel", new Headers(), false);
        assertThat(tunnel.status()).isEqualTo(200);
        Http2Connection.server(tunnel, handler);
    }

    private void answer(Exchange exchange) throws IOException {
        assertThat(exchange.path()).isEqualTo("/stats/summary");
        assertThat(exchange.query().flag("only_cpu_and_memory")).isTrue();
        asked.incrementAndGet();
        var container = used(123_456_789, 64 << 20).with("name", Json.of("c"));
        var uid = get("/api/v1/namespaces/default/pods/web").text("metadata", "uid");
        var summary = Json.obj(
                "node",
                used(500_000_000, 700 << 20),
                "pods",
                List.of(Json.obj("podRef", Json.obj("uid", uid), "containers", List.of(container))));
        exchange.respond(200, Headers.of("content-type", "application/json"), summary.bytes());
    }

    private static Json.Obj used(long nanoCores, long memory) {
        return Json.obj(
                "cpu",
                Json.obj("time", "2026-11-24T05:00:00Z", "usageNanoCores", nanoCores),
                "memory",
                Json.obj("workingSetBytes", memory));
    }

    private static Json.Obj object(Response response) {
        return (Json.Obj) Json.parse(response.body());
    }

    private Json.Obj get(String path) throws IOException {
        return object(client.send("GET", path, new Headers(), new byte[0], 1 << 20));
    }

    private void make(String path, Json.Obj object) throws IOException {
        send("POST", path, "application/json", object, 201);
    }

    private void send(String method, String path, String type, Json.Obj object, int status) throws IOException {
        var answer = client.send(method, path, Headers.of("content-type", type), object.bytes(), 1 << 20);
        assertThat(answer.status())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
    }

    private void pod(String name, String node) throws IOException {
        var containers = List.of(Json.obj("name", "c", "image", "i"));
        var pods = "/api/v1/namespaces/default/pods";
        var metadata = Json.obj("name", name, "labels", Json.obj("app", name));
        make(pods, Json.obj("metadata", metadata, "spec", Json.obj("nodeName", node, "containers", containers)));
        var status = Json.obj("status", Json.obj("phase", "Running"));
        send("PATCH", pods + "/" + name + "/status", "application/merge-patch+json", status, 200);
    }

    @Test
    void nodesThatAnswerAreToldAndOthersLeftOut() throws IOException {
        var list = get(METRICS + "/nodes");
        assertThat(list.text("kind")).isEqualTo("NodeMetricsList");
        assertThat(list.items("items")).singleElement().satisfies(node -> {
            assertThat(node.text("metadata", "name")).isEqualTo("edge");
            assertThat(node.text("metadata", "labels", "zone")).isEqualTo("edge");
            assertThat(node.text("timestamp")).isEqualTo("2026-11-24T05:00:00Z");
            assertThat(node.object("usage")).isEqualTo(Json.obj("cpu", "500000000n", "memory", "700Mi"));
        });
        assertThat(get(METRICS + "/nodes/edge").text("kind")).isEqualTo("NodeMetrics");
        assertThat(get(METRICS + "/nodes/gone").number(0, "code")).isEqualTo(404);
        assertThat(get(METRICS + "/nodes?labelSelector=zone%3Dgone").items("items"))
                .isEmpty();
        assertThat(asked).as("answers are remembered for a moment").hasValue(1);
    }

    @Test
    void podsAreToldByNamespaceNameAndLabel() throws IOException {
        var list = get(METRICS + "/pods?labelSelector=app%3Dweb");
        assertThat(list.items("items")).singleElement().satisfies(pod -> {
            assertThat(pod.text("metadata", "namespace")).isEqualTo("default");
            assertThat(pod.items("containers"))
                    .containsExactly(Json.obj("name", "c", "usage", Json.obj("cpu", "123456789n", "memory", "64Mi")));
        });
        assertThat(get(METRICS + "/namespaces/default/pods/web").text("kind")).isEqualTo("PodMetrics");
        assertThat(get(METRICS + "/namespaces/kube-system/pods").items("items")).isEmpty();
    }

    @Test
    void theTypesAreDiscoveredAndRolesApply() throws Exception {
        assertThat(get(METRICS).items("resources"))
                .extracting(one -> one.text("kind"))
                .containsExactly("NodeMetrics", "PodMetrics");
        assertThat(get("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io")
                        .text("spec", "version"))
                .isEqualTo("v1beta1");
        try (var nobody = connect(identity("eve", List.of()))) {
            var answer = nobody.send("GET", METRICS + "/nodes", new Headers(), new byte[0], 1 << 20);
            assertThat(answer.status()).isEqualTo(403);
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void kubectlShowsIt() throws Exception {
        assumeTrue(Files.isExecutable(KUBECTL), "no " + KUBECTL);
        assertThat(top("nodes")).contains("edge").contains("500m");
        assertThat(top("pods", "--containers", "-l", "app=web"))
                .contains("web")
                .contains("124m")
                .contains("64Mi");
    }

    private String top(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(KUBECTL.toString(), "top"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", pki.kubeconfig().toString());
        builder.environment().put("HOME", data.toString());
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
