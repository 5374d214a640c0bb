package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a SPDY connection. A reset by the peer is the end of what it sends, as moby/spdystream has it, and ends
 * what we may send. One thread may read while another writes and a third closes.
 */
public final class SpdyStream implements Duplex {
    private static final int MAX_WAITING = 256 << 10;
    private static final int MAX_FRAME = 16 << 10;
    private static final int INITIAL_WINDOW = 64 << 10;

    private final SpdyConnection connection;
    private final int id;
    private final Headers headers;
    private final InputStream in = new Input();
    private final OutputStream out = new Output();
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private long window = INITIAL_WINDOW;
    private boolean windowKnown;
    private boolean inEnded;
    private boolean outEnded;
    private boolean closed;
    private @Nullable IOException failure;

    SpdyStream(SpdyConnection connection, int id, Headers headers) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
    }

    /** The fields with which it was opened. */
    public Headers headers() {
        return headers;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    /** Blocks while too much waits for the reader. */
    synchronized void received(byte[] bytes, boolean last) throws IOException {
        while (waitingBytes > MAX_WAITING && !closed && failure == null) pause();
        if (bytes.length > 0 && !inEnded && !closed) {
            waiting.add(bytes);
            waitingBytes += bytes.length;
        }
        if (last) remoteEnded();
        notifyAll();
    }

    synchronized void remoteEnded() {
        inEnded = true;
        if (outEnded) connection.forget(id);
        notifyAll();
    }

    synchronized void remoteReset() {
        inEnded = true;
        if (failure == null) failure = new IOException("SPDY stream was reset by the peer");
        notifyAll();
    }

    synchronized void broken(IOException why) {
        if (failure == null) failure = why;
        notifyAll();
    }

    synchronized void windowGrew(int more) {
        windowKnown = true;
        window += more;
        notifyAll();
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private void pause() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted in a SPDY stream").initCause(e);
        }
    }

    /** Takes what can be sent now out of the window. */
    private synchronized int reserve(int wanted) throws IOException {
        while (windowKnown && window <= 0 && failure == null && !closed) pause();
        if (closed || outEnded) throw new IOException("SPDY stream is closed");
        if (failure != null) throw new IOException(failure.getMessage(), failure);
        int granted = windowKnown ? (int) Math.min(wanted, window) : wanted;
        window -= granted;
        return granted;
    }

    private synchronized boolean endOut() {
        if (outEnded || closed || failure != null) return false;
        outEnded = true;
        if (inEnded) connection.forget(id);
        return true;
    }

    /** Ends both directions; resets the stream if they had not ended. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) return;
            closed = true;
            waiting.clear();
            waitingBytes = 0;
            notifyAll();
            connection.forget(id);
            if (failure != null || inEnded && outEnded) return;
        }
        connection.send(SpdyFrames.RST_STREAM, id, SpdyFrames.CANCEL);
    }

    private final class Input extends InputStream {
        private byte[] current = new byte[0];
        private int at;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (at == current.length && !next()) return -1;
            int count = Math.min(length, current.length - at);
            System.arraycopy(current, at, into, offset, count);
            at += count;
            return count;
        }

        private boolean next() throws IOException {
            synchronized (SpdyStream.this) {
                while (waiting.isEmpty()) {
                    if (closed) throw new IOException("SPDY stream is closed");
                    if (inEnded) return false;
                    if (failure != null) throw new IOException(failure.getMessage(), failure);
                    pause();
                }
                current = waiting.remove();
                at = 0;
                waitingBytes -= current.length;
                SpdyStream.this.notifyAll();
            }
            return true;
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int sent = 0; sent < length; ) {
                int part = reserve(Math.min(MAX_FRAME, length - sent));
                connection.sendData(id, 0, bytes, offset + sent, part);
                sent += part;
            }
        }

        @Override
        public void close() throws IOException {
            if (endOut()) connection.sendData(id, SpdyFrames.FIN, new byte[0], 0, 0);
        }
    }
}
