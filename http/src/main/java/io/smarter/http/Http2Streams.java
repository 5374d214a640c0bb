package io.smarter.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one connection, and what the peer's frames do to them. Methods named after frames take the lock; the
 * others are called with the lock held.
 *
 * <p>What a peer can make us hold is bounded: each stream has a receive buffer of one window, which is opened again only
 * as its reader consumes; the connection's own window is opened as data arrives, so that a stream that nobody reads takes
 * nothing from the others.
 */
final class Http2Streams {
    /** How many requests the server role answers at a time; a request counts until its handler has returned. */
    static final int MAX_RUNNING = 250;

    private static final int SERVER_WINDOW = Http2Frame.DEFAULT_WINDOW;
    private static final int CLIENT_WINDOW = 256 << 10;
    private static final int CONNECTION_WINDOW = 1 << 20;

    private final ReentrantLock lock;
    private final Http2Output output;
    private final @Nullable Handler handler;
    private final Map<Integer, Http2Stream> streams = new HashMap<>();
    private int nextStream = 1;
    private int lastPeerStream;
    private int running;
    private int peerWindow = Http2Frame.DEFAULT_WINDOW;
    private long peerStreams = Integer.MAX_VALUE;
    private int mayReceive = Http2Frame.DEFAULT_WINDOW;
    private boolean draining;
    private boolean farewell;

    /** @param handler answers requests in the server role; null in the client role */
    Http2Streams(ReentrantLock lock, Http2Output output, @Nullable Handler handler) {
        this.lock = lock;
        this.output = output;
        this.handler = handler;
    }

    // ---- with the lock held

    ReentrantLock lock() {
        return lock;
    }

    Http2Output output() {
        return output;
    }

    /** How much a stream may receive before it is read. */
    int window() {
        return handler == null ? CLIENT_WINDOW : SERVER_WINDOW;
    }

    /** Gives the peer as much of the connection's window as there is. */
    void openWindow() {
        output.windowUpdate(0, CONNECTION_WINDOW - mayReceive);
        mayReceive = CONNECTION_WINDOW;
    }

    /** Whether the peer takes no new streams on this connection, now or ever again. */
    boolean draining() {
        return draining || nextStream < 0;
    }

    /** Whether nothing is left to do on a connection that takes no new streams. */
    boolean drained() {
        return draining() && streams.isEmpty();
    }

    /** Whether another stream must wait until one has ended. */
    boolean full() {
        return streams.size() >= peerStreams;
    }

    Http2Stream open(boolean bodiless) {
        var stream = new Http2Stream(this, nextStream, bodiless, peerWindow);
        streams.put(nextStream, stream);
        nextStream += 2;
        return stream;
    }

    /** Takes no requests any more; gives the last one that was taken. */
    int farewell() {
        farewell = true;
        return lastPeerStream;
    }

    void failAll(IOException cause) {
        for (var stream : List.copyOf(streams.values())) stream.fail(cause);
        streams.clear();
    }

    /** Forgets a stream that has ended both ways. */
    void moved(Http2Stream stream) {
        if (!stream.ended()) return;
        streams.remove(stream.id(), stream);
        output.writable().signalAll();
    }

    void reset(Http2Stream stream, Http2Error error, String message) {
        output.reset(stream.id(), error);
        stream.fail(new IOException(message));
        moved(stream);
    }

    // ---- frames

    /** Resets a stream on which the peer broke the protocol, whether or not it is known. */
    void onFault(int id, Http2Error error, @Nullable String message) {
        lock.lock();
        try {
            var stream = streams.get(id);
            if (stream != null) reset(stream, error, message == null ? error.name() : message);
            else output.reset(id, error);
        } finally {
            lock.unlock();
        }
    }

    /** @param charged how much of the windows the frame takes, its padding included */
    void onData(int id, byte[] frame, int offset, int size, int charged, boolean end) throws Http2Exception {
        lock.lock();
        try {
            mayReceive -= charged;
            if (mayReceive < 0)
                throw Http2Exception.connection(Http2Error.FLOW_CONTROL_ERROR, "peer overruns the connection's window");
            if (mayReceive < CONNECTION_WINDOW / 2) openWindow();
            var stream = known(id);
            if (stream != null) stream.onData(frame, offset, size, charged, end);
        } finally {
            lock.unlock();
        }
    }

    void onHeaders(int id, Http2Head fields, boolean end) throws Http2Exception {
        lock.lock();
        try {
            if (handler != null && id % 2 == 1 && id > lastPeerStream) {
                accept(id, fields, end, handler);
                return;
            }
            var stream = known(id);
            if (stream == null) return;
            if (stream.hasHead()) trailers(stream, fields, end);
            else answer(stream, fields, end);
        } finally {
            lock.unlock();
        }
    }

    private static void trailers(Http2Stream stream, Http2Head fields, boolean end) throws Http2Exception {
        check(stream.id(), end ? fields.trailersFault() : "header block in the middle of a body");
        stream.onTrailers(fields);
    }

    private static void answer(Http2Stream stream, Http2Head fields, boolean end) throws Http2Exception {
        check(stream.id(), fields.responseFault());
        if (fields.status >= 200) stream.onHead(fields, end);
        else check(stream.id(), end ? "informational answer ends the stream" : null);
    }

    private void accept(int id, Http2Head fields, boolean end, Handler handler) throws Http2Exception {
        lastPeerStream = id;
        if (farewell) return;
        check(id, fields.requestFault());
        if (running >= MAX_RUNNING)
            throw Http2Exception.stream(id, Http2Error.REFUSED_STREAM, "too many requests at a time");
        var stream = new Http2Stream(this, id, false, peerWindow);
        streams.put(id, stream);
        stream.onHead(fields, end);
        running++;
        var exchange = new Http2Exchange(stream, fields);
        var thread = Thread.ofVirtual().name("h2-request").unstarted(() -> run(exchange, handler));
        stream.handler(thread);
        thread.start();
    }

    private void run(Http2Exchange exchange, Handler handler) {
        try {
            exchange.serve(handler);
        } finally {
            lock.lock();
            try {
                running--;
            } finally {
                lock.unlock();
            }
        }
    }

    void onReset(int id, int code) throws Http2Exception {
        lock.lock();
        try {
            var stream = known(id);
            if (stream == null) return;
            stream.fail(new IOException("peer reset the stream: " + Http2Error.name(code)));
            moved(stream);
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

    void onSettingsEnd() {
        lock.lock();
        try {
            output.settingsAck();
            output.writable().signalAll();
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
                moved(stream);
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
            var stream = known(id);
            if (stream != null) stream.onWindow(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** A stream, or null if it has ended; one that was never opened may not be spoken of. */
    private @Nullable Http2Stream known(int id) throws Http2Exception {
        var stream = streams.get(id);
        if (stream != null) return stream;
        boolean opened = id % 2 == 1 && (handler == null ? id < nextStream || nextStream < 0 : id <= lastPeerStream);
        if (opened) return null;
        throw Http2Exception.connection(Http2Error.PROTOCOL_ERROR, "stream %d was never opened".formatted(id));
    }

    private static void check(int id, @Nullable String fault) throws Http2Exception {
        if (fault != null) throw Http2Exception.stream(id, Http2Error.PROTOCOL_ERROR, fault);
    }
}
