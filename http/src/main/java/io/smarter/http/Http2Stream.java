package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on an HTTP/2 streams. Either end may send and receive at the same time; {@link #close}
 * gives up what has not ended yet. One thread may read while another writes and a third closes. A thread that is
 * interrupted while it waits gets an {@link InterruptedIOException}.
 */
public final class Http2Stream implements Duplex {
    private final Http2Streams streams;
    private final Http2Output output;
    private final Condition changed;
    private final int id;
    private final boolean bodiless;
    private final int receiveWindow;
    private final InputStream in = new Http2StreamInput(this);
    private final OutputStream out = new Http2StreamOutput(this);

    // ---- guarded by the connection's lock
    private final ByteRing received = new ByteRing();
    private long sendWindow;
    private int mayReceive;
    private int consumed;
    private long expected = -1;
    private long arrived;
    private boolean localEnded;
    private boolean remoteEnded;
    private @Nullable Http2Head head;
    private Headers trailers = new Headers();
    private @Nullable IOException failure;
    private @Nullable Thread handler;

    /** @param bodiless whether the answer has no body whatever its content-length says, as to HEAD */
    Http2Stream(Http2Streams streams, int id, boolean bodiless, int sendWindow) {
        this.streams = streams;
        this.output = streams.output();
        this.changed = streams.lock().newCondition();
        this.id = id;
        this.bodiless = bodiless;
        this.sendWindow = sendWindow;
        this.receiveWindow = streams.window();
        this.mayReceive = receiveWindow;
    }

    int id() {
        return id;
    }

    /** The answer's status; waits for it. Informational answers are passed over. */
    public int status() throws IOException {
        return head(Long.MAX_VALUE).status;
    }

    /**
     * The answer's status, waited for no longer than this.
     *
     * @throws SocketTimeoutException if it did not come in time; the stream is left as it is
     */
    public int status(Duration timeout) throws IOException {
        return head(timeout.toNanos()).status;
    }

    /** The answer's header fields; waits for them. */
    public Headers headers() throws IOException {
        return head(Long.MAX_VALUE).headers;
    }

    /** The fields after the body; waits for its end, which comes only when the body has been read. */
    public Headers trailers() throws IOException {
        var lock = streams.lock();
        lock.lock();
        try {
            while (!remoteEnded) {
                check();
                Http2Connection.await(changed);
            }
            return trailers;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a whole body and ends it. A server may answer, and refuse the rest of the body, before it has read all of it
     * (RFC 9113 §8.1): then this returns, and the answer is there.
     */
    public void send(byte[] body) throws IOException {
        try (out) {
            out.write(body);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (!answered()) throw e;
        }
    }

    /** Ends what is sent with fields after the body, as gRPC tells its status. */
    public void end(Headers trailers) throws IOException {
        out.flush();
        answer(new String[0], trailers, true);
    }

    /** Waits for the whole answer. */
    Response response(int limit) throws IOException {
        int status = status();
        return new Response(status, headers(), body(limit));
    }

    /**
     * What is left of the body.
     *
     * @throws BodyTooLargeException if it is longer than the limit; at most that much is ever held
     */
    public byte[] body(int limit) throws IOException {
        var body = in.readNBytes(limit);
        if (body.length == limit && in.read() >= 0) throw new BodyTooLargeException(limit);
        return body;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        abort(Http2Error.CANCEL);
    }

    // ---- for the connection and the server's exchange

    /** Whether the answer has begun. */
    boolean answered() {
        var lock = streams.lock();
        lock.lock();
        try {
            return head != null;
        } finally {
            lock.unlock();
        }
    }

    boolean failed() {
        var lock = streams.lock();
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Sends the header block of an answer. */
    void answer(String[] pseudo, Headers fields, boolean end) throws IOException {
        var lock = streams.lock();
        lock.lock();
        try {
            room();
            output.headers(id, pseudo, fields, end);
            if (end) endLocal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends a whole answer; a request that has not ended yet is not wanted any more (RFC 9113 §8.1). */
    void finish() throws IOException {
        out.close();
        abort(Http2Error.NO_ERROR);
    }

    /** Resets the stream unless it has ended both ways. */
    void abort(Http2Error error) {
        var lock = streams.lock();
        lock.lock();
        try {
            received.clear();
            if (!ended()) streams.reset(this, error, "stream was closed");
        } finally {
            lock.unlock();
        }
    }

    // ---- what the connection tells, with its lock held

    /** Marks the sending side as ended with the header block that opened or answered. */
    void endLocal() {
        localEnded = true;
        streams.moved(this);
    }

    boolean ended() {
        return failure != null || localEnded && remoteEnded;
    }

    void handler(Thread thread) {
        handler = thread;
    }

    void onHead(Http2Head fields, boolean end) throws Http2Exception {
        head = fields;
        if (!bodiless && fields.status != 304 && fields.status != 204) expected = fields.contentLength();
        if (end) endRemote();
        changed.signalAll();
    }

    boolean hasHead() {
        return head != null;
    }

    void onTrailers(Http2Head fields) throws Http2Exception {
        trailers = fields.headers;
        endRemote();
        changed.signalAll();
    }

    /** @param charged how much of the window the frame takes, its padding included */
    void onData(byte[] frame, int offset, int length, int charged, boolean end) throws Http2Exception {
        if (remoteEnded) throw broken(Http2Error.STREAM_CLOSED, "body goes on after its end");
        if (head == null) throw broken(Http2Error.PROTOCOL_ERROR, "body before its header");
        mayReceive -= charged;
        if (mayReceive < 0) throw broken(Http2Error.FLOW_CONTROL_ERROR, "body overruns its window");
        arrived += length;
        received.put(frame, offset, length);
        if (end) endRemote();
        if (charged > length) credit(charged - length);
        changed.signalAll();
    }

    void onWindow(long bytes) throws Http2Exception {
        sendWindow += bytes;
        if (sendWindow > Integer.MAX_VALUE) throw broken(Http2Error.FLOW_CONTROL_ERROR, "window is beyond 2^31-1");
        changed.signalAll();
    }

    /** Lets whoever waits look again. */
    void wake() {
        changed.signalAll();
    }

    /** Ends both directions; what has been received whole can still be read. */
    void fail(IOException cause) {
        if (failure != null) return;
        failure = cause;
        changed.signalAll();
        output.writable().signalAll();
        if (handler != null && handler != Thread.currentThread()) handler.interrupt();
    }

    /**
     * Sends a part of the body; waits while the peer's windows are closed. An interrupt leaves a hole in the body, so it
     * ends the stream: else a later close would make what was sent look whole.
     */
    void send(byte[] bytes, int offset, int length, boolean end) throws IOException {
        var lock = streams.lock();
        lock.lock();
        try {
            if (length == 0) room();
            int at = offset;
            int left = length;
            do {
                int part = left == 0 ? 0 : quota(left);
                left -= part;
                if (end && left == 0) localEnded = true;
                output.data(this, bytes, at, part, localEnded);
                at += part;
            } while (left > 0);
            if (end) streams.moved(this);
        } catch (InterruptedIOException e) {
            abort(Http2Error.CANCEL);
            throw e;
        } finally {
            output.leave(this);
            lock.unlock();
        }
    }

    /** Waits until some of a body may be sent, and says how much of it. */
    private int quota(int wanted) throws IOException {
        while (true) {
            checkSendable();
            if (sendWindow <= 0) {
                output.leave(this);
            } else if (output.mayGo(this)) {
                int part = (int) Math.min(Math.min(wanted, Http2Frame.MAX_SIZE), Math.min(sendWindow, output.window()));
                sendWindow -= part;
                return part;
            }
            Http2Connection.await(changed);
        }
    }

    /** Waits until a frame that no window counts may be sent. */
    private void room() throws IOException {
        checkSendable();
        while (!output.hasRoom()) {
            Http2Connection.await(output.writable());
            checkSendable();
        }
    }

    private void checkSendable() throws IOException {
        check();
        if (localEnded) throw new IOException("stream has been ended by this side");
    }

    int receive(byte[] into, int offset, int length) throws IOException {
        var lock = streams.lock();
        lock.lock();
        try {
            while (received.size() == 0) {
                if (remoteEnded) return -1;
                check();
                Http2Connection.await(changed);
            }
            int taken = received.take(into, offset, length);
            credit(taken);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    boolean hasEnded() {
        var lock = streams.lock();
        lock.lock();
        try {
            return localEnded;
        } finally {
            lock.unlock();
        }
    }

    int available() {
        var lock = streams.lock();
        lock.lock();
        try {
            return received.size();
        } finally {
            lock.unlock();
        }
    }

    private Http2Head head(long nanos) throws IOException {
        var lock = streams.lock();
        lock.lock();
        try {
            long left = nanos;
            while (head == null) {
                check();
                if (left <= 0) throw new SocketTimeoutException("no answer in time");
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    throw Http2Connection.interrupted(e);
                }
            }
            return head;
        } finally {
            lock.unlock();
        }
    }

    private void endRemote() throws Http2Exception {
        remoteEnded = true;
        if (expected >= 0 && arrived != expected)
            throw broken(
                    Http2Error.PROTOCOL_ERROR,
                    "body has %d bytes, its content-length says %d".formatted(arrived, expected));
        streams.moved(this);
    }

    /** Gives the peer as much window as has been consumed, once that is worth a frame. */
    private void credit(int bytes) {
        consumed += bytes;
        if (remoteEnded || failure != null || consumed < receiveWindow / 2) return;
        output.windowUpdate(id, consumed);
        mayReceive += consumed;
        consumed = 0;
    }

    private void check() throws IOException {
        if (failure != null) throw new IOException(failure.getMessage(), failure);
    }

    private Http2Exception broken(Http2Error error, String message) {
        return Http2Exception.stream(id, error, message);
    }
}
