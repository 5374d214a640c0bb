package io.smarter.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that arrived on a channel and wait for a blocking reader. The channel is read ahead only while less than
 * {@link #ROOM} bytes wait here, so a slow reader makes the client wait, and a client that goes away is noticed even
 * while nobody reads.
 */
final class NettyInput extends InputStream {
    static final int ROOM = 64 << 10;

    private final Runnable readMore;
    private @Nullable ArrayDeque<ByteBuf> chunks;
    private int waiting;
    private boolean ended;
    private boolean closed;
    private @Nullable IOException failure;
    private long deadline;

    /** @param readMore asks the channel for more, from any thread */
    NettyInput(Runnable readMore) {
        this.readMore = readMore;
    }

    /** Takes over bytes from the channel. */
    synchronized void offer(ByteBuf bytes) {
        if (closed || ended || !bytes.isReadable()) {
            bytes.release();
            return;
        }
        if (chunks == null) chunks = new ArrayDeque<>(4);
        chunks.add(bytes);
        waiting += bytes.readableBytes();
        notifyAll();
    }

    /** Whether the channel may be read ahead. */
    synchronized boolean hasRoom() {
        return waiting < ROOM;
    }

    synchronized boolean ended() {
        return ended;
    }

    /** The request's body has ended, and the connection's bytes follow. */
    synchronized void reopen() {
        ended = false;
        deadline = 0;
    }

    /** By when the end must have come, in {@link System#nanoTime}; 0 for never. */
    synchronized void endBy(long nanoTime) {
        deadline = nanoTime;
    }

    /** No more will come. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** No more will come, and what came is not all. */
    synchronized void fail(IOException why) {
        if (ended || failure != null) return;
        failure = why;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        boolean wasFull;
        int count;
        synchronized (this) {
            var next = await();
            if (next == null) return -1;
            wasFull = waiting >= ROOM;
            count = Math.min(length, next.readableBytes());
            next.readBytes(into, offset, count);
            waiting -= count;
            if (!next.isReadable() && chunks != null) chunks.remove().release();
            wasFull &= waiting < ROOM;
        }
        if (wasFull) readMore.run();
        return count;
    }

    @Override
    public synchronized int available() {
        return waiting;
    }

    /** Forgets what waits and whatever still comes; wakes a reader. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting = 0;
        if (chunks != null) chunks.forEach(ByteBuf::release);
        chunks = null;
        notifyAll();
    }

    private @Nullable ByteBuf await() throws IOException {
        while (true) {
            if (closed) throw new IOException("stream is closed");
            var next = chunks == null ? null : chunks.peek();
            if (next != null) return next;
            if (ended) return null;
            if (failure != null) throw new IOException(failure.getMessage(), failure);
            long left = deadline == 0 ? 0 : (deadline - System.nanoTime()) / 1_000_000;
            if (left < 0 || left == 0 && deadline != 0) throw new BodyTooLateException();
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted while reading").initCause(e);
            }
        }
    }
}
