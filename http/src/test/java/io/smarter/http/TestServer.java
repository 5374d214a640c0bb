package io.smarter.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A server on loopback whose paths do what servers' handlers do, well and badly. */
final class TestServer implements AutoCloseable {
    /** For a handshake or a header; the first one of a cold process on a busy machine takes more than a second. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How the handler of {@code /wait} or {@code /flood} ended. */
    final CompletableFuture<String> outcome = new CompletableFuture<>();

    /** The handler of {@code /wait} runs. */
    final CountDownLatch started = new CountDownLatch(1);

    /** Those of {@code /wait} and {@code /watch} go on. */
    final CountDownLatch release = new CountDownLatch(1);

    /** How many bytes {@code /flood} got rid of. */
    final AtomicLong written = new AtomicLong();

    private final TestAuthority authority;
    private final TlsIdentity identity;
    private HttpServer server;

    TestServer(TestAuthority authority, TlsIdentity identity) throws Exception {
        this.authority = authority;
        this.identity = identity;
        server = start(PATIENCE, Duration.ofSeconds(30));
    }

    private HttpServer start(Duration handshake, Duration idle) throws Exception {
        var config = HttpServerConfig.of(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        identity,
                        List.of(authority.certificate()))
                .withTimeouts(handshake, idle, Duration.ofSeconds(30), Duration.ofMillis(500));
        return HttpServer.start(config, this::handle);
    }

    /** Another server, which closes connections that are idle, or without a header, for so long. */
    void restart(Duration handshake, Duration idle) throws Exception {
        server.close();
        server = start(handshake, idle);
    }

    int port() {
        return server.port();
    }

    TestClient client() throws Exception {
        return new TestClient(port(), authority, null);
    }

    /** Closes the server; its handlers are not released. */
    void stop() {
        server.close();
    }

    @Override
    public void close() {
        release.countDown();
        server.close();
    }

    private void handle(Exchange exchange) throws Exception {
        switch (exchange.path()) {
            case "/echo" -> exchange.respond(200, Headers.of("content-type", "text/plain"), exchange.body(1000));
            case "/size" -> exchange.respond(200, new Headers(), size(exchange).getBytes(StandardCharsets.UTF_8));
            case "/who" ->
                exchange.respond(200, new Headers(), who(exchange.peer()).getBytes(StandardCharsets.UTF_8));
            case "/late" ->
                exchange.respond(200, new Headers(), who(exchange.expiredPeer()).getBytes(StandardCharsets.UTF_8));
            case "/ignore" -> exchange.respond(200, new Headers(), "ignored".getBytes(StandardCharsets.UTF_8));
            case "/large" -> exchange.respond(200, new Headers(), new byte[5_000_000]);
            case "/watch" -> watch(exchange);
            case "/flood" -> flood(exchange);
            case "/wait" -> await(exchange);
            case "/upgrade" -> relay(exchange.upgrade("test/1", Headers.of("x-more", "yes")));
            case "/duplex" -> relay(exchange.duplex(200, new Headers()));
            case "/fail" -> throw new IllegalStateException("on purpose");
            case "/silent" -> {}
            case "/half" -> {
                exchange.stream(200, new Headers()).flush();
                throw new IllegalStateException("on purpose");
            }
            default -> exchange.respond(404, new Headers(), exchange.path().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String size(Exchange exchange) throws IOException {
        long size = 0;
        var part = new byte[4096];
        for (int count; (count = exchange.body().read(part)) >= 0; ) size += count;
        return Long.toString(size);
    }

    private static String who(List<X509Certificate> peer) {
        return peer.isEmpty()
                ? "nobody"
                : peer.getFirst().getSubjectX500Principal().getName();
    }

    private void watch(Exchange exchange) throws Exception {
        try (var out = exchange.stream(200, new Headers())) {
            for (var event : List.of("one", "two")) {
                out.write(event.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            release.await();
            out.write("three".getBytes(StandardCharsets.UTF_8));
        }
    }

    private void flood(Exchange exchange) throws IOException {
        try (var out = exchange.stream(200, new Headers())) {
            var part = new byte[10_000];
            while (written.get() < 200_000_000) {
                out.write(part);
                out.flush();
                written.addAndGet(part.length);
            }
        } finally {
            outcome.complete("flood ended");
        }
    }

    private void await(Exchange exchange) throws Exception {
        started.countDown();
        try {
            release.await();
            exchange.respond(200, new Headers(), new byte[0]);
            outcome.complete("answered");
        } catch (InterruptedException e) {
            outcome.complete("interrupted");
            throw e;
        }
    }

    private static void relay(Duplex duplex) throws IOException {
        var part = new byte[1000];
        for (int count; (count = duplex.in().read(part)) >= 0; ) {
            duplex.out().write(part, 0, count);
            duplex.out().flush();
        }
        duplex.out().write("bye".getBytes(StandardCharsets.UTF_8));
        duplex.out().close();
    }
}
