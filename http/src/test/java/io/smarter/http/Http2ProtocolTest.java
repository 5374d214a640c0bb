package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer that breaks the protocol gets, and that nothing else suffers. */
@Timeout(30)
class Http2ProtocolTest {
    private static final String[] GET = {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"};
    private static final int WHOLE = Http2Frame.END_HEADERS | Http2Frame.END_STREAM;

    private Loopback loopback;

    @BeforeEach
    void connect() throws IOException {
        loopback = Loopback.open();
    }

    @AfterEach
    void disconnect() throws IOException {
        loopback.close();
    }

    interface Say {
        void to(RawPeer peer) throws IOException;
    }

    private static Arguments fatal(String name, Http2Error error, Say say) {
        return argumentSet(name, error, say);
    }

    static Stream<Arguments> fatal() {
        return Stream.of(
                fatal("frame too long", Http2Error.FRAME_SIZE_ERROR, p -> p.frame(0, 0, 1, new byte[16_385])),
                fatal("DATA on stream 0", Http2Error.PROTOCOL_ERROR, p -> p.frame(0, 0, 0, new byte[1])),
                fatal("DATA on a stream never opened", Http2Error.PROTOCOL_ERROR, p -> p.frame(0, 0, 5, new byte[1])),
                fatal("HEADERS on stream 0", Http2Error.PROTOCOL_ERROR, p -> p.headers(0, WHOLE, GET)),
                fatal("HEADERS on an even stream", Http2Error.PROTOCOL_ERROR, p -> p.headers(2, WHOLE, GET)),
                fatal("padding longer than frame", Http2Error.PROTOCOL_ERROR, p -> p.frame(0, 8, 1, new byte[] {9, 0})),
                fatal("padded frame without length", Http2Error.PROTOCOL_ERROR, p -> p.frame(1, 8 | 4, 1, new byte[0])),
                fatal("priority cut off", Http2Error.FRAME_SIZE_ERROR, p -> p.frame(1, 0x20 | 4, 1, new byte[3])),
                fatal("broken header block", Http2Error.COMPRESSION_ERROR, p -> p.frame(1, 5, 1, new byte[] {-128})),
                fatal("SETTINGS of five bytes", Http2Error.FRAME_SIZE_ERROR, p -> p.frame(4, 0, 0, new byte[5])),
                fatal("SETTINGS on a stream", Http2Error.PROTOCOL_ERROR, p -> p.frame(4, 0, 1, new byte[0])),
                fatal("acknowledgement with settings", Http2Error.FRAME_SIZE_ERROR, p -> p.frame(4, 1, 0, new byte[6])),
                fatal("window setting too large", Http2Error.FLOW_CONTROL_ERROR, p -> p.frame(4, 0, 0, setting(4, -1))),
                fatal("frame size setting too small", Http2Error.PROTOCOL_ERROR, p -> p.frame(4, 0, 0, setting(5, 1))),
                fatal("PING of seven bytes", Http2Error.FRAME_SIZE_ERROR, p -> p.frame(6, 0, 0, new byte[7])),
                fatal("PING on a stream", Http2Error.PROTOCOL_ERROR, p -> p.frame(6, 0, 1, new byte[8])),
                fatal("RST_STREAM on stream 0", Http2Error.PROTOCOL_ERROR, p -> p.frame(3, 0, 0, new byte[4])),
                fatal("RST_STREAM of an idle stream", Http2Error.PROTOCOL_ERROR, p -> p.frame(3, 0, 7, new byte[4])),
                fatal("GOAWAY cut off", Http2Error.FRAME_SIZE_ERROR, p -> p.frame(7, 0, 0, new byte[4])),
                fatal("WINDOW_UPDATE of nothing", Http2Error.PROTOCOL_ERROR, p -> p.frame(8, 0, 0, new byte[4])),
                fatal("connection window overflow", Http2Error.FLOW_CONTROL_ERROR, p -> p.frame(8, 0, 0, number(-1))),
                fatal("PUSH_PROMISE", Http2Error.PROTOCOL_ERROR, p -> p.frame(5, 4, 1, new byte[4])),
                fatal("CONTINUATION alone", Http2Error.PROTOCOL_ERROR, p -> p.frame(9, 4, 1, new byte[4])),
                fatal("header block interrupted", Http2Error.PROTOCOL_ERROR, p -> {
                    p.frame(1, 0, 1, p.block(GET));
                    p.frame(6, 0, 0, new byte[8]);
                }),
                fatal("header block without end", Http2Error.ENHANCE_YOUR_CALM, p -> {
                    p.frame(1, 0, 1, new byte[16_384]);
                    for (int i = 0; i < 4; i++) p.frame(9, 0, 1, new byte[16_384]);
                }),
                fatal("empty CONTINUATION flood", Http2Error.ENHANCE_YOUR_CALM, p -> {
                    p.frame(1, 0, 1, new byte[0]);
                    for (int i = 0; i < 40; i++) p.frame(9, 0, 1, new byte[0]);
                }),
                fatal("PING flood", Http2Error.ENHANCE_YOUR_CALM, p -> repeat(p, 6, 0, 0, new byte[8])),
                fatal("SETTINGS flood", Http2Error.ENHANCE_YOUR_CALM, p -> repeat(p, 4, 0, 0, new byte[0])),
                fatal("PRIORITY flood", Http2Error.ENHANCE_YOUR_CALM, p -> repeat(p, 2, 0, 3, new byte[5])),
                fatal("unknown frame flood", Http2Error.ENHANCE_YOUR_CALM, p -> repeat(p, 99, 0, 3, new byte[5])),
                fatal("rapid reset", Http2Error.ENHANCE_YOUR_CALM, p -> {
                    for (int i = 0; i < 3000; i++) {
                        p.headers(2 * i + 1, WHOLE, GET);
                        p.frame(3, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
                    }
                }));
    }

    private static void repeat(RawPeer peer, int type, int flags, int stream, byte[] payload) throws IOException {
        for (int i = 0; i < 3000; i++) peer.frame(type, flags, stream, payload);
    }

    private static byte[] setting(int id, int value) {
        return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void endsTheConnectionWithTheRightCode(Http2Error error, Say say) throws Exception {
        var ended = new CountDownLatch(1);
        try (var server = serve()) {
            server.onClose(ended::countDown);
            var peer = peer();
            try {
                say.to(peer);
            } catch (SocketException _) {
                // the server may have closed before it was all said
            }
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            try {
                assertThat(peer.await(Http2Frame.GOAWAY).code()).isEqualTo(error.code());
            } catch (SocketException | EOFException _) {
                // closing with unread bytes resets a TCP connection, which may overtake the GOAWAY
                assertThat(error).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
            }
        }
    }

    static Stream<Arguments> ofOneStream() {
        return Stream.of(
                fatal(
                        "no :path",
                        Http2Error.PROTOCOL_ERROR,
                        p -> p.headers(1, WHOLE, ":method", "GET", ":scheme", "http")),
                fatal("empty :path", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, replaced(5, ""))),
                fatal("space in :path", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, replaced(5, "/a b"))),
                fatal("CONNECT", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, replaced(1, "CONNECT"))),
                fatal("a pseudo field twice", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, plus(":path", "/"))),
                fatal("unknown pseudo field", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, plus(":x", "y"))),
                fatal("upper case", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, plus("X", "y"))),
                fatal("line feed in value", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, plus("x", "y\nz"))),
                fatal("connection field", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, plus("connection", "x"))),
                fatal("te", Http2Error.PROTOCOL_ERROR, p -> p.headers(1, WHOLE, plus("te", "gzip"))),
                fatal(
                        "pseudo after others",
                        Http2Error.PROTOCOL_ERROR,
                        p -> p.headers(1, WHOLE, plus("a", "b", ":x", "y"))),
                fatal("list too large", Http2Error.PROTOCOL_ERROR, p -> {
                    p.frame(1, 1, 1, p.block(plus("x", "y".repeat(9000))));
                    for (int i = 0; i < 3; i++) p.frame(9, i == 2 ? 4 : 0, 1, p.block("x", "a".repeat(24_000)));
                    p.frame(6, 0, 0, new byte[8]);
                }),
                fatal("body longer than said", Http2Error.PROTOCOL_ERROR, p -> {
                    p.headers(1, Http2Frame.END_HEADERS, plus("content-length", "1"));
                    p.frame(0, 1, 1, new byte[2]);
                }),
                fatal("body after its end", Http2Error.STREAM_CLOSED, p -> {
                    p.headers(1, WHOLE, GET);
                    p.frame(0, 1, 1, new byte[2]);
                }),
                fatal("body beyond the window", Http2Error.FLOW_CONTROL_ERROR, p -> {
                    p.headers(1, Http2Frame.END_HEADERS, GET);
                    for (int i = 0; i < 5; i++) p.frame(0, 0, 1, new byte[16_384]);
                }),
                fatal("stream window overflow", Http2Error.FLOW_CONTROL_ERROR, p -> {
                    p.headers(1, Http2Frame.END_HEADERS, GET);
                    p.frame(8, 0, 1, number(0x7fff_ffff));
                }),
                fatal("trailers with pseudo field", Http2Error.PROTOCOL_ERROR, p -> {
                    p.headers(1, Http2Frame.END_HEADERS, GET);
                    p.headers(1, WHOLE, ":path", "/");
                }),
                fatal("second header without end", Http2Error.PROTOCOL_ERROR, p -> {
                    p.headers(1, Http2Frame.END_HEADERS, GET);
                    p.headers(1, Http2Frame.END_HEADERS, "a", "b");
                }));
    }

    private static String[] replaced(int index, String value) {
        var changed = GET.clone();
        changed[index] = value;
        return changed;
    }

    private static String[] plus(String... more) {
        return Stream.concat(Arrays.stream(GET), Arrays.stream(more)).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("ofOneStream")
    void endsOneStreamAndServesTheNext(Http2Error error, Say say) throws Exception {
        try (var server = serve()) {
            var peer = peer();
            say.to(peer);
            var reset = peer.await(Http2Frame.RST_STREAM);
            assertThat(reset.stream()).isEqualTo(1);
            assertThat(reset.code()).isEqualTo(error.code());
            peer.headers(11, WHOLE, plus("x-quick", "1"));
            assertThat(peer.await(Http2Frame.HEADERS).stream()).isEqualTo(11);
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    void paddingPriorityAndUnknownFramesAreNothingSpecial() throws Exception {
        try (var _ = serve()) {
            var peer = peer();
            var block = peer.block(plus("x-quick", "1"));
            var padded = ByteBuffer.allocate(block.length + 1 + 5 + 3);
            padded.put((byte) 3).put(new byte[5]).put(block);
            peer.frame(2, 0, 1, new byte[5]);
            peer.frame(77, 1, 1, new byte[5]);
            peer.frame(1, 0x20 | 8 | 4, 1, padded.array());
            peer.frame(0, 8 | 1, 1, new byte[] {2, 'o', 'k', 0, 0});
            assertThat(peer.await(Http2Frame.HEADERS).stream()).isEqualTo(1);
            assertThat(new String(peer.await(Http2Frame.DATA).payload(), StandardCharsets.UTF_8))
                    .isEqualTo("ok");
        }
    }

    @Test
    void tooManyRequestsAtATimeAreRefusedEvenWhenReset() throws Exception {
        try (var _ = Http2Connection.server(loopback.rightDuplex(), _ -> {
            while (true) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException _) {
                    // a handler that does not care
                }
            }
        })) {
            var peer = peer();
            for (int i = 0; i < Http2Streams.MAX_RUNNING; i++) {
                peer.headers(2 * i + 1, WHOLE, GET);
                peer.frame(3, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
            }
            peer.headers(9999, WHOLE, GET);
            assertThat(peer.await(Http2Frame.RST_STREAM).code()).isEqualTo(Http2Error.REFUSED_STREAM.code());
        }
    }

    @Test
    void goAwayLetsEarlierStreamsEnd() throws Exception {
        var peer = new RawPeer(loopback.rightDuplex());
        try (var client = Http2Connection.client(loopback.leftDuplex())) {
            var one = client.open("GET", "/", new Headers(), true);
            var two = client.open("GET", "/", new Headers(), true);
            peer.greet();
            peer.frame(7, 0, 0, new byte[] {0, 0, 0, 1, 0, 0, 0, 0});
            assertThatThrownBy(two::status).hasMessageContaining("goes away");
            assertThat(client.isOpen()).isFalse();
            assertThatThrownBy(() -> client.open("GET", "/", new Headers(), true))
                    .isInstanceOf(IOException.class);
            peer.headers(1, WHOLE, ":status", "204");
            assertThat(one.status()).isEqualTo(204);
        }
    }

    @Test
    void clientWaitsForItsTurnWhenThePeerAllowsFewStreams() throws Exception {
        var peer = new RawPeer(loopback.rightDuplex());
        try (var client = Http2Connection.client(loopback.leftDuplex())) {
            peer.greet();
            peer.frame(4, 0, 0, setting(3, 1));
            peer.awaitAck();
            var one = client.open("GET", "/1", new Headers(), true);
            var second = Thread.ofVirtual().start(() -> {
                try {
                    client.open("GET", "/2", new Headers(), true);
                } catch (IOException _) {
                    // closed at the end of the test
                }
            });
            assertThat(peer.await(Http2Frame.HEADERS).stream()).isEqualTo(1);
            peer.headers(1, WHOLE, ":status", "204");
            assertThat(one.status()).isEqualTo(204);
            assertThat(peer.await(Http2Frame.HEADERS).stream()).isEqualTo(3);
            second.join();
        }
    }

    @Test
    void streamsTakeTurnsWhenTheSharedWindowIsSmall() throws Exception {
        var peer = new RawPeer(loopback.rightDuplex());
        try (var client = Http2Connection.client(loopback.leftDuplex())) {
            peer.greet();
            peer.frame(4, 0, 0, setting(4, 1 << 20));
            peer.awaitAck();
            var one = sender(client);
            var three = sender(client);
            int got = 0;
            while (got < Http2Frame.DEFAULT_WINDOW)
                got += peer.await(Http2Frame.DATA).payload().length;
            while (one.getState() != Thread.State.WAITING || three.getState() != Thread.State.WAITING) Thread.sleep(1);
            peer.frame(8, 0, 0, number(8 * Http2Frame.MAX_SIZE));
            int last = peer.await(Http2Frame.DATA).stream();
            for (int i = 0; i < 7; i++) {
                int next = peer.await(Http2Frame.DATA).stream();
                assertThat(next).isNotEqualTo(last);
                last = next;
            }
        }
    }

    private static Thread sender(Http2Connection client) throws IOException {
        var stream = client.open("POST", "/", new Headers(), false);
        return Thread.ofVirtual().start(() -> {
            try {
                stream.out().write(new byte[1 << 20]);
            } catch (IOException _) {
                // closed at the end of the test
            }
        });
    }

    @Test
    void informationalAnswersArePassedOver() throws Exception {
        var peer = new RawPeer(loopback.rightDuplex());
        try (var client = Http2Connection.client(loopback.leftDuplex())) {
            var stream = client.open("GET", "/", new Headers(), true);
            peer.greet();
            peer.headers(1, Http2Frame.END_HEADERS, ":status", "103");
            peer.headers(1, WHOLE, ":status", "200");
            assertThat(stream.status()).isEqualTo(200);
        }
    }

    @Test
    void noiseNeverDoesMoreThanEndItsConnection() throws Exception {
        var random = new Random(42);
        for (int round = 0; round < 300; round++) {
            try (var own = Loopback.open()) {
                var ended = new CountDownLatch(1);
                var server =
                        Http2Connection.server(own.rightDuplex(), e -> e.respond(200, new Headers(), e.body(1000)));
                server.onClose(ended::countDown);
                var peer = new RawPeer(own.leftDuplex());
                try {
                    peer.hello();
                    for (int i = 0; i < 50; i++) {
                        var payload = new byte[random.nextInt(40)];
                        random.nextBytes(payload);
                        peer.frame(random.nextInt(11), random.nextInt(256), random.nextInt(6), payload);
                    }
                } catch (IOException _) {
                    // it has ended
                }
                own.left().close();
                assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private Http2Connection serve() throws IOException {
        return Http2Connection.server(loopback.rightDuplex(), exchange -> {
            if (exchange.headers().first("x-quick") == null) new CountDownLatch(1).await();
            exchange.respond(200, new Headers(), exchange.body(1000));
        });
    }

    private RawPeer peer() throws IOException {
        var peer = new RawPeer(loopback.leftDuplex());
        peer.hello();
        return peer;
    }
}
