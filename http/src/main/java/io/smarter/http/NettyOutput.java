package io.smarter.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The body of an answer. Holds a buffer only between a write and its flush, so an idle watch holds none. */
final class NettyOutput extends OutputStream {
    static final int CHUNK = 16 << 10;

    private final NettyWire wire;
    private final boolean discard;
    private final long patience;
    private @Nullable ByteBuf buffer;
    private boolean closed;

    /**
     * @param discard whether the answer has no body, as to HEAD; it has then ended already
     * @param patience within which the client must take what waits for it, in nanoseconds; 0 for any time
     */
    NettyOutput(NettyWire wire, boolean discard, long patience) {
        this.wire = wire;
        this.discard = discard;
        this.patience = patience;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (closed) throw new IOException("the answer has ended");
        if (discard) return;
        int end = offset + length;
        for (int at = offset; at < end; ) {
            if (buffer == null) buffer = Unpooled.buffer(Math.clamp(end - at, 256, CHUNK), CHUNK);
            int count = Math.min(end - at, CHUNK - buffer.writerIndex());
            buffer.writeBytes(bytes, at, count);
            at += count;
            if (buffer.writerIndex() == CHUNK) flush();
        }
    }

    @Override
    public void flush() throws IOException {
        var full = buffer;
        if (full == null || closed) return;
        buffer = null;
        wire.data(full, false);
        wire.awaitWritable(patience == 0 ? 0 : System.nanoTime() + patience);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        var last = buffer == null ? Unpooled.EMPTY_BUFFER : buffer;
        buffer = null;
        if (!discard) wire.data(last, true);
    }
}
