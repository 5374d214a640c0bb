package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpServerTest {
    private static TestAuthority authority;
    private static TestAuthority stranger;
    private static TlsIdentity identity;

    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();
    private HttpServer server;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority("test-ca");
        stranger = new TestAuthority("test-ca");
        identity = authority.server();
    }

    @BeforeEach
    void start() throws Exception {
        start(Duration.ofSeconds(30));
    }

    private void start(Duration idle) throws Exception {
        var config = HttpServerConfig.of(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        identity,
                        List.of(authority.certificate()))
                .withTimeouts(Duration.ofSeconds(1), idle, Duration.ofSeconds(30), Duration.ofMillis(500));
        server = HttpServer.start(config, this::handle);
    }

    private void restart(Duration idle) throws Exception {
        server.close();
        start(idle);
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
    }

    private void handle(Exchange exchange) throws Exception {
        switch (exchange.path()) {
            case "/echo" -> exchange.respond(200, Headers.of("content-type", "text/plain"), exchange.body(1000));
            case "/size" -> exchange.respond(200, new Headers(), size(exchange).getBytes(StandardCharsets.UTF_8));
            case "/who" ->
                exchange.respond(200, new Headers(), who(exchange.peer()).getBytes(StandardCharsets.UTF_8));
            case "/late" ->
                exchange.respond(200, new Headers(), who(exchange.expiredPeer()).getBytes(StandardCharsets.UTF_8));
            case "/ignore" -> exchange.respond(200, new Headers(), "ignored".getBytes(StandardCharsets.UTF_8));
            case "/large" -> exchange.respond(200, new Headers(), new byte[5_000_000]);
            case "/watch" -> watch(exchange);
            case "/flood" -> flood(exchange);
            case "/wait" -> await(exchange);
            case "/upgrade" -> relay(exchange.upgrade("test/1", Headers.of("x-more", "yes")));
            case "/duplex" -> relay(exchange.duplex(200, new Headers()));
            case "/fail" -> throw new IllegalStateException("on purpose");
            case "/silent" -> {}
            case "/half" -> {
                exchange.stream(200, new Headers()).flush();
                throw new IllegalStateException("on purpose");
            }
            default -> exchange.respond(404, new Headers(), exchange.path().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String size(Exchange exchange) throws IOException {
        long size = 0;
        var part = new byte[4096];
        for (int count; (count = exchange.body().read(part)) >= 0; ) size += count;
        return Long.toString(size);
    }

    private static String who(List<X509Certificate> peer) {
        return peer.isEmpty()
                ? "nobody"
                : peer.getFirst().getSubjectX500Principal().getName();
    }

    private void watch(Exchange exchange) throws Exception {
        try (var out = exchange.stream(200, new Headers())) {
            for (var event : List.of("one", "two")) {
                out.write(event.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            release.await();
            out.write("three".getBytes(StandardCharsets.UTF_8));
        }
    }

    private void flood(Exchange exchange) throws IOException {
        try (var out = exchange.stream(200, new Headers())) {
            var part = new byte[10_000];
            while (written.get() < 200_000_000) {
                out.write(part);
                out.flush();
                written.addAndGet(part.length);
            }
        } finally {
            outcome.complete("flood ended");
        }
    }

    private void await(Exchange exchange) throws Exception {
        started.countDown();
        try {
            release.await();
            exchange.respond(200, new Headers(), new byte[0]);
            outcome.complete("answered");
        } catch (InterruptedException e) {
            outcome.complete("interrupted");
            throw e;
        }
    }

    private static void relay(Duplex duplex) throws IOException {
        var part = new byte[1000];
        for (int count; (count = duplex.in().read(part)) >= 0; ) {
            duplex.out().write(part, 0, count);
            duplex.out().flush();
        }
        duplex.out().write("bye".getBytes(StandardCharsets.UTF_8));
        duplex.out().close();
    }

    private TestClient client() throws Exception {
        return new TestClient(server.port(), authority, null);
    }

    private HttpClient http2() throws Exception {
        return HttpClient.newBuilder()
                .sslContext(TestClient.context(authority, null))
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
    }

    static Stream<Arguments> exchanges() {
        return Stream.of(
                argumentSet(
                        "body by length",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
                        "HTTP/1.1 200 OK",
                        "hello"),
                argumentSet(
                        "body in chunks",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
                        "HTTP/1.1 200 OK",
                        "hello"),
                argumentSet(
                        "unknown path",
                        "GET /nowhere?a=b HTTP/1.1\r\nHost: x\r\n\r\n",
                        "HTTP/1.1 404 Not Found",
                        "/nowhere"),
                argumentSet(
                        "absolute form",
                        "GET https://x/nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
                        "HTTP/1.1 404",
                        "/nowhere"),
                argumentSet(
                        "handler fails", "GET /fail HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 500", "internal error\n"),
                argumentSet(
                        "handler forgets",
                        "GET /silent HTTP/1.1\r\nHost: x\r\n\r\n",
                        "HTTP/1.1 500",
                        "internal error\n"),
                argumentSet(
                        "body above the handler's limit",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + "x".repeat(1001),
                        "HTTP/1.1 413",
                        "body is longer than 1000 bytes\n"),
                argumentSet(
                        "absurd length",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n",
                        "HTTP/1.1 413",
                        "body is longer than 1000 bytes\n"),
                argumentSet("long target", "GET /" + "u".repeat(17_000) + " HTTP/1.1\r\n", "HTTP/1.1 414", null),
                argumentSet(
                        "long header",
                        "GET / HTTP/1.1\r\nHost: x\r\nX: " + "h".repeat(33_000) + "\r\n\r\n",
                        "HTTP/1.1 431",
                        null),
                argumentSet("no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400", null),
                argumentSet("not HTTP", "\u0001\u0002\u0003 x\r\n\r\n", "HTTP/1.1 400", null));
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void answersOverHttp1(String request, String status, String body) throws Exception {
        try (var client = client()) {
            client.say(request);
            var response = client.response();
            assertThat(response).startsWith(status);
            if (body != null) assertThat(response).endsWith("\n\n" + body);
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (var client = client()) {
            client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none".repeat(20)
                    + "GET /ignore HTTP/1.1\r\nHost: x\r\n\r\n");
            for (int i = 0; i < 20; i++) assertThat(client.response()).endsWith("\n\none");
            assertThat(client.response()).endsWith("\n\nignored");
        }
    }

    @Test
    void keepsTheConnectionAfterABodyThatNobodyRead() throws Exception {
        try (var client = client()) {
            client.say("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000));
            assertThat(client.response()).endsWith("ignored");
            client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok");
            assertThat(client.response()).endsWith("ok");
        }
    }

    @Test
    void startsARequestWhoseShortBodyLingers() throws Exception {
        try (var client = client()) {
            client.say("POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\no");
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            release.countDown();
            client.say("k");
            assertThat(client.response()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void asksForABodyOnlyWhenItIsWanted() throws Exception {
        try (var client = client()) {
            client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 100");
            client.say("ok");
            assertThat(client.response()).endsWith("ok");
            client.say("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 200").contains("connection: close");
        }
    }

    @Test
    void closesWhenTheClientWantsItClosed() throws Exception {
        try (var client = client()) {
            client.say("GET /ignore HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(client.response()).contains("connection: close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void speaksHttp10() throws Exception {
        try (var client = client()) {
            release.countDown();
            client.say("GET /watch HTTP/1.0\r\n\r\n");
            assertThat(new String(client.in.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("\r\n\r\nonetwothree");
        }
    }

    @Test
    void sendsEachEventWhenItIsFlushed() throws Exception {
        try (var client = client()) {
            client.say("GET /watch HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!client.line().isEmpty()) {}
            assertThat(List.of(client.chunk(), client.chunk())).containsExactly("one", "two");
            release.countDown();
            assertThat(List.of(client.chunk(), client.chunk())).containsExactly("three", "");
        }
    }

    @Test
    void breaksTheAnswerOffWhenTheHandlerFailsHalfway() throws Exception {
        try (var client = client()) {
            client.say("GET /half HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!client.line().isEmpty()) {}
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptsTheHandlerWhenTheClientLeaves(boolean politely) throws Exception {
        var client = client();
        client.say("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        started.await();
        if (politely) client.close();
        else client.drop();
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    @Test
    void slowReadersStopTheWriter() throws Exception {
        try (var client = client()) {
            client.say("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n");
            long before;
            do {
                before = written.get();
                Thread.sleep(300);
            } while (before == 0 || written.get() != before);
            assertThat(before).isLessThan(20_000_000);
            assertThat(outcome).isNotDone();
        }
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("flood ended");
    }

    @Test
    void handsOverTheConnectionOnUpgrade() throws Exception {
        try (var client = client()) {
            client.say(
                    "POST /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: test/1\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 101").contains("upgrade: test/1", "x-more: yes");
            client.say("GET / raw");
            assertThat(client.in.readNBytes(9)).asString().isEqualTo("GET / raw");
        }
    }

    @Test
    void dropsClientsThatDoNotFinishTheirHeader() throws Exception {
        try (var client = client()) {
            client.say("GET / HTTP/1.1\r\nHo");
            assertThat(client.ended()).isTrue();
        }
        try (var socket = TestClient.plain(server.port())) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void closesConnectionsThatAreNotUsed() throws Exception {
        restart(Duration.ofMillis(300));
        try (var idle = client();
                var stalled = client()) {
            stalled.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
            assertThat(idle.ended()).isTrue();
            assertThat(stalled.ended()).isTrue();
        }
    }

    @Test
    void givesUpHttp2PeersThatShowNoSignOfLife() throws Exception {
        restart(Duration.ofMillis(300));
        try (var client = new TestClient(server.port(), authority, null, "h2")) {
            client.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            client.out.write(HexFormat.of().parseHex("000000040000000000")); // SETTINGS
            client.out.write(HexFormat.of().parseHex("000009010500000001828704052f77616974")); // GET /wait
            client.out.flush();
            started.await();
            var all = HexFormat.of().formatHex(client.in.readAllBytes());
            assertThat(all).contains("000008060000000000"); // PING
            assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
        }
    }

    static Stream<Arguments> certificates() throws Exception {
        var past = Instant.now().minusSeconds(10);
        var later = Instant.now().plusSeconds(100);
        return Stream.of(
                argumentSet("its own authority's", authority.client("me"), "CN=me", "nobody"),
                argumentSet("none", null, "nobody", "nobody"),
                argumentSet("a stranger's of the same name", stranger.client("me"), "nobody", "nobody"),
                argumentSet("expired", authority.client("me", TestAuthority.CLIENT_AUTH, past), "nobody", "CN=me"),
                argumentSet(
                        "a stranger's that expired",
                        stranger.client("me", TestAuthority.CLIENT_AUTH, past),
                        "nobody",
                        "nobody"),
                argumentSet("a server's", authority.client("me", TestAuthority.SERVER_AUTH, later), "nobody", "nobody"),
                argumentSet(
                        "a server's that expired",
                        authority.client("me", TestAuthority.SERVER_AUTH, past),
                        "nobody",
                        "nobody"));
    }

    @ParameterizedTest
    @MethodSource("certificates")
    void knowsWhoAsks(TlsIdentity certificate, String expected, String late) throws Exception {
        try (var client = new TestClient(server.port(), authority, certificate)) {
            client.say("GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.response()).endsWith("\n\n" + expected);
            client.say("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.response()).endsWith("\n\n" + late);
        }
    }

    @Test
    void answersOverHttp2() throws Exception {
        try (var client = http2()) {
            var echo = client.send(
                    to("/echo")
                            .POST(HttpRequest.BodyPublishers.ofString("hello"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(echo.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(echo.body()).isEqualTo("hello");
            var large = client.send(to("/large").build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(large.body()).hasSize(5_000_000);
            var upload = HttpRequest.BodyPublishers.ofByteArray(new byte[3_000_000]);
            var size = client.send(to("/size").POST(upload).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(size.body()).isEqualTo("3000000");
            var failed = client.send(to("/fail").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(failed.statusCode()).isEqualTo(500);
            var refused = client.send(to("/" + "u".repeat(17_000)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(414);
        }
    }

    /** With our own client: java.net.http may forget an answer for the reset that Netty sends after it. */
    @Test
    void refusesLongHeadersOverHttp2() throws Exception {
        var trusted = Tls.context(null, List.of(authority.certificate()));
        try (var client = Http2Connection.client(Sockets.tls("localhost", server.port(), trusted, "h2"))) {
            var headers = Headers.of("host", "x", "x", "h".repeat(40_000));
            assertThat(client.send("GET", "/x", headers, new byte[0], 1000).status())
                    .isEqualTo(431);
        }
    }

    @Test
    void cancelledHttp2RequestsInterruptTheirHandlerOnly() throws Exception {
        try (var client = http2()) {
            var waiting = client.sendAsync(to("/wait").build(), HttpResponse.BodyHandlers.ofString());
            started.await();
            waiting.cancel(true);
            assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
            var other = client.send(to("/ignore").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(other.body()).isEqualTo("ignored");
        }
    }

    @Test
    void aSlowHttp2ReaderBlocksNobodyElse() throws Exception {
        try (var client = http2()) {
            var flood = client.send(to("/flood").build(), HttpResponse.BodyHandlers.ofInputStream());
            for (int i = 0; i < 20; i++) {
                var other = client.send(to("/ignore").build(), HttpResponse.BodyHandlers.ofString());
                assertThat(other.body()).isEqualTo("ignored");
            }
            assertThat(written.get()).isLessThan(100_000_000);
            flood.body().close();
        }
    }

    @Test
    void closingLetsRunningRequestsFinish() throws Exception {
        try (var client = client()) {
            client.say("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
            started.await();
            var closing = Thread.ofVirtual().start(server::close);
            release.countDown();
            assertThat(client.response()).startsWith("HTTP/1.1 200");
            closing.join();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void closingEndsWatches() throws Exception {
        try (var client = client()) {
            client.say("GET /watch HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!client.line().isEmpty()) {}
            client.chunk();
            server.close();
            assertThat(client.in.readAllBytes().length).isLessThan(20);
        }
    }
}
