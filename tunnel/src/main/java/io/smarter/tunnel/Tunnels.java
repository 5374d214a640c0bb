package io.smarter.tunnel;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Http2Stream;
import io.smarter.pki.PkiSubject;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * The cloud's ends of the tunnels: which gateways are connected, and how to send them requests. Each gateway opens a
 * stream {@code POST /tunnel}; over its two bodies runs a second HTTP/2 connection in which we are the client. A node has
 * one tunnel, the newest. Safe for use by many threads.
 */
public final class Tunnels implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.tunnel");
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    private final Clock clock;
    private final Instant started;
    private final Map<String, Http2Connection> connected = new ConcurrentHashMap<>();
    private final Map<String, Instant> lost = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Hears when a gateway's tunnel comes and goes. Called on the tunnel's own thread. */
    @FunctionalInterface
    public interface Listener {
        void changed(String node, boolean connected);
    }

    public Tunnels(Clock clock) {
        this.clock = clock;
        this.started = clock.instant();
    }

    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    /** The names of the nodes that are connected now. */
    public Set<String> connected() {
        return Set.copyOf(connected.keySet());
    }

    /** Answers {@code POST /tunnel}; returns when the tunnel has ended. */
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        try {
            if (!exchange.method().equals("POST")) throw new RefusedException(405, "only POST opens a tunnel");
            var node = PkiSubject.of(exchange)
                    .map(PkiSubject::user)
                    .orElseThrow(() -> new RefusedException(401, "a tunnel needs the node's certificate"))
                    .node()
                    .orElseThrow(() -> new RefusedException(403, "only nodes have tunnels"));
            serve(exchange, node);
        } catch (RefusedException e) {
            e.answer(exchange);
        }
    }

    private void serve(Exchange exchange, String node) throws IOException, RefusedException, InterruptedException {
        try (var connection = Http2Connection.client(bodies(exchange))) {
            var older = connected.put(node, connection);
            if (older != null) older.close();
            LOG.log(INFO, "gateway connected {node=%s, from=%s}".formatted(node, exchange.remote()));
            tell(node, true);
            var ended = new CountDownLatch(1);
            connection.onClose(ended::countDown);
            try {
                ended.await();
            } finally {
                forget(node, connection);
            }
        }
    }

    private static Duplex bodies(Exchange exchange) throws IOException, RefusedException {
        try {
            return exchange.duplex(200, new Headers());
        } catch (IllegalStateException e) {
            throw new RefusedException(400, "a tunnel needs HTTP/2", e);
        }
    }

    private void forget(String node, Http2Connection connection) {
        lost.put(node, clock.instant());
        if (!connected.remove(node, connection)) return; // a newer tunnel took its place
        LOG.log(INFO, "gateway disconnected {node=%s}".formatted(node));
        tell(node, false);
    }

    private void tell(String node, boolean isConnected) {
        for (var listener : listeners) {
            try {
                listener.changed(node, isConnected);
            } catch (RuntimeException e) {
                LOG.log(WARNING, "tunnel listener failed {node=%s}".formatted(node), e);
            }
        }
    }

    /**
     * Sends a request's head to a gateway.
     *
     * @throws RefusedException 503 if the gateway is not there; a tunnel that gives no sign of life is closed
     */
    Http2Stream open(String node, String method, String path, Headers headers, boolean endStream)
            throws RefusedException {
        var connection = connected.get(node);
        if (connection == null || !connection.isOpen()) throw new RefusedException(503, absence(node));
        try {
            connection.ping(SIGN_OF_LIFE);
            return connection.open(method, path, headers, endStream);
        } catch (IOException e) {
            connection.close();
            throw new RefusedException(503, "gateway %s does not answer: %s".formatted(node, e.getMessage()), e);
        }
    }

    private String absence(String node) {
        var since = lost.get(node);
        return since != null
                ? "gateway %s is not connected since %s".formatted(node, since.truncatedTo(ChronoUnit.SECONDS))
                : "gateway %s is not connected, and was not since the cloud started at %s"
                        .formatted(node, started.truncatedTo(ChronoUnit.SECONDS));
    }

    @Override
    public void close() {
        connected.values().forEach(Http2Connection::close);
    }
}
