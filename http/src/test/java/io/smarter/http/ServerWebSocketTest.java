package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ServerWebSocketTest {
    private static final List<String> HANDSHAKE = List.of(
            "GET %s HTTP/1.1",
            "Host: x",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");

    private final AtomicLong sent = new AtomicLong();
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private TestAuthority authority;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        authority = new TestAuthority("test-ca");
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = HttpServer.start(HttpServerConfig.of(address, authority.server(), List.of()), this::handle);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void handle(Exchange exchange) throws IOException {
        if (!exchange.wantsWebSocket()) {
            exchange.respond(426, new Headers(), new byte[0]);
            return;
        }
        try (var socket = exchange.webSocket(exchange.headers().first("sec-websocket-protocol", ""))) {
            if (exchange.path().equals("/flood")) flood(socket);
            for (byte[] message; (message = socket.receive()) != null; ) socket.send(message);
            outcome.complete("closed by the client");
        } catch (IOException e) {
            outcome.complete(e.getMessage());
            throw e;
        }
    }

    private void flood(WebSocket socket) throws IOException {
        for (int i = 0; i < 20_000; i++) {
            socket.send(new byte[10_000]);
            sent.addAndGet(10_000);
        }
    }

    private TestClient open(String path) throws Exception {
        var client = new TestClient(server.port(), authority, null);
        client.say(String.join("\r\n", HANDSHAKE).formatted(path));
        var answer = client.response();
        assertThat(answer).startsWith("HTTP/1.1 101").contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        return client;
    }

    private static byte[] frame(int first, int maskedLength, byte[] payload) {
        var mask = new byte[] {1, 2, 3, 4};
        var out = new ByteArrayOutputStream();
        out.write(first);
        out.write(0x80 | maskedLength);
        if (maskedLength == 126)
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        if (maskedLength == 127)
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        out.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) out.write(payload[i] ^ mask[i & 3]);
        return out.toByteArray();
    }

    private static byte[] frame(int first, String payload) {
        return frame(first, payload.length(), payload.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void talksToJavasOwnClient() throws Exception {
        var received = new ByteArrayOutputStream();
        var closed = new CompletableFuture<Integer>();
        var listener = new java.net.http.WebSocket.Listener() {
            @Override
            public CompletionStage<?> onBinary(java.net.http.WebSocket socket, ByteBuffer data, boolean last) {
                var bytes = new byte[data.remaining()];
                data.get(bytes);
                received.writeBytes(bytes);
                socket.request(1);
                return received.size() < 100_003
                        ? CompletableFuture.completedStage(null)
                        : socket.sendClose(1000, "done");
            }

            @Override
            public CompletionStage<?> onClose(java.net.http.WebSocket socket, int code, String reason) {
                closed.complete(code);
                return CompletableFuture.completedStage(null);
            }
        };
        try (var client = HttpClient.newBuilder()
                .sslContext(TestClient.context(authority, null))
                .build()) {
            var socket = client.newWebSocketBuilder()
                    .subprotocols("chat")
                    .buildAsync(URI.create("wss://localhost:%d/".formatted(server.port())), listener)
                    .get(10, TimeUnit.SECONDS);
            assertThat(socket.getSubprotocol()).isEqualTo("chat");
            socket.sendText("abc", true).get(10, TimeUnit.SECONDS);
            socket.sendBinary(ByteBuffer.wrap(new byte[100_000]), true).get(10, TimeUnit.SECONDS);
            assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
        }
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("closed by the client");
    }

    @Test
    void joinsFragmentsAndAnswersPingsBetweenThem() throws Exception {
        try (var client = open("/")) {
            client.out.write(frame(0x02, "frag"));
            client.out.write(frame(0x89, "hi"));
            client.out.write(frame(0x00, "men"));
            client.out.write(frame(0x80, "ted"));
            client.out.flush();
            assertThat(client.in.readNBytes(4)).isEqualTo(HexFormat.of().parseHex("8a026869"));
            assertThat(client.in.readNBytes(2)).isEqualTo(HexFormat.of().parseHex("820a"));
            assertThat(client.in.readNBytes(10)).asString().isEqualTo("fragmented");
        }
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                argumentSet("not masked", HexFormat.of().parseHex("820161"), 1002),
                argumentSet("continuation of nothing", frame(0x80, "x"), 1002),
                argumentSet("reserved bit", frame(0xc2, "x"), 1002),
                argumentSet("unknown opcode", frame(0x83, "x"), 1002),
                argumentSet("fragmented ping", frame(0x09, "x"), 1002),
                argumentSet("long ping", frame(0x89, 126, new byte[126]), 1002),
                argumentSet("text that is not UTF-8", frame(0x81, 2, new byte[] {(byte) 0xc3, 0x28}), 1007),
                argumentSet("bad close code", frame(0x88, 2, new byte[] {3, (byte) 0xed}), 1002),
                argumentSet(
                        "message above the cap",
                        Arrays.copyOf(frame(0x82, 127, new byte[WebSocket.MAX_MESSAGE + 1]), 14),
                        1009));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void closesWithTheCodeOfTheViolation(byte[] bytes, int code) throws Exception {
        try (var client = open("/")) {
            client.out.write(bytes);
            client.out.flush();
            assertThat(client.in.read()).isEqualTo(0x88);
            assertThat(client.in.read()).isBetween(2, 125);
            assertThat(client.in.read() << 8 | client.in.read()).isEqualTo(code);
        }
    }

    @Test
    void answersACloseWithItsCode() throws Exception {
        try (var client = open("/")) {
            client.out.write(frame(0x88, 2, new byte[] {0x0f, (byte) 0xa1}));
            client.out.flush();
            assertThat(client.in.readNBytes(4)).isEqualTo(HexFormat.of().parseHex("88020fa1"));
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void slowReadersStopTheSender() throws Exception {
        try (var _ = open("/flood")) {
            long before;
            do {
                before = sent.get();
                Thread.sleep(300);
            } while (before == 0 || sent.get() != before);
            assertThat(before).isLessThan(20_000_000);
        }
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void refusesABadHandshake() throws Exception {
        try (var client = new TestClient(server.port(), authority, null)) {
            client.say(String.join("\r\n", HANDSHAKE).formatted("/").replace("13", "12"));
            assertThat(client.response()).startsWith("HTTP/1.1 400").contains("sec-websocket-version: 13");
        }
    }
}
