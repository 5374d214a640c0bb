package io.smarter.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a connection sends. Every method but {@link #run} is called with the connection's lock held.
 *
 * <p>Frames queue in one buffer, and one thread of its own writes it. Callers never write to the transport themselves:
 * their threads may be interrupted, which would close the socket for every stream, and a peer that reads slowly would
 * keep the lock from everyone else. Body bytes enter the queue only while it is short and both windows are open, one
 * frame at a time; streams that have to wait stand in a line and take turns. So the queue is bounded, but for replies
 * that the peer asks for, and those are refused beyond {@link #MAX_OWED}.
 */
final class Http2Output {
    private static final byte[] NONE = new byte[0];
    private static final int FIRST = 512;
    private static final int KEPT = 4096;
    private static final int MAX_QUEUED = 64 << 10;
    private static final int MAX_OWED = 256 << 10;

    private final OutputStream transport;
    private final ReentrantLock lock;
    private final Condition work;
    private final Condition writable;
    private final HpackEncoder encoder = new HpackEncoder();
    private final Deque<Http2Stream> line = new ArrayDeque<>(0);
    private byte[] queue = NONE;
    private byte[] spare = NONE;
    private int queued;
    private boolean writing;
    private boolean closed;
    private long window = Http2Frame.DEFAULT_WINDOW;

    Http2Output(OutputStream transport, ReentrantLock lock) {
        this.transport = transport;
        this.lock = lock;
        this.work = lock.newCondition();
        this.writable = lock.newCondition();
    }

    /** Signalled when the queue has room or a stream has ended. */
    Condition writable() {
        return writable;
    }

    boolean hasRoom() {
        return queued < MAX_QUEUED;
    }

    /** Whether the peer makes us owe it replies without reading those that it has got. */
    boolean flooded() {
        return queued > MAX_OWED;
    }

    long window() {
        return window;
    }

    void addWindow(int bytes) throws Http2Exception {
        window += bytes;
        if (window > Integer.MAX_VALUE)
            throw Http2Exception.connection(Http2Error.FLOW_CONTROL_ERROR, "connection window is beyond 2^31-1");
        callNext();
    }

    /** Whether a stream may send a part of its body now; if not it stands in line, and is called when that may have changed. */
    boolean mayGo(Http2Stream stream) {
        if (hasRoom() && window > 0 && (line.isEmpty() || line.getFirst() == stream)) return true;
        if (!line.contains(stream)) line.addLast(stream);
        return false;
    }

    /** Takes a stream out of the line. */
    void leave(Http2Stream stream) {
        if (line.remove(stream)) callNext();
    }

    private void callNext() {
        if (!line.isEmpty() && hasRoom() && window > 0) line.getFirst().wake();
    }

    void tableSize(long peerMaximum) {
        encoder.limit(peerMaximum);
    }

    void preface(byte[] bytes) {
        append(bytes, 0, bytes.length);
    }

    /** Sends a part of a body; the caller has made sure that it fits the stream's window and the connection's. */
    void data(Http2Stream stream, byte[] bytes, int offset, int length, boolean end) {
        window -= length;
        head(Http2Frame.DATA, end ? Http2Frame.END_STREAM : 0, stream.id(), length);
        append(bytes, offset, length);
        leave(stream);
    }

    /** Sends a header block: pseudo header fields as alternating names and values, then the others. */
    void headers(int stream, String[] pseudo, Headers fields, boolean end) {
        encoder.begin();
        for (int i = 0; i < pseudo.length; i += 2) encoder.field(pseudo[i], pseudo[i + 1]);
        fields.forEach((name, value) -> {
            if (!Http2Head.isConnectionSpecific(name)) encoder.field(name, value);
        });
        var block = encoder.end();
        int type = Http2Frame.HEADERS;
        int flags = end ? Http2Frame.END_STREAM : 0;
        int at = 0;
        do {
            int length = Math.min(block.length - at, Http2Frame.MAX_SIZE);
            boolean last = at + length == block.length;
            head(type, last ? flags | Http2Frame.END_HEADERS : flags, stream, length);
            append(block, at, length);
            type = Http2Frame.CONTINUATION;
            flags = 0;
            at += length;
        } while (at < block.length);
    }

    /** Sends settings as alternating identifiers and values. */
    void settings(int... idsAndValues) {
        head(Http2Frame.SETTINGS, 0, 0, idsAndValues.length * 3);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            number(idsAndValues[i], 2);
            number(idsAndValues[i + 1], 4);
        }
    }

    void settingsAck() {
        head(Http2Frame.SETTINGS, Http2Frame.ACK, 0, 0);
    }

    void ping(long payload, boolean ack) {
        head(Http2Frame.PING, ack ? Http2Frame.ACK : 0, 0, 8);
        number(payload, 8);
    }

    void reset(int stream, Http2Error error) {
        head(Http2Frame.RST_STREAM, 0, stream, 4);
        number(error.code(), 4);
    }

    void goAway(int lastStream, Http2Error error) {
        head(Http2Frame.GOAWAY, 0, 0, 8);
        number(lastStream, 4);
        number(error.code(), 4);
    }

    void windowUpdate(int stream, int bytes) {
        head(Http2Frame.WINDOW_UPDATE, 0, stream, 4);
        number(bytes, 4);
    }

    /** Lets the writing thread end once the queue is empty, and waits for that, but not long. */
    void finish(long millis) {
        closed = true;
        work.signal();
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        while ((queued > 0 || writing) && left > 0) {
            try {
                left = writable.awaitNanos(left);
            } catch (InterruptedException _) {
                interrupted = true;
                break;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** Lets the writing thread end now; nothing is sent any more. */
    void stop() {
        closed = true;
        queued = 0;
        queue = NONE;
        work.signal();
        writable.signalAll();
    }

    /** The writing thread. */
    void run() throws IOException {
        while (true) {
            byte[] batch;
            int length;
            lock.lock();
            try {
                writing = false;
                if (closed) writable.signalAll();
                if (queued == 0) shrink();
                while (queued == 0 && !closed) work.awaitUninterruptibly();
                if (queued == 0) return;
                batch = queue;
                length = queued;
                queue = spare;
                spare = batch;
                queued = 0;
                writing = true;
                writable.signalAll();
                callNext();
            } finally {
                lock.unlock();
            }
            write(batch, length);
        }
    }

    /** An idle connection holds no large buffers. */
    private void shrink() {
        if (queue.length > KEPT) queue = NONE;
        if (spare.length > KEPT) spare = NONE;
    }

    private void write(byte[] batch, int length) throws IOException {
        try {
            transport.write(batch, 0, length);
            transport.flush();
        } catch (IOException e) {
            lock.lock();
            try {
                writing = false;
                stop();
            } finally {
                lock.unlock();
            }
            throw e;
        }
    }

    private void head(int type, int flags, int stream, int length) {
        number(length, 3);
        number(type, 1);
        number(flags, 1);
        number(stream, 4);
    }

    private void number(long value, int bytes) {
        ensure(bytes);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) queue[queued++] = (byte) (value >>> shift);
        work.signal();
    }

    private void append(byte[] bytes, int offset, int length) {
        ensure(length);
        System.arraycopy(bytes, offset, queue, queued, length);
        queued += length;
        work.signal();
    }

    private void ensure(int more) {
        if (queued + more <= queue.length) return;
        int capacity = Math.max(FIRST, queue.length);
        while (capacity < queued + more) capacity *= 2;
        queue = Arrays.copyOf(queue, capacity);
    }
}
