package io.smarter.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** The body that a stream sends: gathers small writes until flush; large ones go straight on. */
final class Http2StreamOutput extends OutputStream {
    private final Http2Stream stream;
    private static final byte[] NONE = new byte[0];
    private static final int KEPT = 1024;

    private byte[] buffer = NONE;
    private int count;
    private boolean closed;

    Http2StreamOutput(Http2Stream stream) {
        this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (closed) throw new IOException("stream has been ended by this side");
        if (count + length > Http2Frame.MAX_SIZE) {
            flush();
            if (length >= Http2Frame.MAX_SIZE) {
                stream.send(from, offset, length, false);
                return;
            }
        }
        if (count + length > buffer.length)
            buffer = Arrays.copyOf(buffer, Math.max(count + length, Math.min(2 * buffer.length, Http2Frame.MAX_SIZE)));
        System.arraycopy(from, offset, buffer, count, length);
        count += length;
    }

    @Override
    public void flush() throws IOException {
        if (count > 0) stream.send(buffer, 0, count, false);
        count = 0;
        if (buffer.length > KEPT) buffer = NONE;
    }

    @Override
    public void close() throws IOException {
        if (closed) return;
        closed = true;
        if (stream.hasEnded()) return;
        stream.send(buffer, 0, count, true);
        count = 0;
        buffer = NONE;
    }
}
