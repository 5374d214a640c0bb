package io.smarter.dns;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A client's connection, RFC 7766. One thread reads queries, another one writes answers in the order in which they are there. Who reads no
 * answers gets no further queries taken, and is cut off after a while, as is who says nothing.
 */
final class TcpConnection implements Client {
    private static final int LARGEST_QUERY = 4096;
    private static final int UNANSWERED = 64;
    private static final byte[] END = {};

    private final Socket socket;
    private final Answers answers;
    private final long idleMillis;
    private final Consumer<TcpConnection> ended;
    private final Semaphore room = new Semaphore(UNANSWERED);
    private final LinkedBlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();

    TcpConnection(Socket socket, Answers answers, Limits limits, Consumer<TcpConnection> ended) {
        this.socket = socket;
        this.answers = answers;
        this.ended = ended;
        idleMillis = limits.idle().toMillis();
    }

    void start() {
        Thread.ofVirtual().name("dns-tcp-read").start(this::read);
        Thread.ofVirtual().name("dns-tcp-write").start(this::write);
    }

    private void read() {
        try {
            var in = socket.getInputStream();
            var desk = new Desk();
            var head = new byte[2];
            while (room.tryAcquire(idleMillis, TimeUnit.MILLISECONDS)) {
                long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(idleMillis);
                if (!fill(in, head, deadline)) {
                    room.tryAcquire(
                            UNANSWERED - 1, idleMillis, TimeUnit.MILLISECONDS); // what is asked is still answered
                    return;
                }
                int length = (head[0] & 0xff) << 8 | head[1] & 0xff;
                if (length < Protocol.HEADER || length > LARGEST_QUERY) return;
                var query = new byte[length];
                if (!fill(in, query, deadline) || (query[2] & 0x80) != 0) return;
                answers.take(query, length, this, desk);
            }
        } catch (IOException | InterruptedException e) {
            // the client is gone, or is to be
        } finally {
            close();
        }
    }

    /** Fills an array; false when the stream ends before. */
    private boolean fill(InputStream in, byte[] bytes, long deadline) throws IOException {
        int filled = 0;
        while (filled < bytes.length) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left < 1) throw new SocketTimeoutException();
            socket.setSoTimeout((int) left);
            int count = in.read(bytes, filled, bytes.length - filled);
            if (count < 0) return false;
            filled += count;
        }
        return true;
    }

    private void write() {
        try {
            var out = socket.getOutputStream();
            for (var frame = frames.take(); frame.length > 0; frame = frames.take()) {
                out.write(frame);
                room.release();
            }
        } catch (IOException | InterruptedException e) {
            // the client is gone, or is to be
        } finally {
            close();
        }
    }

    @Override
    public InetAddress address() {
        return socket.getInetAddress();
    }

    @Override
    public int limit(Query query) {
        return Protocol.LARGEST_TCP;
    }

    @Override
    public void send(byte[] answer, int length) {
        if (socket.isClosed()) return;
        var frame = new byte[2 + length];
        frame[0] = (byte) (length >> 8);
        frame[1] = (byte) length;
        System.arraycopy(answer, 0, frame, 2, length);
        frames.add(frame);
    }

    @Override
    public void refuse() {
        close();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // there is nothing left to do about it
        }
        frames.add(END);
        ended.accept(this);
    }
}
