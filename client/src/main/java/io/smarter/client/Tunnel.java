package io.smarter.client;

import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's end of the tunnel: a stream to the cloud, kept up, over which the cloud sends requests to a handler. Its
 * pings also tell the client's other streams when the connection is dead.
 */
public final class Tunnel implements AutoCloseable {
    /** How often the connection is checked when nothing else is said. */
    public static final Duration KEEPALIVE = Duration.ofSeconds(60);

    private static final System.Logger LOG = System.getLogger("io.smarter.client");
    private static final long LONGEST_WAIT_MILLIS = 30_000;
    /** A tunnel that lasted this long was a good one: the next is dialled soon. */
    private static final long STEADY_NANOS = 5_000_000_000L;

    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final ApiClient client;
    private final String path;
    private final Handler handler;
    private final Duration keepalive;
    private final Thread thread;
    private final List<Runnable> callbacks = new CopyOnWriteArrayList<>();
    private final Backoff backoff = new Backoff(LONGEST_WAIT_MILLIS);
    private volatile boolean connected;
    private volatile boolean closed;
    private volatile @Nullable Http2Connection inner;
    private boolean troubled;

    private Tunnel(ApiClient client, String path, Handler handler, Duration keepalive) {
        this.client = client;
        this.path = path;
        this.handler = handler;
        this.keepalive = keepalive;
        this.thread = Thread.ofVirtual().name("tunnel").unstarted(this::run);
    }

    /** Dials until it is up, and again whenever it is lost. */
    public static Tunnel start(ApiClient client, String path, Handler handler) {
        return start(client, path, handler, KEEPALIVE);
    }

    /** @param keepalive how long after a ping the next one is sent; up to a quarter is added at random */
    public static Tunnel start(ApiClient client, String path, Handler handler, Duration keepalive) {
        if (keepalive.toMillis() < 1)
            throw new IllegalArgumentException("keepalive must be 1 ms or more, was " + keepalive);
        var tunnel = new Tunnel(client, path, handler, keepalive);
        tunnel.thread.start();
        return tunnel;
    }

    public boolean connected() {
        return connected;
    }

    /** Calls back after each change of {@link #connected}; the callback must not block. */
    public void onChange(Runnable callback) {
        callbacks.add(callback);
    }

    @Override
    public void close() {
        closed = true;
        var open = inner;
        if (open != null) open.close();
        thread.interrupt();
        if (Thread.currentThread().equals(thread)) return;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                serve();
            } catch (IOException e) {
                trouble(e);
            } catch (InterruptedException _) {
                // close() interrupts
            } finally {
                change(false);
            }
            pause();
        }
    }

    private void serve() throws IOException, InterruptedException {
        try (var stream = client.open("POST", path, new Headers(), false)) {
            int status = stream.status(ANSWER);
            client.learn(stream);
            if (status != 200) throw ApiClient.error(status, stream.in().readNBytes(1 << 16));
            long since = System.nanoTime();
            try (var serving = Http2Connection.server(stream, handler)) {
                inner = serving;
                var ended = new CountDownLatch(1);
                serving.onClose(ended::countDown);
                up();
                while (!closed && !ended.await(pingAfter(), TimeUnit.MILLISECONDS)) client.ping(ANSWER);
            } finally {
                if (System.nanoTime() - since > STEADY_NANOS) backoff.reset();
                inner = null;
            }
        }
        if (!closed) throw new IOException("the cloud ended it");
    }

    private long pingAfter() {
        long millis = keepalive.toMillis();
        return millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1);
    }

    private void up() {
        if (troubled) LOG.log(System.Logger.Level.INFO, "tunnel is up again");
        troubled = false;
        change(true);
    }

    private void change(boolean now) {
        if (connected == now) return;
        connected = now;
        for (var callback : callbacks) {
            try {
                callback.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "callback of the tunnel failed", e);
            }
        }
    }

    private void trouble(IOException e) {
        if (!troubled && !closed) LOG.log(System.Logger.Level.WARNING, () -> "tunnel failed: " + e.getMessage());
        troubled = true;
    }

    private void pause() {
        if (closed) return;
        try {
            Thread.sleep(backoff.nextMillis());
        } catch (InterruptedException _) {
            // close() interrupts
        }
    }
}
