package io.smarter.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A peer that says whatever it is told to, frame by frame. */
final class RawPeer {
    private final OutputStream out;
    private final DataInputStream in;
    private final HpackEncoder encoder = new HpackEncoder();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        int code() {
            return ByteBuffer.wrap(payload).getInt(type == Http2Frame.GOAWAY ? 4 : 0);
        }
    }

    RawPeer(Duplex transport) {
        out = transport.out();
        in = new DataInputStream(transport.in());
    }

    /** As server: reads the preface and sends empty SETTINGS. */
    void greet() throws IOException {
        in.readNBytes(Http2Input.PREFACE.length);
        frame(Http2Frame.SETTINGS, 0, 0, new byte[0]);
    }

    /** As client: sends the preface and empty SETTINGS. */
    void hello() throws IOException {
        out.write(Http2Input.PREFACE);
        frame(Http2Frame.SETTINGS, 0, 0, new byte[0]);
    }

    void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(9)
                .putShort((short) (payload.length >> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        bytes.writeBytes(payload);
        raw(bytes.toByteArray());
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void headers(int stream, int flags, String... namesAndValues) throws IOException {
        frame(Http2Frame.HEADERS, flags, stream, block(namesAndValues));
    }

    byte[] block(String... namesAndValues) {
        encoder.begin();
        for (int i = 0; i < namesAndValues.length; i += 2) encoder.field(namesAndValues[i], namesAndValues[i + 1]);
        return encoder.end();
    }

    Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /** Reads on until both SETTINGS that we sent are acknowledged. */
    void awaitAck() throws IOException {
        for (int acks = 0; acks < 2; ) if ((await(Http2Frame.SETTINGS).flags & Http2Frame.ACK) != 0) acks++;
    }

    /** Reads on to the next frame of a type. */
    Frame await(int type) throws IOException {
        while (true) {
            var frame = read();
            if (frame.type == type) return frame;
        }
    }
}
