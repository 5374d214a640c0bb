package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The body that a stream receives. */
final class Http2StreamInput extends InputStream {
    private final Http2Stream stream;

    Http2StreamInput(Http2Stream stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return stream.receive(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        return length == 0 ? 0 : stream.receive(into, offset, length);
    }

    @Override
    public int available() {
        return stream.available();
    }
}
