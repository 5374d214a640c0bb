package io.smarter.client;

import io.smarter.http.Duplex;
import io.smarter.http.Http2Connection;
import io.smarter.http.Sockets;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a client. Whoever needs it while it is lost dials, after the wait that earlier failures ask for;
 * those who wait for that meanwhile share its outcome.
 */
final class Connector implements AutoCloseable {
    private static final long LONGEST_WAIT_MILLIS = 10_000;

    private final ClientConfig config;
    private final @Nullable SSLContext tls;
    private final ReentrantLock dialling = new ReentrantLock();
    private final Backoff backoff = new Backoff(LONGEST_WAIT_MILLIS);
    private long notBefore = System.nanoTime();
    private final AtomicLong attempts = new AtomicLong();
    private volatile boolean closed;
    private volatile @Nullable Http2Connection current;
    private volatile @Nullable IOException lastFailure;

    Connector(ClientConfig config) {
        this.config = config;
        this.tls = config.secure() ? config.tls() : null;
    }

    /** An open connection. */
    Http2Connection get() throws IOException {
        var now = open();
        if (now != null) return now;
        long seen = attempts.get();
        try {
            dialling.lockInterruptibly();
            try {
                now = open();
                if (now != null) return now;
                var failure = lastFailure;
                if (attempts.get() != seen && failure != null) throw new IOException(failure.getMessage(), failure);
                Thread.sleep(Math.max(0, (notBefore - System.nanoTime()) / 1_000_000));
                return dial();
            } finally {
                dialling.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while waiting to dial " + config.server());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** The connection if it is open. */
    @Nullable
    Http2Connection open() {
        var now = current;
        return now != null && now.isOpen() ? now : null;
    }

    @Override
    public void close() {
        closed = true;
        var now = current;
        if (now != null) now.close();
    }

    private Http2Connection dial() throws IOException {
        if (closed) throw new IOException("client of %s is closed".formatted(config.server()));
        try {
            var connection = Http2Connection.client(transport());
            current = connection;
            lastFailure = null;
            backoff.reset();
            notBefore = System.nanoTime() + backoff.nextMillis() * 1_000_000;
            if (closed) connection.close();
            return connection;
        } catch (IOException e) {
            lastFailure = e;
            notBefore = System.nanoTime() + backoff.nextMillis() * 1_000_000;
            throw e;
        } finally {
            attempts.incrementAndGet();
        }
    }

    private Duplex transport() throws IOException {
        return tls == null
                ? Sockets.tcp(config.host(), config.port())
                : Sockets.tls(config.host(), config.port(), tls, "h2");
    }
}
