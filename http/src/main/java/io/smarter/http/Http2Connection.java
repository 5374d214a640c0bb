package io.smarter.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 (RFC 9113) with prior knowledge over any two-way stream, in either role. Safe for use by many threads. When the
 * transport fails, or {@link #close} is called, every stream fails with an {@link IOException} and the transport is
 * closed.
 *
 * <p>Two virtual threads serve a connection: one reads frames and never waits for anything but the transport
 * ({@link Http2Input}), one writes what is queued ({@link Http2Output}). All state is under one lock, which is never held
 * during input or output.
 */
public final class Http2Connection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.http");
    private static final long FAREWELL_MILLIS = 250;

    private final Duplex transport;
    private final boolean serving;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition pinged = lock.newCondition();
    private final Http2Output output;
    private final Http2Streams streams;

    // ---- guarded by the lock
    private final List<Runnable> callbacks = new ArrayList<>(1);
    private long pingsSent;
    private long pingsAnswered;
    private boolean farewell;
    private @Nullable IOException ended;

    private Http2Connection(Duplex transport, @Nullable Handler handler) {
        this.transport = transport;
        this.serving = handler != null;
        this.output = new Http2Output(transport.out(), lock);
        this.streams = new Http2Streams(lock, output, handler);
    }

    /** Speaks as client. */
    public static Http2Connection client(Duplex transport) {
        return new Http2Connection(transport, null).start();
    }

    /** Speaks as server: answers requests with the handler until closed. Returns at once. */
    public static Http2Connection server(Duplex transport, Handler handler) {
        return new Http2Connection(transport, handler).start();
    }

    private Http2Connection start() {
        lock.lock();
        try {
            if (!serving) output.preface(Http2Input.PREFACE);
            output.settings(
                    serving ? Http2Frame.SETTING_MAX_STREAMS : Http2Frame.SETTING_ENABLE_PUSH,
                    serving ? Http2Streams.MAX_RUNNING : 0,
                    Http2Frame.SETTING_INITIAL_WINDOW,
                    streams.window(),
                    Http2Frame.SETTING_MAX_LIST,
                    Http2Frame.MAX_HEADER_BLOCK);
            streams.openWindow();
        } finally {
            lock.unlock();
        }
        var input = new Http2Input(transport.in(), streams, this);
        Thread.ofVirtual().name("h2-write").start(() -> until(output::run, "writing ended"));
        Thread.ofVirtual().name("h2-read").start(() -> until(() -> input.run(serving), "peer closed the connection"));
        return this;
    }

    /**
     * Sends a request's head; waits while the peer allows no more streams.
     *
     * @param path path and query, percent-encoded
     * @param headers {@code host}, if given, becomes the request's authority
     * @param endStream whether the request has no body
     */
    public Http2Stream open(String method, String path, Headers headers, boolean endStream) throws IOException {
        if (serving) throw new IllegalStateException("only a client opens streams");
        if (!path.chars().allMatch(c -> c > ' ' && c < 0x7f))
            throw new IllegalArgumentException("path is not percent-encoded: " + path);
        var scheme = transport instanceof SocketDuplex socket && socket.secure() ? "https" : "http";
        var authority = headers.first("host", "localhost");
        String[] pseudo = {":method", method, ":scheme", scheme, ":authority", authority, ":path", path};
        lock.lock();
        try {
            while (mayOpen() && (streams.full() || !output.hasRoom())) await(output.writable());
            check();
            if (!mayOpen()) throw new IOException("connection takes no more streams");
            var stream = streams.open(method.equals("HEAD"));
            output.headers(stream.id(), pseudo, headers, endStream);
            if (endStream) stream.endLocal();
            return stream;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a request and waits for the whole answer. The request's body is sent first, so a server that answers while it
     * reads needs {@link #open}.
     *
     * @throws BodyTooLargeException if the answer's body is longer than {@code maxResponse}
     */
    public Response send(String method, String path, Headers headers, byte[] body, int maxResponse) throws IOException {
        try (var stream = open(method, path, headers, body.length == 0)) {
            if (body.length > 0) stream.send(body);
            return stream.response(maxResponse);
        }
    }

    /** Whether new streams can be opened. */
    public boolean isOpen() {
        lock.lock();
        try {
            return mayOpen();
        } finally {
            lock.unlock();
        }
    }

    /** Asks the peer for a sign of life; an {@link IOException} says that none came in time. The connection is left as it is. */
    public void ping(Duration timeout) throws IOException {
        lock.lock();
        try {
            check();
            long mine = ++pingsSent;
            output.ping(mine, false);
            long left = timeout.toNanos();
            while (pingsAnswered < mine) {
                check();
                if (left <= 0) throw new IOException("no answer to a ping within " + timeout);
                left = pinged.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Calls back once when the connection has ended; at once if it has already. */
    public void onClose(Runnable callback) {
        lock.lock();
        try {
            if (ended == null) {
                callbacks.add(callback);
                return;
            }
        } finally {
            lock.unlock();
        }
        callback.run();
    }

    /** Says goodbye if the peer takes it at once, and ends. */
    @Override
    public void close() {
        end(new IOException("connection was closed"), Http2Error.NO_ERROR);
    }

    // ---- for the reader

    void onPing(long payload, boolean ack) {
        lock.lock();
        try {
            if (!ack) output.ping(payload, true);
            else if (payload > pingsAnswered && payload <= pingsSent) pingsAnswered = payload;
            pinged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Looks at the whole after each frame: whether the peer asks for more than it reads, whether all is done. */
    boolean goesOn() throws Http2Exception {
        lock.lock();
        try {
            if (output.flooded())
                throw Http2Exception.connection(
                        Http2Error.ENHANCE_YOUR_CALM, "peer asks for replies that it does not read");
            return serving || !streams.drained();
        } finally {
            lock.unlock();
        }
    }

    // ---- for all

    /** Waits once; callers loop over what they wait for. */
    @SuppressWarnings("WaitNotInLoop")
    static void await(Condition condition) throws InterruptedIOException {
        try {
            condition.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        var failure = new InterruptedIOException("interrupted while waiting for the peer");
        failure.initCause(e);
        return failure;
    }

    private boolean mayOpen() {
        return ended == null && !farewell && !streams.draining();
    }

    private void check() throws IOException {
        if (ended != null) throw new IOException(ended.getMessage(), ended);
    }

    private interface Task {
        void run() throws IOException;
    }

    /** Runs one of the two threads; when it ends, so does the connection. */
    private void until(Task task, String ending) {
        try {
            task.run();
            end(new IOException(ending), Http2Error.NO_ERROR);
        } catch (Http2Exception e) {
            end(e, e.error());
        } catch (IOException | RuntimeException | Error e) {
            end(new IOException("connection failed: " + e.getMessage(), e), Http2Error.INTERNAL_ERROR);
        }
    }

    private void end(IOException cause, Http2Error error) {
        List<Runnable> toCall;
        lock.lock();
        try {
            if (!farewell) {
                farewell = true;
                output.goAway(streams.farewell(), error);
                output.finish(FAREWELL_MILLIS);
            }
            if (ended != null) return;
            ended = cause;
            output.stop();
            streams.failAll(cause);
            pinged.signalAll();
            toCall = List.copyOf(callbacks);
            callbacks.clear();
        } finally {
            lock.unlock();
        }
        try {
            transport.close();
        } catch (IOException _) {
            // it is of no use any more either way
        }
        toCall.forEach(Http2Connection::call);
    }

    private static void call(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "callback at the end of a connection failed", e);
        }
    }
}
