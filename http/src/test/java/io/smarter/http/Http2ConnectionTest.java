package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class Http2ConnectionTest {
    private static final byte[] NONE = new byte[0];
    private static final int BIG = 10 << 20;

    private Loopback loopback;

    @BeforeEach
    void connect() throws IOException {
        loopback = Loopback.open();
    }

    @AfterEach
    void disconnect() throws IOException {
        loopback.close();
    }

    @Test
    void requestAndAnswerGoThroughWithAllTheirParts() throws Exception {
        try (var client = loopback.client(exchange -> {
            var body = new String(exchange.body(100), StandardCharsets.UTF_8);
            var told = "%s %s %s %s %s"
                    .formatted(
                            exchange.method(),
                            exchange.path(),
                            exchange.query().first("a"),
                            exchange.headers().first("host"),
                            body);
            exchange.respond(
                    201, Headers.of("X-Own", "1", "connection", "close"), told.getBytes(StandardCharsets.UTF_8));
        })) {
            var answer = client.send(
                    "POST",
                    "/p%20q?a=b%20c",
                    Headers.of("host", "h:1"),
                    "hello".getBytes(StandardCharsets.UTF_8),
                    1000);
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.text()).isEqualTo("POST /p%20q b c h:1 hello");
            assertThat(answer.headers().first("x-own")).isEqualTo("1");
            assertThat(answer.headers().first("connection")).isNull();
            assertThat(answer.headers().first("content-length")).isEqualTo("25");
        }
    }

    @Test
    void answerWithoutBodyEndsWithItsHeader() throws Exception {
        try (var client = loopback.client(exchange ->
                exchange.respond(exchange.method().equals("HEAD") ? 200 : 304, new Headers(), new byte[7]))) {
            var head = client.send("HEAD", "/", new Headers(), NONE, 10);
            assertThat(head.headers().first("content-length")).isEqualTo("7");
            assertThat(head.body()).isEmpty();
            assertThat(client.send("GET", "/", new Headers(), NONE, 10).status())
                    .isEqualTo(304);
        }
    }

    @Test
    void tenMegabytesPassBothWaysAtOnce() throws Exception {
        try (var client = loopback.client(exchange -> {
                    try (var out = exchange.stream(200, new Headers())) {
                        exchange.body().transferTo(out);
                    }
                });
                var stream = client.open("POST", "/echo", new Headers(), false);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = new byte[BIG];
            for (int i = 0; i < BIG; i++) sent[i] = (byte) (i * 31 >>> 8 ^ i);
            var writing = threads.submit(() -> {
                try (var out = stream.out()) {
                    for (int at = 0; at < BIG; at += 50_000) out.write(sent, at, Math.min(50_000, BIG - at));
                }
                return null;
            });
            assertThat(Arrays.equals(stream.in().readAllBytes(), sent)).isTrue();
            writing.get();
        }
    }

    @Test
    void streamThatNobodyReadsDoesNotHoldUpOthers() throws Exception {
        try (var client = loopback.client(exchange -> {
            try (var out = exchange.stream(200, new Headers())) {
                for (int i = 0; i < 64; i++) out.write(new byte[64 << 10]);
            }
        })) {
            var stuck = new ArrayList<Http2Stream>();
            for (int i = 0; i < 20; i++) stuck.add(client.open("GET", "/stuck", new Headers(), true));
            for (var stream : stuck) assertThat(stream.status()).isEqualTo(200);
            assertThat(client.send("GET", "/free", new Headers(), NONE, 8 << 20).body())
                    .hasSize(4 << 20);
            for (var stream : stuck) assertThat(stream.in().readAllBytes()).hasSize(4 << 20);
        }
    }

    @Test
    void requestThatNobodyReadsDoesNotHoldUpOthers() throws Exception {
        var release = new CountDownLatch(1);
        try (var client = loopback.client(exchange -> {
                    if (exchange.path().equals("/stuck")) release.await();
                    exchange.respond(200, new Headers(), exchange.body(BIG + 1));
                });
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var stuck = threads.submit(() -> client.send("POST", "/stuck", new Headers(), new byte[BIG], BIG + 1));
            assertThat(client.send("POST", "/free", new Headers(), new byte[1 << 20], BIG)
                            .body())
                    .hasSize(1 << 20);
            release.countDown();
            assertThat(stuck.get().body()).hasSize(BIG);
        }
    }

    @Test
    void trailersFollowTheBody() throws Exception {
        var server = new RawPeer(loopback.rightDuplex());
        try (var client = Http2Connection.client(loopback.leftDuplex())) {
            var stream = client.open("POST", "/", Headers.of("te", "trailers"), true);
            server.greet();
            server.headers(1, Http2Frame.END_HEADERS, ":status", "200");
            server.frame(Http2Frame.DATA, 0, 1, new byte[] {1, 2, 3});
            server.headers(1, Http2Frame.END_HEADERS | Http2Frame.END_STREAM, "grpc-status", "0");
            assertThat(stream.in().readAllBytes()).containsExactly(1, 2, 3);
            assertThat(stream.trailers().first("grpc-status")).isEqualTo("0");
        }
    }

    @Test
    void duplexCarriesAnotherConnectionWithTurnedRoles() throws Exception {
        var inner = new java.util.concurrent.CompletableFuture<Http2Connection>();
        var done = new CountDownLatch(1);
        try (var client = loopback.client(exchange -> {
            inner.complete(Http2Connection.client(exchange.duplex(200, new Headers())));
            done.await();
        })) {
            var tunnel = client.open("POST", "/tunnel", new Headers(), false);
            assertThat(tunnel.status()).isEqualTo(200);
            try (var server = Http2Connection.server(tunnel, e -> e.respond(200, new Headers(), e.body(BIG)))) {
                assertThat(inner.get()
                                .send("POST", "/x", new Headers(), new byte[BIG / 4], BIG)
                                .body())
                        .hasSize(BIG / 4);
                inner.get().ping(Duration.ofSeconds(5));
                assertThat(server.isOpen()).isTrue();
            }
            var ended = new CountDownLatch(1);
            inner.get().onClose(ended::countDown);
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            done.countDown();
        }
    }

    @Test
    void handlerThatThrowsGivesFiveHundredAndEndsNothingElse() throws Exception {
        try (var client = loopback.client(exchange -> {
            if (exchange.path().equals("/late")) {
                var out = exchange.stream(200, new Headers());
                out.write(1);
                out.flush();
            }
            throw new IllegalStateException("on purpose");
        })) {
            assertThat(client.send("GET", "/early", new Headers(), NONE, 100).status())
                    .isEqualTo(500);
            assertThatThrownBy(() -> client.send("GET", "/late", new Headers(), NONE, 100))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("INTERNAL_ERROR");
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void handlerIsInterruptedWhenTheClientGoesAway() throws Exception {
        var started = new CountDownLatch(2);
        var interrupted = new CountDownLatch(2);
        try (var client = loopback.client(exchange -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        })) {
            var one = client.open("GET", "/", new Headers(), true);
            client.open("GET", "/", new Headers(), true);
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            one.close();
            client.ping(Duration.ofSeconds(10));
            assertThat(client.isOpen()).isTrue();
        }
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void interruptedCallerLeavesTheConnectionAlone() throws Exception {
        var release = new CountDownLatch(1);
        try (var client = loopback.client(exchange -> {
            if (exchange.path().equals("/stuck")) release.await();
            exchange.respond(200, new Headers(), NONE);
        })) {
            var caller = Thread.ofVirtual().start(() -> {
                try {
                    client.send("POST", "/stuck", new Headers(), new byte[BIG], 10);
                } catch (IOException _) {
                    // as it should be
                }
            });
            client.ping(Duration.ofSeconds(10));
            caller.interrupt();
            caller.join();
            assertThat(client.send("GET", "/", new Headers(), NONE, 10).status())
                    .isEqualTo(200);
            release.countDown();
        }
    }

    @Test
    void closeWakesReadersAndTellsWhoAsked() throws Exception {
        var client = loopback.client(exchange -> new CountDownLatch(1).await());
        var stream = client.open("GET", "/", new Headers(), true);
        var closed = new CountDownLatch(1);
        client.onClose(closed::countDown);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reading = threads.submit(() -> stream.status());
            client.close();
            assertThatThrownBy(reading::get).hasRootCauseInstanceOf(IOException.class);
        }
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.isOpen()).isFalse();
        assertThatThrownBy(() -> client.open("GET", "/", new Headers(), true)).isInstanceOf(IOException.class);
    }

    @Test
    void answerThatIsTooLongIsRefused() throws Exception {
        try (var client = loopback.client(exchange -> exchange.respond(200, new Headers(), new byte[101]))) {
            assertThatThrownBy(() -> client.send("GET", "/", new Headers(), NONE, 100))
                    .isInstanceOf(BodyTooLargeException.class);
            assertThat(client.send("GET", "/", new Headers(), NONE, 101).body()).hasSize(101);
        }
    }

    @Test
    void serverMayAnswerBeforeItHasReadTheRequest() throws Exception {
        try (var client = loopback.client(exchange -> exchange.respond(413, new Headers(), NONE))) {
            assertThat(client.send("POST", "/", new Headers(), new byte[BIG], 100)
                            .status())
                    .isEqualTo(413);
        }
    }

    @Test
    void pingToASilentPeerTimesOut() throws Exception {
        try (var client = Http2Connection.client(loopback.leftDuplex())) {
            assertThatThrownBy(() -> client.ping(Duration.ofMillis(50))).hasMessageContaining("ping");
        }
    }

    @Test
    void longHeadersTakeSeveralFrames() throws Exception {
        try (var client = loopback.client(exchange ->
                exchange.respond(200, Headers.of("x", exchange.headers().first("x", "")), NONE))) {
            var value = "v~".repeat(15_000);
            assertThat(client.send("GET", "/", Headers.of("x", value), NONE, 10)
                            .headers()
                            .first("x"))
                    .isEqualTo(value);
        }
    }

    @Test
    void manyRequestsAtATimeGetTheirOwnAnswers() throws Exception {
        try (var client = loopback.client(exchange ->
                        exchange.respond(200, new Headers(), exchange.path().getBytes(StandardCharsets.UTF_8)));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<java.util.concurrent.Future<Response>>();
            for (int i = 0; i < 2000; i++) {
                var path = "/" + i;
                answers.add(threads.submit(() -> client.send("GET", path, new Headers(), NONE, 100)));
            }
            for (int i = 0; i < 2000; i++)
                assertThat(answers.get(i).get().text()).isEqualTo("/" + i);
        }
    }

    @Test
    void readerGetsWhatCameBeforeTheReset() throws Exception {
        var server = new RawPeer(loopback.rightDuplex());
        try (var client = Http2Connection.client(loopback.leftDuplex())) {
            var stream = client.open("GET", "/", new Headers(), true);
            server.greet();
            server.headers(1, Http2Frame.END_HEADERS, ":status", "200");
            server.frame(Http2Frame.DATA, 0, 1, new byte[3]);
            server.frame(Http2Frame.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 2});
            InputStream in = stream.in();
            assertThat(in.readNBytes(3)).hasSize(3);
            assertThatThrownBy(in::read).hasMessageContaining("INTERNAL_ERROR");
        }
    }
}
