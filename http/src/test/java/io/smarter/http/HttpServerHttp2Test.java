package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServerHttp2Test {
    private static TestAuthority authority;
    private static TlsIdentity identity;

    private TestServer server;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority("test-ca");
        identity = authority.server();
    }

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(authority, identity);
    }

    @AfterEach
    void stop() {
        server.close();
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
            server.started.await();
            waiting.cancel(true);
            assertThat(server.outcome.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
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
            assertThat(server.written.get()).isLessThan(100_000_000);
            flood.body().close();
        }
    }

    @Test
    void givesUpHttp2PeersThatShowNoSignOfLife() throws Exception {
        server.restart(TestServer.PATIENCE, Duration.ofMillis(300));
        try (var client = new TestClient(server.port(), authority, null, "h2")) {
            client.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            client.out.write(HexFormat.of().parseHex("000000040000000000")); // SETTINGS
            client.out.write(HexFormat.of().parseHex("000009010500000001828704052f77616974")); // GET /wait
            client.out.flush();
            server.started.await();
            var all = HexFormat.of().formatHex(client.in.readAllBytes());
            assertThat(all).contains("000008060000000000"); // PING
            assertThat(server.outcome.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
        }
    }
}
