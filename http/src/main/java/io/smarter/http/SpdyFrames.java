package io.smarter.http;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** SPDY/3.1 frames on a byte stream (§2.2). One thread reads; writing is for one thread at a time. */
final class SpdyFrames {
    static final int SYN_STREAM = 1;
    static final int SYN_REPLY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int HEADERS = 8;
    static final int WINDOW_UPDATE = 9;
    /** Not a type of the protocol: a data frame. */
    static final int DATA = -1;

    static final int FIN = 1;
    static final int PROTOCOL_ERROR = 1;
    static final int REFUSED = 3;
    static final int CANCEL = 5;

    private static final int VERSION = 3;
    private static final int MAX_CONTROL = 64 << 10;
    private static final int MAX_DATA = 1 << 20;

    private final DataInputStream in;
    private final OutputStream out;

    SpdyFrames(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** A frame; {@code stream} is that of a data frame, a control frame has its own in its payload. */
    static final class Frame {
        private final int type;
        private final int stream;
        private final int flags;
        private final byte[] payload;

        private Frame(int type, int stream, int flags, byte[] payload) {
            this.type = type;
            this.stream = stream;
            this.flags = flags;
            this.payload = payload;
        }

        int type() {
            return type;
        }

        boolean last() {
            return (flags & FIN) != 0;
        }

        byte[] payload() {
            return payload;
        }

        /** The number at a place of a control frame's payload. */
        int number(int at) throws IOException {
            if (payload.length < at + 4) throw new IOException("SPDY frame of type %d is too short".formatted(type));
            return ByteBuffer.wrap(payload).getInt(at);
        }

        int stream() throws IOException {
            return type == DATA ? stream : number(0) & 0x7fffffff;
        }

        byte[] rest(int from) throws IOException {
            if (payload.length < from) throw new IOException("SPDY frame of type %d is too short".formatted(type));
            return java.util.Arrays.copyOfRange(payload, from, payload.length);
        }
    }

    /** The next frame, or null at the stream's end. */
    @Nullable
    Frame read() throws IOException {
        int first;
        try {
            first = in.readInt();
        } catch (EOFException e) {
            return null;
        }
        int second = in.readInt();
        int length = second & 0xffffff;
        boolean control = first < 0;
        if (control && (first >>> 16 & 0x7fff) != VERSION)
            throw new IOException("SPDY version %d is not 3".formatted(first >>> 16 & 0x7fff));
        if (length > (control ? MAX_CONTROL : MAX_DATA))
            throw new IOException("SPDY frame of %d bytes is too long".formatted(length));
        var payload = in.readNBytes(length);
        if (payload.length < length) throw new EOFException("SPDY frame was cut off");
        return new Frame(control ? first & 0xffff : DATA, control ? 0 : first, second >>> 24, payload);
    }

    void control(int type, int flags, int... numbers) throws IOException {
        control(type, flags, new byte[0], numbers);
    }

    /** Writes a control frame of some numbers and then some bytes. */
    void control(int type, int flags, byte[] rest, int... numbers) throws IOException {
        int length = numbers.length * 4 + rest.length;
        var frame = ByteBuffer.allocate(8 + length)
                .putInt(0x80000000 | VERSION << 16 | type)
                .putInt(flags << 24 | length);
        for (int number : numbers) frame.putInt(number);
        out.write(frame.put(rest).array());
        out.flush();
    }

    void data(int stream, int flags, byte[] bytes, int offset, int length) throws IOException {
        var frame = ByteBuffer.allocate(8 + length).putInt(stream).putInt(flags << 24 | length);
        out.write(frame.put(bytes, offset, length).array());
        out.flush();
    }
}
