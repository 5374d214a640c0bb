package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Container;
import io.smarter.api.Probe;
import io.smarter.gateway.Actions.Outcome;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
