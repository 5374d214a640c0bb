package io.smarter.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TunnelTest {
    @TempDir
    private Path folder;

    private TestPki pki;
    private final BlockingQueue<Http2Connection> arrived = new LinkedBlockingQueue<>();

    @BeforeEach
    void authority() throws Exception {
        pki = new TestPki(folder);
    }

    @Test
    void cloudAsksTheGatewayThroughIt() throws Exception {
        try (var server = new TestServer(pki.identity("cloud", List.of()), pki.authority(), cloud());
                var client = client(server.uri());
                var tunnel = Tunnel.start(client, "/tunnel", TunnelTest::answer, Duration.ofMillis(50))) {
            use(next());
            assertThat(tunnel.connected()).isTrue();
        }
    }

    @Test
    void cloudOnNettyAsksTheGatewayThroughIt() throws Exception {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var config = HttpServerConfig.of(listen, pki.identity("cloud", List.of()), List.of(pki.authority()));
        try (var server = HttpServer.start(config, cloud());
                var client = client(URI.create("https://localhost:" + server.port()));
                var _ = Tunnel.start(client, "/tunnel", TunnelTest::answer)) {
            use(next());
        }
    }

    @Test
    void comesBackAfterACut() throws Exception {
        var changes = new LinkedBlockingQueue<Boolean>();
        try (var server = new TestServer(pki.identity("cloud", List.of()), pki.authority(), cloud());
                var client = client(server.uri());
                var tunnel = Tunnel.start(client, "/tunnel", TunnelTest::answer)) {
            use(next());
            tunnel.onChange(() -> changes.add(tunnel.connected()));
            server.cut();
            use(next());
            assertThat(changes.poll(10, TimeUnit.SECONDS)).isFalse();
            assertThat(changes.poll(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closeWakesWhateverItWaitsFor() throws Exception {
        try (var client = client(URI.create("https://127.0.0.1:1"))) {
            var tunnel = Tunnel.start(client, "/tunnel", TunnelTest::answer);
            tunnel.close();
            assertThat(tunnel.connected()).isFalse();
        }
    }

    private ApiClient client(URI uri) throws Exception {
        return new ApiClient(new ClientConfig(
                uri, List.of(pki.authority()), pki.identity("system:node:a", List.of("system:nodes"))));
    }

    private Http2Connection next() throws InterruptedException {
        var connection = arrived.poll(30, TimeUnit.SECONDS);
        assertThat(connection).isNotNull();
        return connection;
    }

    private Handler cloud() {
        return exchange -> {
            var inner = Http2Connection.client(exchange.duplex(200, new Headers()));
            var ended = new CountDownLatch(1);
            inner.onClose(ended::countDown);
            arrived.add(inner);
            ended.await();
        };
    }

    private static void answer(Exchange exchange) throws Exception {
        var body = exchange.body(4 << 20);
        var out = exchange.stream(200, new Headers());
        out.write(exchange.path().getBytes(StandardCharsets.UTF_8));
        out.write(body);
        out.close();
    }

    private static void use(Http2Connection inner) throws Exception {
        var body = new byte[3 << 20];
        var answer = inner.send("POST", "/exec", new Headers(), body, 4 << 20);
        assertThat(answer.body()).hasSize(body.length + 5);
        assertThat(inner.send("GET", "/logs", new Headers(), new byte[0], 100).text())
                .isEqualTo("/logs");
    }
}
