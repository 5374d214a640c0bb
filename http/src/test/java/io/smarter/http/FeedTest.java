package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that their handler leaves to a source. */
@Timeout(60)
class FeedTest {
    private static final int TOTAL = 3_000_000;
    private static final int[] LENGTHS = {1, 300, 16_375, 16_376, 16_384, 5, 100_000, 700};

    private static TestAuthority authority;
    private static TlsIdentity identity;

    private final LinkedBlockingQueue<Numbers> begun = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    private HttpServer server;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority("test-ca");
        identity = authority.server();
    }

    @BeforeEach
    void start() throws Exception {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var config = HttpServerConfig.of(listen, identity, List.of())
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(400), Duration.ZERO);
        server = HttpServer.start(config, this::handle);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void handle(Exchange exchange) throws Exception {
        if (!exchange.path().startsWith("/feed")) {
            exchange.respond(200, new Headers(), "served".getBytes(StandardCharsets.UTF_8));
            return;
        }
        threads.add(Thread.currentThread());
        var out = exchange.feed(200, new Headers());
        out.write(numbers(0, 10));
        out.flush();
        exchange.leaveTo(new Numbers(exchange.path().equals("/feed/endless") ? Integer.MAX_VALUE : TOTAL));
    }

    /** The bytes of an endless sequence from one place to another. */
    private static byte[] numbers(int from, int to) {
        var bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) bytes[i] = number(from + i);
        return bytes;
    }

    private static byte number(int place) {
        return (byte) (place * 31 + (place >> 8));
    }

    /** Sends the sequence from its tenth byte, in parts of all lengths, as its client takes them. */
    private final class Numbers implements Feed.Source {
        private final int total;
        private final CountDownLatch over = new CountDownLatch(1);
        private @Nullable Feed feed;
        private int sent = 10;
        private int parts;

        Numbers(int total) {
            this.total = total;
        }

        @Override
        public void begin(Feed own) {
            feed = own;
            begun.add(this);
            ready();
        }

        @Override
        public void ready() {
            if (feed == null) return;
            while (feed.isReady() && sent < total) {
                int next = (int) Math.min(total, (long) sent + LENGTHS[parts++ % LENGTHS.length]);
                feed.send(numbers(sent, next));
                sent = next;
            }
            feed.flush();
            if (sent == total) feed.close();
        }

        @Override
        public void over() {
            over.countDown();
        }

        boolean isOver() throws InterruptedException {
            return over.await(20, TimeUnit.SECONDS);
        }
    }

    private static void assertSequence(InputStream in) throws Exception {
        var got = in.readAllBytes();
        assertThat(got.length).isEqualTo(TOTAL);
        assertThat(got).isEqualTo(numbers(0, TOTAL));
    }

    private Duplex http2() throws Exception {
        return Sockets.tls("localhost", server.port(), Tls.context(null, List.of(authority.certificate())), "h2");
    }

    @Test
    void overHttp2EveryByteComesInItsPlace() throws Exception {
        try (var client = Http2Connection.client(http2())) {
            var first = client.open("GET", "/feed", Headers.of("host", "x"), true);
            var second = client.open("GET", "/feed", Headers.of("host", "x"), true);
            var reading = new FutureTask<>(() -> second.in().readAllBytes());
            Thread.ofVirtual().start(reading); // at the same time: who takes nothing is given up
            assertSequence(first.in());
            assertThat(reading.get()).isEqualTo(numbers(0, TOTAL));
            assertThat(client.send("GET", "/", Headers.of("host", "x"), new byte[0], 100)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void overHttp1EveryByteComesInItsPlaceAndTheConnectionGoesOn() throws Exception {
        try (var client = new TestClient(server.port(), authority, null)) {
            client.say("GET /feed HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
            var answer = client.response();
            var body = answer.substring(answer.indexOf("\n\n") + 2).getBytes(StandardCharsets.ISO_8859_1);
            assertThat(body).isEqualTo(numbers(0, TOTAL));
            assertThat(client.response()).endsWith("served");
        }
    }

    @Test
    void overHttp10EveryByteComesInItsPlaceUntilTheEnd() throws Exception {
        try (var client = new TestClient(server.port(), authority, null)) {
            client.say("GET /feed HTTP/1.0\r\nHost: x\r\n\r\n");
            while (!client.line().isEmpty()) assertThat(client.in).isNotNull();
            assertSequence(client.in);
        }
    }

    @Test
    void noThreadWaitsForIt() throws Exception {
        try (var client = new TestClient(server.port(), authority, null)) {
            client.say("GET /feed/endless HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.line()).startsWith("HTTP/1.1 200");
            assertThat(threads.take().join(Duration.ofSeconds(20))).isTrue();
            assertThat(begun.take().over.getCount()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "http/1.1"})
    void whoTakesNothingIsGivenUpAndOthersAreServed(String protocol) throws Exception {
        try (var transport = http2();
                var client = new TestClient(server.port(), authority, null)) {
            if (protocol.equals("h2")) {
                var peer = new RawPeer(transport);
                peer.hello();
                peer.headers(
                        1,
                        Http2Frame.END_STREAM | Http2Frame.END_HEADERS,
                        ":method",
                        "GET",
                        ":scheme",
                        "https",
                        ":authority",
                        "x",
                        ":path",
                        "/feed/endless");
            } else {
                client.say("GET /feed/endless HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            var stuck = begun.take();
            try (var other = new TestClient(server.port(), authority, null)) {
                other.say("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(other.response()).hasSizeGreaterThan(TOTAL);
            }
            assertThat(stuck.isOver()).isTrue();
        }
    }

    @Test
    void itIsOverWhenItsClientGoes() throws Exception {
        var client = new TestClient(server.port(), authority, null);
        client.say("GET /feed/endless HTTP/1.1\r\nHost: x\r\n\r\n");
        var left = begun.take();
        client.drop();
        assertThat(left.isOver()).isTrue();
        try (var other = Http2Connection.client(http2())) {
            var stream = other.open("GET", "/feed/endless", Headers.of("host", "x"), true);
            assertThat(stream.status()).isEqualTo(200);
            stream.close();
            assertThat(begun.take().isOver()).isTrue();
        }
    }

    @Test
    void itIsOverWhenTheServerCloses() throws Exception {
        try (var client = new TestClient(server.port(), authority, null)) {
            client.say("GET /feed/endless HTTP/1.1\r\nHost: x\r\n\r\n");
            var left = begun.take();
            server.close();
            assertThat(left.isOver()).isTrue();
        }
    }
}
