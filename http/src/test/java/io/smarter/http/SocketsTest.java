package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class SocketsTest {
    @TempDir
    private Path folder;

    private HttpServer serve(TestAuthority authority, TlsIdentity identity) throws IOException {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return HttpServer.start(HttpServerConfig.of(listen, identity, List.of(authority.certificate())), exchange -> {
            if (exchange.path().equals("/wait")) new CountDownLatch(1).await();
            var who = exchange.peer().isEmpty()
                    ? "nobody"
                    : exchange.peer().getFirst().getSubjectX500Principal().getName();
            exchange.respond(200, new Headers(), who.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static String ask(int port, TestAuthority trusted, @Nullable TlsIdentity own) throws IOException {
        var context = Tls.context(own, List.of(trusted.certificate()));
        try (var client = Http2Connection.client(Sockets.tls("localhost", port, context, "h2"))) {
            return client.send("GET", "/", Headers.of("host", "localhost"), new byte[0], 1000)
                    .text();
        }
    }

    @Test
    void tlsShowsEachSideWhoTheOtherIs() throws Exception {
        var authority = new TestAuthority("ca");
        try (var server = serve(authority, authority.server())) {
            assertThat(ask(server.port(), authority, null)).isEqualTo("nobody");
            assertThat(ask(server.port(), authority, authority.client("me"))).isEqualTo("CN=me");
        }
    }

    @Test
    void strangersAreRefused() throws Exception {
        var authority = new TestAuthority("ca");
        try (var server = serve(authority, authority.server())) {
            assertThatThrownBy(() -> ask(server.port(), new TestAuthority("other"), null))
                    .isInstanceOf(IOException.class);
            var none = Tls.context(null, List.of());
            assertThatThrownBy(() -> Sockets.tls("localhost", server.port(), none, "h2"))
                    .hasMessageContaining("no authority is trusted");
        }
    }

    @Test
    void serverMustBeNamedAsItWasCalled() throws Exception {
        var authority = new TestAuthority("ca");
        try (var server = serve(authority, authority.server())) {
            var context = Tls.context(null, List.of(authority.certificate()));
            assertThatThrownBy(() -> Sockets.tls("127.0.0.2", server.port(), context, "h2"))
                    .isInstanceOf(IOException.class);
        }
    }

    static Stream<Arguments> times() {
        var now = Instant.now();
        var year = Duration.ofDays(365);
        var then = now.minus(year);
        return Stream.of(
                argumentSet("valid", now, now.plus(year), then, true),
                argumentSet("expired by a clock that is ahead", then, now.minusSeconds(60), then, true),
                argumentSet(
                        "not valid yet by a clock that is behind",
                        now.plus(year),
                        now.plus(year).plus(year),
                        then,
                        true),
                argumentSet("expired by what is known", then, now.minusSeconds(60), now, false),
                argumentSet(
                        "expired, but for a clock that is behind", now, now.plusSeconds(60), now.plus(year), false));
    }

    @ParameterizedTest
    @MethodSource("times")
    void withoutAClockAServerIsJudgedByWhatIsKnown(Instant from, Instant until, Instant atLeast, boolean trusted)
            throws Exception {
        var authority = new TestAuthority("ca");
        try (var server = serve(authority, authority.server(from, until))) {
            var context = Tls.context(null, List.of(authority.certificate()), () -> atLeast);
            if (trusted) Sockets.tls("localhost", server.port(), context, "h2").close();
            else
                assertThatThrownBy(() -> Sockets.tls("localhost", server.port(), context, "h2"))
                        .hasMessageContaining("validity check failed");
            var stranger = Tls.context(null, List.of(new TestAuthority("ca").certificate()), () -> atLeast);
            assertThatThrownBy(() -> Sockets.tls("localhost", server.port(), stranger, "h2"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Sockets.tls("127.0.0.2", server.port(), context, "h2"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void firstContactIsNotForTheClockToJudge() throws Exception {
        var authority = new TestAuthority("ca");
        var then = Instant.now().minus(Duration.ofDays(365));
        try (var server = serve(authority, authority.server(then, then.plusSeconds(60)))) {
            var pinned = Tls.pinned(Pem.spkiSha256(authority.certificate()));
            Sockets.tls("localhost", server.port(), pinned, "h2").close();
        }
    }

    @Test
    void firstContactTrustsOnlyThePinnedAuthority() throws Exception {
        var authority = new TestAuthority("ca");
        var own = authority.server();
        var identity = new TlsIdentity(own.key(), List.of(own.chain().getFirst(), authority.certificate()));
        try (var server = serve(authority, identity)) {
            var pinned = Tls.pinned(Pem.spkiSha256(authority.certificate()));
            try (var client = Http2Connection.client(Sockets.tls("localhost", server.port(), pinned, "h2"))) {
                assertThat(client.send("GET", "/", new Headers(), new byte[0], 100)
                                .status())
                        .isEqualTo(200);
            }
            var other = Tls.pinned(Pem.spkiSha256(new TestAuthority("ca").certificate()));
            assertThatThrownBy(() -> Sockets.tls("localhost", server.port(), other, "h2"))
                    .hasMessageContaining("pinned");
        }
    }

    @Test
    void protocolThatTheServerDoesNotSpeakIsAnError() throws Exception {
        var authority = new TestAuthority("ca");
        try (var server = serve(authority, authority.server())) {
            var context = Tls.context(null, List.of(authority.certificate()));
            assertThatThrownBy(() -> Sockets.tls("localhost", server.port(), context, "gopher"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void closeFromAnotherThreadWakesReaderAndWriter() throws Exception {
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            var path = folder.resolve("s");
            listening.bind(UnixDomainSocketAddress.of(path));
            var transport = Sockets.unix(path);
            try (var _ = listening.accept();
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var reading = threads.submit(() -> transport.in().read());
                var writing = threads.submit(() -> {
                    while (true) transport.out().write(new byte[1 << 20]);
                });
                transport.close();
                assertThatThrownBy(() -> reading.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
                assertThatThrownBy(() -> writing.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void closeOfTlsDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
        var authority = new TestAuthority("ca");
        try (var server = serve(authority, authority.server());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var context = Tls.context(null, List.of(authority.certificate()));
            var transport = Sockets.tls("localhost", server.port(), context, "h2");
            var client = Http2Connection.client(transport);
            var stuck = threads.submit(() -> client.send("POST", "/wait", new Headers(), new byte[10 << 20], 10));
            client.ping(java.time.Duration.ofSeconds(10));
            transport.close();
            assertThatThrownBy(() -> stuck.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void http2RunsOverAUnixSocket() throws Exception {
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            var path = folder.resolve("s");
            listening.bind(UnixDomainSocketAddress.of(path));
            var transport = Sockets.unix(path);
            try (var client = Http2Connection.client(transport);
                    var server = Http2Connection.server(
                            new ChannelDuplex(listening.accept()),
                            e -> e.respond(200, new Headers(), e.body(2 << 20)))) {
                assertThat(client.send("POST", "/", new Headers(), new byte[1 << 20], 2 << 20)
                                .body())
                        .hasSize(1 << 20);
                assertThat(server.isOpen()).isTrue();
            }
        }
    }
}
