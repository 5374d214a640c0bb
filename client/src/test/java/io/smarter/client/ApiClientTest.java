package io.smarter.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.api.Resource;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ApiClientTest {
    @TempDir
    private Path folder;

    private TestPki pki;

    private interface Body {
        void use(ApiClient client) throws Exception;
    }

    @BeforeEach
    void authority() throws Exception {
        pki = new TestPki(folder);
    }

    /** Runs against our own server role and against the Netty server. */
    private void against(Handler handler, Body body) throws Exception {
        try (var server = new TestServer(pki.identity("cloud", List.of()), pki.authority(), handler);
                var client = client(server.uri())) {
            body.use(client);
        }
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var config = HttpServerConfig.of(listen, pki.identity("cloud", List.of()), List.of(pki.authority()));
        try (var server = HttpServer.start(config, handler);
                var client = client(URI.create("https://localhost:" + server.port()))) {
            body.use(client);
        }
    }

    private ApiClient client(URI uri) throws Exception {
        return new ApiClient(new ClientConfig(
                uri, List.of(pki.authority()), pki.identity("system:node:a", List.of("system:nodes"))));
    }

    private static void echo(Exchange exchange) throws IOException {
        var told = Json.obj(
                "method", exchange.method(),
                "path", exchange.path(),
                "type", exchange.headers().first("content-type"),
                "query",
                        exchange.query().first("fieldManager", "")
                                + exchange.query().first("force", ""),
                "body", new String(exchange.body(1 << 20), StandardCharsets.UTF_8));
        exchange.respond(200, new Headers(), told.bytes());
    }

    @Test
    void verbsBecomeTheRequestsOfTheApi() throws Exception {
        var pod = Json.obj("metadata", Json.obj("namespace", "farm", "name", "a"));
        var base = "/api/v1/namespaces/farm/pods";
        against(ApiClientTest::echo, client -> {
            says(client.get(Resource.PODS, "farm", "a/b"), "GET", base + "/a%2Fb", null, "");
            says(client.create(Resource.PODS, "farm", pod), "POST", base, "application/json", pod.compact());
            says(client.update(Resource.PODS, pod), "PUT", base + "/a", "application/json", pod.compact());
            says(client.updateStatus(Resource.PODS, pod), "PUT", base + "/a/status", "application/json", pod.compact());
            says(
                    client.patch(Resource.NODES, "", "n", PatchType.MERGE, pod, "status"),
                    "PATCH",
                    "/api/v1/nodes/n/status",
                    "application/merge-patch+json",
                    pod.compact());
            says(
                    client.delete(Resource.LEASES, "x", "n", Json.Obj.EMPTY),
                    "DELETE",
                    "/apis/coordination.k8s.io/v1/namespaces/x/leases/n",
                    null,
                    "");
            var options = Json.obj("gracePeriodSeconds", 0);
            says(
                    client.delete(Resource.PODS, "farm", "a", options),
                    "DELETE",
                    base + "/a",
                    "application/json",
                    options.compact());
            var applied = client.apply(Resource.PODS, pod, "me", true);
            says(applied, "PATCH", base + "/a", "application/apply-patch+yaml", pod.compact());
            assertThat(applied.text("query")).isEqualTo("metrue");
        });
    }

    @Test
    void inAPodRequestsCarryTheTokenOfTheAccountAsItIsNow() throws Exception {
        var account = Files.createDirectories(folder.resolve("account"));
        Files.writeString(account.resolve("ca.crt"), Pem.text(pki.authority()));
        Handler handler = exchange -> exchange.respond(
                200,
                new Headers(),
                Json.obj("who", exchange.headers().first("authorization")).bytes());
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var config = HttpServerConfig.of(listen, pki.identity("cloud", List.of()), List.of(pki.authority()));
        try (var server = HttpServer.start(config, handler)) {
            var environment = Map.of(
                    "KUBERNETES_SERVICE_HOST", "localhost", "KUBERNETES_SERVICE_PORT", Integer.toString(server.port()));
            try (var client = new ApiClient(ClientConfig.inCluster(environment, account))) {
                for (var token : List.of("one", "two")) {
                    Files.writeString(account.resolve("token"), token + "\n");
                    assertThat(client.get(Resource.PODS, "farm", "a").text("who"))
                            .isEqualTo("Bearer " + token);
                }
            }
        }
        assertThatThrownBy(() -> ClientConfig.inCluster(Map.of(), account))
                .hasMessageStartingWith("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT: must be set");
    }

    private static void says(Json told, String method, String path, @Nullable String type, String body) {
        assertThat(told.text("method")).isEqualTo(method);
        assertThat(told.text("path")).isEqualTo(path);
        assertThat(told.text("type")).isEqualTo(type);
        assertThat(told.text("body")).isEqualTo(body);
    }

    @Test
    void statusBecomesAnException() throws Exception {
        var status = Json.obj(
                "kind", "Status", "code", 409, "reason", "AlreadyExists", "message", "pods \"a\" already exists");
        against(
                exchange -> exchange.respond(409, new Headers(), status.bytes()),
                client -> assertThatThrownBy(() -> client.get(Resource.PODS, "x", "a"))
                        .isInstanceOfSatisfying(ApiException.class, e -> {
                            assertThat(e.code()).isEqualTo(409);
                            assertThat(e.conflict()).isTrue();
                            assertThat(e.reason()).isEqualTo("AlreadyExists");
                            assertThat(e).hasMessage("pods \"a\" already exists");
                            assertThat(e.status()).isEqualTo(status);
                        }));
    }

    @Test
    void pagesOfAListAreJoined() throws Exception {
        var api = new FakeApi();
        for (int i = 0; i < 25; i++) api.put("p%02d".formatted(i), i + 1);
        against(api, client -> {
            var listing = client.list(Resource.PODS, "farm", new ListOptions(null, null, 10));
            assertThat(listing.items()).hasSize(25);
            assertThat(listing.items().getLast().text("kind")).isEqualTo("Pod");
            assertThat(listing.resourceVersion()).isEqualTo("25");
        });
    }

    @Test
    void watchGivesEventsUntilTheServerEndsIt() throws Exception {
        var api = new FakeApi();
        against(api, client -> {
            try (var watch = client.watch(Resource.PODS, null, ListOptions.ALL, "7", Duration.ofMinutes(1))) {
                api.events.add(FakeApi.event("ADDED", FakeApi.pod("x".repeat(100_000), 8)));
                api.events.add(FakeApi.event("BOOKMARK", FakeApi.pod("", 9)));
                api.events.add("");
                var first = Objects.requireNonNull(watch.next());
                assertThat(first.type()).isEqualTo(Watch.Type.ADDED);
                assertThat(first.object().textOrEmpty("metadata", "name")).hasSize(100_000);
                assertThat(watch.next())
                        .isNotNull()
                        .extracting(Watch.Event::type)
                        .isEqualTo(Watch.Type.BOOKMARK);
                assertThat(watch.next()).isNull();
            }
        });
    }

    @Test
    void lostConnectionFailsWhatIsInFlightAndIsDialledAgain() throws Exception {
        var api = new FakeApi();
        try (var server = new TestServer(pki.identity("cloud", List.of()), pki.authority(), api);
                var client = client(server.uri())) {
            var watch = client.watch(Resource.PODS, null, ListOptions.ALL, "7", Duration.ofMinutes(1));
            server.cut();
            assertThatThrownBy(watch::next).isInstanceOf(IOException.class);
            assertThat(client.list(Resource.PODS, null, ListOptions.ALL).items())
                    .isEmpty();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void serverOfAnotherAuthorityIsRefused(@TempDir Path other) throws Exception {
        var stranger = new TestPki(other);
        try (var server = new TestServer(
                        stranger.identity("cloud", List.of()), stranger.authority(), ApiClientTest::echo);
                var client = client(server.uri())) {
            assertThatThrownBy(() -> client.get(Resource.PODS, "x", "a")).isInstanceOf(IOException.class);
        }
    }
}
