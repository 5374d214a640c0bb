package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Container;
import io.smarter.api.Probe;
import io.smarter.gateway.Actions.Outcome;
import io.smarter.http.Duplex;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ActionsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Test
    void takesTwoHundredsAndThreeHundredsForGood() throws Exception {
        assertThat(http("HTTP/1.1 204 No Content\r\n\r\n")).isEqualTo(new Outcome.Good());
        assertThat(http("HTTP/1.0 302 Found\r\n\r\n")).isEqualTo(new Outcome.Good());
        assertThat(http("HTTP/1.1 503 Later\r\n\r\n"))
                .isEqualTo(new Outcome.Bad("HTTP probe failed with statuscode: 503"));
        assertThat(http("SSH-2.0-x\r\n")).isEqualTo(new Outcome.Bad("malformed HTTP response"));
    }

    @Test
    void triesWhetherAPortIsOpen() throws Exception {
        int port;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
            assertThat(run(Json.obj("tcpSocket", Json.obj("port", port)))).isEqualTo(new Outcome.Good());
        }
        assertThat(run(Json.obj("tcpSocket", Json.obj("port", port))))
                .isEqualTo(new Outcome.Bad("dial tcp 127.0.0.1:%d: Connection refused".formatted(port)));
    }

    /** grpc.health.v1: a HealthCheckResponse whose status is 1 serves, whose status is 2 does not. */
    @Test
    void asksTheHealthService() throws Exception {
        assertThat(grpc(1)).isEqualTo(new Outcome.Good());
        assertThat(grpc(2)).isEqualTo(new Outcome.Bad("service unhealthy (responded with HTTP 200 and 7 bytes)"));
    }

    private static Outcome grpc(int status) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(server, new byte[] {0, 0, 0, 0, 2, 8, (byte) status}));
            return run(Json.obj("grpc", Json.obj("port", server.getLocalPort(), "service", "camera")));
        }
    }

    private static void serve(ServerSocket server, byte[] answer) {
        try (var socket = server.accept();
                var connection = Http2Connection.server(new Accepted(socket), exchange -> {
                    boolean asked = exchange.path().equals("/grpc.health.v1.Health/Check")
                            && new String(exchange.body(100), StandardCharsets.UTF_8).endsWith("camera");
                    exchange.respond(asked ? 200 : 400, Headers.of("content-type", "application/grpc"), answer);
                })) {
            var closed = new CountDownLatch(1);
            connection.onClose(closed::countDown);
            closed.await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection that a client opened. */
    private record Accepted(Socket socket) implements Duplex {
        @Override
        public InputStream in() {
            return stream(socket::getInputStream);
        }

        @Override
        public OutputStream out() {
            return stream(socket::getOutputStream);
        }

        private static <T> T stream(Callable<T> opened) {
            try {
                return opened.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Outcome http(String answer) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server, answer));
            return run(Json.obj("httpGet", Json.obj("path", "/health", "port", server.getLocalPort())));
        }
    }

    private static void answer(ServerSocket server, String answer) {
        try (var socket = server.accept()) {
            var line = new byte[16];
            if (socket.getInputStream().read(line) > 0)
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Outcome run(Json.Obj probe) throws InterruptedException {
        var container = new Container(Json.obj("name", "app"));
        return new Actions(new FakeRuntime(), container, "id", "127.0.0.1").run(new Probe(probe).action(), TIMEOUT);
    }
}
