package io.smarter.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 (RFC 9113) with prior knowledge over any two-way stream, in either role. Safe for use by many threads. When the
 * transport fails, or {@link #close} is called, every stream fails with an {@link IOException} and the transport is
 * closed.
 *
 * <p>Two virtual threads serve a connection: one reads frames and never waits for anything but the transport, one writes
 * what is queued ({@link Http2Output}). All state is under one fair lock, which is never held during input or output.
 * What a peer can make us hold is bounded: each stream has a receive buffer of one window, which is opened again only as
 * its reader consumes; the connection's own window is opened as data arrives, so that a stream that nobody reads takes
 * nothing from the others.
 */
public final class Http2Connection implements AutoCloseable {
    /** How many requests the server role answers at a time; a request counts until its handler has returned. */
    static final int MAX_STREAMS = 250;

    private static final int SERVER_WINDOW = Http2Frame.DEFAULT_WINDOW;
    private static final int CLIENT_WINDOW = 256 << 10;
    private static final int CONNECTION_WINDOW = 1 << 20;
    private static final long FAREWELL_MILLIS = 250;

    private final Duplex transport;
    private final @Nullable Handler handler;
    private final int streamWindow;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition pinged = lock.newCondition();
    private final Http2Output output;

    // ---- guarded by the lock
    private final Map<Integer, Http2Stream> streams = new HashMap<>();
    private final List<Runnable> callbacks = new ArrayList<>(1);
    private int nextStream = 1;
    private int lastPeerStream;
    private int running;
    private int peerWindow = Http2Frame.DEFAULT_WINDOW;
    private long peerStreams = Integer.MAX_VALUE;
    private int mayReceive = Http2Frame.DEFAULT_WINDOW;
    private long pingsSent;
    private long pingsAnswered;
    private boolean draining;
    private boolean goneAway;
    private @Nullable IOException ended;

    private Http2Connection(Duplex transport, @Nullable Handler handler) {
        this.transport = transport;
        this.handler = handler;
        this.streamWindow = handler == null ? CLIENT_WINDOW : SERVER_WINDOW;
        this.output = new Http2Output(transport.out(), lock);
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
            if (handler == null) {
                output.preface(Http2Input.PREFACE);
                output.settings(
                        Http2Frame.SETTING_ENABLE_PUSH,
                        0,
                        Http2Frame.SETTING_INITIAL_WINDOW,
                        streamWindow,
                        Http2Frame.SETTING_MAX_LIST,
                        Http2Frame.MAX_HEADER_BLOCK);
            } else {
                output.settings(
                        Http2Frame.SETTING_MAX_STREAMS, MAX_STREAMS,
                        Http2Frame.SETTING_INITIAL_WINDOW, streamWindow,
                        Http2Frame.SETTING_MAX_LIST, Http2Frame.MAX_HEADER_BLOCK);
            }
            openWindow();
        } finally {
            lock.unlock();
        }
        var input = new Http2Input(transport.in(), this);
        Thread.ofVirtual().name("h2-write").start(() -> until(output::run, "writing ended"));
        Thread.ofVirtual()
                .name("h2-read")
                .start(() -> until(() -> input.run(handler != null), "peer closed the connection"));
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
        if (handler != null) throw new IllegalStateException("only a client opens streams");
        var scheme = transport instanceof SocketDuplex socket && socket.secure() ? "https" : "http";
        var authority = headers.first("host", "localhost");
        String[] pseudo = {":method", method, ":scheme", scheme, ":authority", authority, ":path", path};
        lock.lock();
        try {
            while (mayOpen() && (streams.size() >= peerStreams || !output.hasRoom())) await(output.writable());
            if (ended != null) throw new IOException(ended.getMessage(), ended);
            if (!mayOpen()) throw new IOException("connection takes no more streams");
            var stream = new Http2Stream(this, nextStream, method.equals("HEAD"), peerWindow, streamWindow);
            streams.put(nextStream, stream);
            nextStream += 2;
            output.headers(stream.id(), pseudo, headers, endStream);
            if (endStream) stream.endLocal();
            return stream;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @throws BodyTooLargeException if the answer's body is longer than {@code maxResponse}
     */
    public Response send(String method, String path, Headers headers, byte[] body, int maxResponse) throws IOException {
        try (var stream = open(method, path, headers, body.length == 0)) {
            if (body.length > 0) stream.send(body);
            int status = stream.status();
            var answer = stream.in().readNBytes(maxResponse);
            if (answer.length == maxResponse && stream.in().read() >= 0) throw new BodyTooLargeException(maxResponse);
            return new Response(status, stream.headers(), answer);
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
            long mine = ++pingsSent;
            if (ended == null) output.ping(mine, false);
            long left = timeout.toNanos();
            while (pingsAnswered < mine) {
                if (ended != null) throw new IOException(ended.getMessage(), ended);
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

    // ---- for streams

    ReentrantLock lock() {
        return lock;
    }

    Http2Output output() {
        return output;
    }

    /** Forgets a stream that has ended both ways. Called with the lock held. */
    void streamMoved(Http2Stream stream) {
        if (!stream.ended()) return;
        streams.remove(stream.id(), stream);
        output.writable().signalAll();
    }

    /** Resets a stream. Called with the lock held. */
    void reset(Http2Stream stream, Http2Error error, String message) {
        if (ended == null) output.reset(stream.id(), error);
        stream.fail(new IOException(message));
        streamMoved(stream);
    }

    void handlerDone() {
        lock.lock();
        try {
            running--;
        } finally {
            lock.unlock();
        }
    }

    static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        var failure = new InterruptedIOException("interrupted while waiting for the peer");
        failure.initCause(e);
        return failure;
    }

    // ---- for the reader

    boolean flooded() {
        lock.lock();
        try {
            return output.flooded();
        } finally {
            lock.unlock();
        }
    }

    void reset(int id, Http2Error error, @Nullable String message) {
        lock.lock();
        try {
            var stream = streams.get(id);
            if (stream != null) reset(stream, error, message == null ? error.name() : message);
            else output.reset(id, error);
        } finally {
            lock.unlock();
        }
    }

    void onData(int id, byte[] frame, int offset, int size, int charged, boolean end) throws Http2Exception {
        lock.lock();
        try {
            mayReceive -= charged;
            if (mayReceive < 0)
                throw Http2Exception.connection(Http2Error.FLOW_CONTROL_ERROR, "peer overruns the connection's window");
            if (mayReceive < CONNECTION_WINDOW / 2) openWindow();
            var stream = streams.get(id);
            if (stream != null) stream.onData(frame, offset, size, charged, end);
            else checkKnown(id);
        } finally {
            lock.unlock();
        }
    }

    void onHeaders(int id, Http2Head fields, boolean end) throws Http2Exception {
        lock.lock();
        try {
            var stream = streams.get(id);
            if (stream == null) {
                if (handler != null && id % 2 == 1 && id > lastPeerStream) accept(id, fields, end, handler);
                else checkKnown(id);
                return;
            }
            boolean isTrailers = stream.hasHead();
            var fault = isTrailers ? fields.trailersFault() : fields.responseFault();
            if (fault == null && isTrailers && !end) fault = "header block in the middle of a body";
            if (fault != null) throw Http2Exception.stream(id, Http2Error.PROTOCOL_ERROR, fault);
            if (isTrailers) stream.onTrailers(fields);
            else if (fields.status >= 200) stream.onHead(fields, end);
        } finally {
            lock.unlock();
        }
    }

    private void accept(int id, Http2Head fields, boolean end, Handler handler) throws Http2Exception {
        lastPeerStream = id;
        if (goneAway) return;
        var fault = fields.requestFault();
        if (fault != null) throw Http2Exception.stream(id, Http2Error.PROTOCOL_ERROR, fault);
        if (running >= MAX_STREAMS)
            throw Http2Exception.stream(id, Http2Error.REFUSED_STREAM, "too many requests at a time");
        var stream = new Http2Stream(this, id, false, peerWindow, streamWindow);
        streams.put(id, stream);
        stream.onHead(fields, end);
        running++;
        var exchange = new Http2Exchange(stream, fields);
        var thread = Thread.ofVirtual().name("h2-request").unstarted(() -> {
            try {
                exchange.serve(handler);
            } finally {
                handlerDone();
            }
        });
        stream.handler(thread);
        thread.start();
    }

    void onReset(int id, int code) throws Http2Exception {
        lock.lock();
        try {
            var stream = streams.get(id);
            if (stream == null) {
                checkKnown(id);
                return;
            }
            stream.fail(new IOException("peer reset the stream: " + Http2Error.name(code)));
            streamMoved(stream);
        } finally {
            lock.unlock();
        }
    }

    void onSetting(int setting, long value) throws Http2Exception {
        lock.lock();
        try {
            switch (setting) {
                case Http2Frame.SETTING_TABLE_SIZE -> output.tableSize(value);
                case Http2Frame.SETTING_MAX_STREAMS -> peerStreams = value;
                case Http2Frame.SETTING_INITIAL_WINDOW -> {
                    if (value > Integer.MAX_VALUE)
                        throw Http2Exception.connection(Http2Error.FLOW_CONTROL_ERROR, "window is beyond 2^31-1");
                    int more = (int) value - peerWindow;
                    peerWindow = (int) value;
                    for (var stream : List.copyOf(streams.values())) stream.onWindow(more);
                }
                case Http2Frame.SETTING_MAX_FRAME -> {
                    if (value < Http2Frame.MAX_SIZE || value > 0xff_ffff)
                        throw Http2Exception.connection(Http2Error.PROTOCOL_ERROR, "frame size limit is not allowed");
                }
                default -> {}
            }
        } finally {
            lock.unlock();
        }
    }

    void acknowledgeSettings() {
        lock.lock();
        try {
            output.settingsAck();
            output.writable().signalAll();
        } finally {
            lock.unlock();
        }
    }

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

    void onGoAway(int last, int code) {
        lock.lock();
        try {
            draining = true;
            for (var stream : List.copyOf(streams.values())) {
                if (handler != null || stream.id() <= last) continue;
                stream.fail(new IOException("peer goes away: " + Http2Error.name(code)));
                streamMoved(stream);
            }
            output.writable().signalAll();
        } finally {
            lock.unlock();
        }
    }

    void onWindow(int id, int bytes) throws Http2Exception {
        lock.lock();
        try {
            if (id == 0) {
                output.addWindow(bytes);
                return;
            }
            var stream = streams.get(id);
            if (stream != null) stream.onWindow(bytes);
            else checkKnown(id);
        } finally {
            lock.unlock();
        }
    }

    // ---- inside

    private boolean mayOpen() {
        return ended == null && !draining && nextStream > 0;
    }

    /** A stream that has ended may still be spoken of, one that was never opened may not. */
    private void checkKnown(int id) throws Http2Exception {
        boolean known = handler == null ? id % 2 == 1 && id < nextStream : id % 2 == 1 && id <= lastPeerStream;
        if (!known)
            throw Http2Exception.connection(Http2Error.PROTOCOL_ERROR, "stream %d was never opened".formatted(id));
    }

    private void openWindow() {
        output.windowUpdate(0, CONNECTION_WINDOW - mayReceive);
        mayReceive = CONNECTION_WINDOW;
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
        } catch (IOException | RuntimeException e) {
            end(new IOException("connection failed: " + e.getMessage(), e), Http2Error.INTERNAL_ERROR);
        }
    }

    private void end(IOException cause, Http2Error error) {
        List<Runnable> toCall;
        lock.lock();
        try {
            if (ended != null) return;
            if (!goneAway) {
                goneAway = true;
                output.goAway(lastPeerStream, error);
                output.finish(FAREWELL_MILLIS);
            }
            if (ended != null) return;
            ended = cause;
            output.stop();
            for (var stream : List.copyOf(streams.values())) stream.fail(cause);
            streams.clear();
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
        toCall.forEach(Runnable::run);
    }

    /** Waits once; callers loop over what they wait for. */
    @SuppressWarnings("WaitNotInLoop")
    static void await(Condition condition) throws InterruptedIOException {
        try {
            condition.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }
}
