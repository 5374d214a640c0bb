package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.TlsIdentity;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TunnelsTest {
    @TempDir
    private Path data;

    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private TestCloud cloud;

    @BeforeEach
    void start() throws IOException {
        cloud = new TestCloud(data, Clock.systemUTC());
        cloud.tunnels.onChange((_, _) -> {
            throw new IllegalStateException("a listener that fails harms nobody");
        });
        cloud.tunnels.onChange((node, connected) -> changes.add(node + (connected ? " came" : " left")));
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private @Nullable String change() throws InterruptedException {
        return changes.poll(10, TimeUnit.SECONDS);
    }

    private String ask(String node) throws Exception {
        try (var stream = cloud.tunnels.open(node, "GET", "/name", new Headers(), true)) {
            return new String(stream.in().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Handler says(String name) {
        return exchange -> exchange.respond(200, new Headers(), name.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void knowsWhoIsConnected() throws Exception {
        try (var _ = cloud.gateway("one", says("1"));
                var _ = cloud.gateway("two", says("2"))) {
            assertThat(change()).endsWith(" came");
            assertThat(change()).endsWith(" came");
            assertThat(cloud.tunnels.connected()).containsExactlyInAnyOrder("one", "two");
            assertThat(ask("one")).isEqualTo("1");
            assertThat(ask("two")).isEqualTo("2");
        }
        assertThat(change()).endsWith(" left");
        assertThat(change()).endsWith(" left");
        assertThat(cloud.tunnels.connected()).isEmpty();
    }

    @Test
    void prefersTheNewestTunnelOfANode() throws Exception {
        try (var _ = cloud.gateway("edge", says("old"))) {
            assertThat(change()).isEqualTo("edge came");
            try (var _ = cloud.gateway("edge", says("new"))) {
                assertThat(change()).isEqualTo("edge came");
                assertThat(ask("edge")).isEqualTo("new");
            }
            assertThat(change()).isEqualTo("edge left");
        }
        assertThat(changes).isEmpty();
    }

    @Test
    void saysThatAGatewayIsNotThere() {
        assertThatThrownBy(() -> ask("nowhere"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("gateway nowhere is not connected");
    }

    @Test
    void takesTunnelsOfNodesOnly() throws Exception {
        assertThat(open(null)).isEqualTo(401);
        assertThat(open(cloud.pki.admin())).isEqualTo(403);
    }

    private int open(@Nullable TlsIdentity who) throws IOException {
        try (var client = cloud.http2(who)) {
            return client.open("POST", "/tunnel", new Headers(), false).status();
        }
    }

    @Test
    void needsHttp2() throws Exception {
        try (var client = cloud.connect(cloud.node("edge"), "http/1.1")) {
            client.out()
                    .write("POST /tunnel HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            client.out().flush();
            assertThat(client.in().readNBytes(12)).asString().isEqualTo("HTTP/1.1 400");
        }
    }
}
