package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that take all the time, or all the work, that they can get: each is given up, and others are served meanwhile. */
@Timeout(60)
class HttpFaultTest {
    private static final Duration HANDSHAKE = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration TRANSFER = Duration.ofMillis(400);
    private static final int ENDLESS = 200_000;
    private static final int WHOLE = Http2Frame.END_STREAM | Http2Frame.END_HEADERS;

    private static TestAuthority authority;
    private static TlsIdentity identity;

    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final AtomicInteger begun = new AtomicInteger();
    private HttpServer server;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority("test-ca");
        identity = authority.server();
    }

    private static HttpServerConfig config() {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return HttpServerConfig.of(listen, identity, List.of()).withTimeouts(HANDSHAKE, IDLE, TRANSFER, Duration.ZERO);
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.start(config(), this::handle);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void handle(Exchange exchange) throws Exception {
        begun.incrementAndGet();
        try {
            switch (exchange.path()) {
                case "/whole" -> exchange.respond(200, new Headers(), exchange.body(100));
                case "/large" -> exchange.respond(200, new Headers(), new byte[20_000_000]);
                case "/small" -> exchange.respond(200, new Headers(), new byte[50_000]);
                case "/feed" -> flood(exchange.feed(200, new Headers()));
                case "/stream" -> flood(exchange.stream(200, new Headers()));
                default -> exchange.respond(200, new Headers(), "served".getBytes(StandardCharsets.UTF_8));
            }
        } finally {
            ended.add(exchange.path());
        }
    }

    private static void flood(OutputStream out) throws IOException {
        try (out) {
            var part = new byte[16 << 10];
            while (true) {
                out.write(part);
                out.flush();
            }
        }
    }

    private TestClient http1() throws Exception {
        return new TestClient(server.port(), authority, null);
    }

    private Duplex http2() throws IOException {
        return Sockets.tls("localhost", server.port(), Tls.context(null, List.of(authority.certificate())), "h2");
    }

    private void assertServesOthers() throws Exception {
        try (var other = http1()) {
            other.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(other.response()).endsWith("served");
        }
        try (var other = Http2Connection.client(http2())) {
            assertThat(other.send("GET", "/", Headers.of("host", "x"), new byte[0], 100)
                            .status())
                    .isEqualTo(200);
        }
    }

    // ---- too slow

    private static byte[] hello() throws Exception {
        var engine = TestClient.context(authority, null).createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        var bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), bytes);
        bytes.flip();
        var hello = new byte[bytes.remaining()];
        bytes.get(hello);
        return hello;
    }

    @Test
    void aTlsHelloThatTrickles() throws Exception {
        try (var socket = TestClient.plain(server.port())) {
            assertThat(trickle(socket, hello())).isLessThan(hello().length);
            assertServesOthers();
        }
    }

    @Test
    void aConnectionThatNeverSaysHello() throws Exception {
        try (var socket = TestClient.plain(server.port())) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    /** Sends a byte at a time, slowly, until the server has closed the connection; how many it took. */
    private static int trickle(Socket socket, byte[] bytes) throws IOException {
        socket.setSoTimeout(20);
        for (int sent = 0; sent < bytes.length; sent++) {
            try {
                socket.getOutputStream().write(bytes[sent]);
                if (socket.getInputStream().read() < 0) return sent;
            } catch (SocketTimeoutException e) {
                assertThat(e).as("it says nothing, but listens still").isNotNull();
            } catch (IOException e) {
                return sent;
            }
        }
        return bytes.length;
    }

    static Stream<Arguments> slowRequests() {
        var post = "POST /whole HTTP/1.1\r\nHost: x\r\n";
        return Stream.of(
                argumentSet("header", "GET / HTTP/1.1\r\nHost: x\r\nx-slow: ", "x", ""),
                argumentSet("request line", "GET /", "x", ""),
                argumentSet("body", post + "Content-Length: 90\r\n\r\n", "x", "HTTP/1.1 408"),
                argumentSet("chunks", post + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", "HTTP/1.1 408"),
                argumentSet("trailers", post + "Transfer-Encoding: chunked\r\n\r\n0\r\nx: ", "x", "HTTP/1.1 408"));
    }

    @ParameterizedTest
    @MethodSource("slowRequests")
    void anHttp1RequestThatTrickles(String begin, String more, String answer) throws Exception {
        try (var client = http1()) {
            client.say(begin);
            var trickling = Thread.ofVirtual()
                    .start(() -> repeat(() -> {
                        client.say(more);
                        Thread.sleep(20);
                    }));
            assertServesOthers();
            if (answer.isEmpty()) assertThat(client.ended()).isTrue();
            else assertThat(client.line()).startsWith(answer);
            trickling.interrupt();
            trickling.join();
        }
    }

    /** Something that is done until it fails, as it does when the connection is closed. */
    interface Attack {
        void once() throws Exception;
    }

    private static void repeat(Attack attack) {
        try {
            for (int i = 0; i < ENDLESS; i++) attack.once();
        } catch (Exception e) {
            System.getLogger("faults").log(System.Logger.Level.DEBUG, "the attack has ended", e);
        }
    }

    static Stream<Arguments> slowHttp2() {
        return Stream.of(
                argumentSet("preface", (Step) (peer, _) -> peer.raw(new byte[] {'P'}), ""),
                argumentSet(
                        "signs of life and nothing else",
                        (Step) (peer, i) -> {
                            if (i == 0) peer.hello();
                            peer.frame(Http2Frame.PING, 0, 0, new byte[8]);
                        },
                        ""),
                argumentSet(
                        "header",
                        (Step) (peer, i) -> {
                            if (i == 0) peer.hello();
                            if (i == 0) peer.raw(new byte[] {0, 0x40, 0, Http2Frame.HEADERS, 0, 0, 0, 0, 1});
                            peer.raw(new byte[] {(byte) 0x82});
                        },
                        ""),
                argumentSet(
                        "body",
                        (Step) (peer, i) -> {
                            if (i == 0) peer.hello();
                            if (i == 0) request(peer, 1, "POST", "/whole", Http2Frame.END_HEADERS);
                            peer.frame(Http2Frame.DATA, 0, 1, new byte[1]);
                        },
                        "408"),
                argumentSet(
                        "no body",
                        (Step) (peer, i) -> {
                            if (i == 0) peer.hello();
                            if (i == 0) request(peer, 1, "POST", "/whole", Http2Frame.END_HEADERS);
                        },
                        "408"));
    }

    /** What a client says in the i-th step. */
    interface Step {
        void step(RawPeer peer, int i) throws IOException;
    }

    private static void request(RawPeer peer, int stream, String method, String path, int flags) throws IOException {
        peer.headers(stream, flags, ":method", method, ":scheme", "https", ":authority", "x", ":path", path);
    }

    @ParameterizedTest
    @MethodSource("slowHttp2")
    void anHttp2ClientThatTrickles(Step attack, String answer) throws Exception {
        try (var transport = http2()) {
            var peer = new RawPeer(transport);
            var step = new AtomicInteger();
            var trickling = Thread.ofVirtual()
                    .start(() -> repeat(() -> {
                        attack.step(peer, step.getAndIncrement());
                        Thread.sleep(20);
                    }));
            assertServesOthers();
            if (answer.isEmpty()) said(peer);
            else assertThat(peer.await(Http2Frame.HEADERS).stream()).isEqualTo(1);
            trickling.interrupt();
            trickling.join();
        }
    }

    /** What the server says until it closes the connection. */
    private static List<RawPeer.Frame> said(RawPeer peer) throws IOException {
        var said = new ArrayList<RawPeer.Frame>();
        try {
            while (true) said.add(peer.read());
        } catch (EOFException | SocketException e) {
            return said;
        }
    }

    // ---- too much

    static Stream<Arguments> floods() {
        return Stream.of(
                argumentSet("pings", (Step) (peer, _) -> peer.frame(Http2Frame.PING, 0, 0, new byte[8])),
                argumentSet("settings", (Step) (peer, _) -> peer.frame(Http2Frame.SETTINGS, 0, 0, new byte[0])),
                argumentSet("priorities", (Step) (peer, _) -> peer.frame(Http2Frame.PRIORITY, 0, 3, new byte[5])),
                argumentSet("unknown frames", (Step) (peer, _) -> peer.frame(0x42, 0, 0, new byte[8])),
                argumentSet("rapid reset", (Step) (peer, i) -> {
                    request(peer, 2 * i + 1, "GET", "/", WHOLE);
                    peer.frame(Http2Frame.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
                }),
                argumentSet("streams that are wrong", (Step) (peer, i) -> {
                    request(peer, 2 * i + 1, "POST", "/whole", Http2Frame.END_HEADERS);
                    peer.frame(Http2Frame.WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]);
                }),
                argumentSet("endless continuation", (Step) (peer, i) -> {
                    if (i == 0) peer.frame(Http2Frame.HEADERS, 0, 1, peer.block(":method", "GET"));
                    else peer.frame(Http2Frame.CONTINUATION, 0, 1, peer.block("x" + i, "y"));
                }),
                argumentSet("continuation without content", (Step) (peer, i) -> {
                    if (i == 0) peer.frame(Http2Frame.HEADERS, 0, 1, peer.block(":method", "GET"));
                    else peer.frame(Http2Frame.CONTINUATION, 0, 1, new byte[0]);
                }),
                argumentSet("data without content", (Step) (peer, i) -> {
                    if (i == 0) request(peer, 1, "POST", "/whole", Http2Frame.END_HEADERS);
                    else peer.frame(Http2Frame.DATA, 0, 1, new byte[0]);
                }),
                argumentSet("a small field, a thousand times over", (Step) (peer, i) -> {
                    var block = peer.block(
                            ":method",
                            "GET",
                            ":scheme",
                            "https",
                            ":authority",
                            "x",
                            ":path",
                            "/",
                            "x",
                            "y".repeat(3000));
                    var bomb = Arrays.copyOf(block, block.length + 1000);
                    Arrays.fill(bomb, block.length, bomb.length, (byte) (0x80 | 62));
                    peer.frame(Http2Frame.HEADERS, WHOLE, 2 * i + 1, bomb);
                }));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void anHttp2ClientThatFloods(Step attack) throws Exception {
        try (var transport = http2()) {
            var peer = new RawPeer(transport);
            peer.hello();
            var step = new AtomicInteger();
            var flooding = Thread.ofVirtual().start(() -> repeat(() -> attack.step(peer, step.getAndIncrement())));
            assertServesOthers();
            said(peer);
            flooding.join();
            assertThat(step.get()).as("steps until it was given up").isLessThan(ENDLESS);
        }
        assertServesOthers();
    }

    // ---- not reading

    @Test
    void anHttp1ClientThatReadsNoAnswer() throws Exception {
        try (var client = http1()) {
            client.say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
            assertServesOthers();
            assertThat(endedOf("/large")).isTrue();
        }
    }

    @Test
    void anHttp1ClientThatAsksOnAndReadsNoAnswer() throws Exception {
        try (var client = http1()) {
            repeat(() -> client.say("GET /small HTTP/1.1\r\nHost: x\r\n\r\n"));
            assertThat(begun.get()).as("requests that were taken").isLessThan(2000);
            assertServesOthers();
        }
    }

    static Stream<Arguments> unread() {
        return Stream.of(
                argumentSet("more than fits", "/large"),
                argumentSet("what fits", "/small"),
                argumentSet("a feed", "/feed"));
    }

    @ParameterizedTest
    @MethodSource("unread")
    void anHttp2ClientThatGivesNoWindow(String path) throws Exception {
        try (var transport = http2()) {
            var peer = new RawPeer(transport);
            peer.hello();
            peer.frame(Http2Frame.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}); // SETTINGS_INITIAL_WINDOW_SIZE 0
            request(peer, 1, "GET", path, WHOLE);
            assertServesOthers();
            assertThat(peer.await(Http2Frame.RST_STREAM).stream()).isEqualTo(1);
        }
    }

    @Test
    void anHttp1ClientThatTakesNothingOfAFeed() throws Exception {
        try (var client = http1()) {
            client.say("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(endedOf("/feed")).isTrue();
            assertServesOthers();
        }
    }

    @Test
    void whoReadsAStreamMayRest() throws Exception {
        try (var resting = http1();
                var stuck = http1()) {
            resting.say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
            stuck.say("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(endedOf("/feed")).isTrue();
            assertThat(ended).doesNotContain("/stream");
            resting.in.skipNBytes(20_000_000);
        }
    }

    private boolean endedOf(String path) throws InterruptedException {
        while (true) {
            var next = ended.poll(20, TimeUnit.SECONDS);
            if (next == null) return false;
            if (next.equals(path)) return true;
        }
    }

    // ---- too many

    @Test
    void moreConnectionsThanMayBe() throws Exception {
        server.close();
        server = HttpServer.start(config().withMaxConnections(3), this::handle);
        var first = TestClient.plain(server.port());
        try (var client = http1();
                var other = http1()) {
            client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.response()).endsWith("served");
            try (var more = TestClient.plain(server.port())) {
                assertThat(more.getInputStream().read()).isEqualTo(-1);
            }
            other.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(other.response()).endsWith("served");
        }
        first.close();
    }
}
