package io.smarter.http;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * SPDY/3.1 over any two-way stream, as far as Kubernetes' streaming protocols use it: streams with headers, half-close,
 * reset, ping, goodbye. Safe for use by many threads.
 *
 * <p>Flow control: the peers we meet (moby/spdystream in kubectl, the kubelet and containerd) neither obey nor send
 * window updates. So we obey the peer's once it has sent one, and otherwise do as they do: a stream whose reader is slow
 * stops the reading of the whole connection, which the transport turns into backpressure. We send none, for they do harm:
 * containerd closes its socket when a process has ended, with output still on its way, and its kernel answers whatever
 * arrives then with a reset that throws the output away.
 */
public final class SpdyConnection implements AutoCloseable {
    private static final int MAX_STREAMS = 1000;

    private final Duplex transport;
    private final SpdyFrames frames;
    private final SpdyHeaderBlock headerBlocks = new SpdyHeaderBlock();
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();
    private final @Nullable Consumer<SpdyStream> accept;
    private int nextStream;
    private volatile boolean closed;

    private SpdyConnection(Duplex transport, int firstStream, @Nullable Consumer<SpdyStream> accept) {
        this.transport = transport;
        this.frames = new SpdyFrames(transport.in(), transport.out());
        this.nextStream = firstStream;
        this.accept = accept;
    }

    /** Speaks as client, which opens the streams. */
    public static SpdyConnection client(Duplex transport) {
        return new SpdyConnection(transport, 1, null).start();
    }

    /**
     * Speaks as server.
     *
     * @param accept gets each stream that the client opens; must not block
     */
    public static SpdyConnection server(Duplex transport, Consumer<SpdyStream> accept) {
        return new SpdyConnection(transport, 2, accept).start();
    }

    private SpdyConnection start() {
        Thread.ofVirtual().name("spdy").start(this::read);
        return this;
    }

    /** Opens a stream. The peer's answer is not waited for; if it refuses, reading ends at once. */
    public SpdyStream open(Headers headers) throws IOException {
        writing.lock();
        try {
            if (closed) throw new IOException("SPDY connection is closed");
            int id = nextStream;
            nextStream += 2;
            var stream = new SpdyStream(this, id, headers);
            streams.put(id, stream);
            var block = headerBlocks.compress(headers);
            var rest = new byte[2 + block.length];
            System.arraycopy(block, 0, rest, 2, block.length);
            frames.control(SpdyFrames.SYN_STREAM, 0, rest, id, 0);
            return stream;
        } finally {
            writing.unlock();
        }
    }

    private void read() {
        var why = new IOException("SPDY connection has ended");
        try {
            for (SpdyFrames.Frame frame; (frame = frames.read()) != null; ) handle(frame);
        } catch (IOException | RuntimeException e) {
            why = new IOException("SPDY connection broke: " + e.getMessage(), e);
        } finally {
            end(why);
            release();
        }
    }

    /** Whoever still writes fails soon, now that the transport is closed. */
    private void release() {
        writing.lock();
        try {
            headerBlocks.close();
        } finally {
            writing.unlock();
        }
    }

    private void handle(SpdyFrames.Frame frame) throws IOException {
        switch (frame.type()) {
            case SpdyFrames.DATA -> data(frame);
            case SpdyFrames.SYN_STREAM -> opened(frame);
            case SpdyFrames.SYN_REPLY, SpdyFrames.HEADERS -> {
                headerBlocks.decompress(frame.rest(4));
                var stream = streams.get(frame.stream());
                if (stream != null && frame.last()) stream.remoteEnded();
            }
            case SpdyFrames.RST_STREAM -> {
                var stream = streams.remove(frame.stream());
                if (stream != null) stream.remoteReset();
            }
            case SpdyFrames.PING -> {
                if ((frame.number(0) & 1) != (nextStream & 1)) send(SpdyFrames.PING, frame.number(0));
            }
            case SpdyFrames.WINDOW_UPDATE -> {
                var stream = streams.get(frame.stream());
                if (stream != null) stream.windowGrew(frame.number(4) & 0x7fffffff);
            }
            default -> {} // settings, farewells and what later versions may bring
        }
    }

    private void data(SpdyFrames.Frame frame) throws IOException {
        var stream = streams.get(frame.stream());
        if (stream != null) stream.received(frame.payload(), frame.last());
        else send(SpdyFrames.RST_STREAM, frame.stream(), SpdyFrames.CANCEL);
    }

    private void opened(SpdyFrames.Frame frame) throws IOException {
        var headers = headerBlocks.decompress(frame.rest(10));
        int id = frame.stream();
        if (accept == null || streams.size() >= MAX_STREAMS) {
            send(SpdyFrames.RST_STREAM, id, SpdyFrames.REFUSED);
            return;
        }
        var stream = new SpdyStream(this, id, headers);
        if (streams.putIfAbsent(id, stream) != null) {
            send(SpdyFrames.RST_STREAM, id, SpdyFrames.PROTOCOL_ERROR);
            return;
        }
        writing.lock();
        try {
            frames.control(SpdyFrames.SYN_REPLY, 0, headerBlocks.compress(new Headers()), id);
        } finally {
            writing.unlock();
        }
        if (frame.last()) stream.remoteEnded();
        accept.accept(stream);
    }

    void send(int type, int... numbers) throws IOException {
        writing.lock();
        try {
            if (!closed) frames.control(type, 0, numbers);
        } finally {
            writing.unlock();
        }
    }

    void sendData(int stream, int flags, byte[] bytes, int offset, int length) throws IOException {
        writing.lock();
        try {
            if (closed) throw new IOException("SPDY connection is closed");
            frames.data(stream, flags, bytes, offset, length);
        } finally {
            writing.unlock();
        }
    }

    void forget(int stream) {
        streams.remove(stream);
    }

    private void end(IOException why) {
        closed = true;
        streams.values().forEach(stream -> stream.broken(why));
        streams.clear();
        try {
            transport.close();
        } catch (IOException e) {
            System.getLogger("io.smarter.http").log(System.Logger.Level.DEBUG, () -> "SPDY transport: " + e);
        }
    }

    /** Ends every stream and the transport; says goodbye unless that would have to wait. */
    @Override
    public void close() {
        if (!closed && writing.tryLock()) {
            try {
                frames.control(SpdyFrames.GOAWAY, 0, 0, 0);
            } catch (IOException e) {
                System.getLogger("io.smarter.http").log(System.Logger.Level.DEBUG, () -> "SPDY farewell: " + e);
            } finally {
                writing.unlock();
            }
        }
        end(new IOException("SPDY connection is closed"));
    }
}
