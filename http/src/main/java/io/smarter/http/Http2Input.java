package io.smarter.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads frames and tells the connection of them. Used by one thread; holds no lock while it waits for bytes. */
final class Http2Input {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int MAX_CONTINUATIONS = 32;

    private final InputStream transport;
    private final Http2Streams streams;
    private final Http2Connection connection;
    private final HpackDecoder decoder = new HpackDecoder(Http2Frame.MAX_HEADER_BLOCK);
    private final FloodGuard guard = new FloodGuard();
    /** Apart from the others, since a peer may measure the way with a PING for each DATA that it sends, as grpc-go does. */
    private final FloodGuard pings = new FloodGuard();

    private final byte[] head = new byte[Http2Frame.HEADER_SIZE];
    private byte[] payload = new byte[512];
    private int length;
    private int type;
    private int flags;
    private int stream;

    Http2Input(InputStream transport, Http2Streams streams, Http2Connection connection) {
        this.transport = transport;
        this.streams = streams;
        this.connection = connection;
    }

    /** Reads until the peer closes the transport, or has said that it goes away and every stream has ended. */
    void run(boolean expectPreface) throws IOException {
        if (expectPreface && !Arrays.equals(transport.readNBytes(PREFACE.length), PREFACE))
            throw broken(Http2Error.PROTOCOL_ERROR, "peer does not speak HTTP/2");
        if (!frame()) return;
        if (type != Http2Frame.SETTINGS || has(Http2Frame.ACK))
            throw broken(Http2Error.PROTOCOL_ERROR, "first frame is not SETTINGS");
        do {
            try {
                dispatch();
            } catch (Http2Exception e) {
                if (e.stream() == 0) throw e;
                guard.count();
                streams.onFault(e.stream(), e.error(), e.getMessage());
            }
        } while (connection.goesOn() && frame());
    }

    /** Reads one frame; false at the end of the transport. */
    private boolean frame() throws IOException {
        int got = transport.readNBytes(head, 0, head.length);
        if (got == 0) return false;
        if (got < head.length) throw new EOFException("connection ended within a frame");
        length = number(head, 0, 3);
        type = head[3] & 0xff;
        flags = head[4] & 0xff;
        stream = number(head, 5, 4) & 0x7fff_ffff;
        if (length > Http2Frame.MAX_SIZE)
            throw broken(Http2Error.FRAME_SIZE_ERROR, "frame of %d bytes is too long".formatted(length));
        if (payload.length < length)
            payload = new byte[Math.min(Http2Frame.MAX_SIZE, Math.max(length, 2 * payload.length))];
        if (transport.readNBytes(payload, 0, length) < length)
            throw new EOFException("connection ended within a frame");
        return true;
    }

    private void dispatch() throws IOException {
        switch (type) {
            case Http2Frame.DATA -> data();
            case Http2Frame.HEADERS -> headers();
            case Http2Frame.RST_STREAM -> {
                guard.count();
                need(4, true);
                streams.onReset(stream, number(payload, 0, 4));
            }
            case Http2Frame.SETTINGS -> settings();
            case Http2Frame.PING -> {
                need(8, false);
                if (!has(Http2Frame.ACK)) pings.count();
                connection.onPing(
                        (long) number(payload, 0, 4) << 32 | number(payload, 4, 4) & 0xffff_ffffL, has(Http2Frame.ACK));
            }
            case Http2Frame.GOAWAY -> {
                if (length < 8) throw broken(Http2Error.FRAME_SIZE_ERROR, "GOAWAY is too short");
                streams.onGoAway(number(payload, 0, 4) & 0x7fff_ffff, number(payload, 4, 4));
            }
            case Http2Frame.WINDOW_UPDATE -> window();
            case Http2Frame.PUSH_PROMISE, Http2Frame.CONTINUATION ->
                throw broken(Http2Error.PROTOCOL_ERROR, "frame of type %d is out of place".formatted(type));
            default -> guard.count();
        }
    }

    private void data() throws IOException {
        if (stream == 0) throw broken(Http2Error.PROTOCOL_ERROR, "DATA without stream");
        int from = padded() ? 1 : 0;
        int end = length - padding();
        boolean last = has(Http2Frame.END_STREAM);
        if (from < end) pings.forgive();
        else if (!last) guard.count();
        streams.onData(stream, payload, from, end - from, length, last);
    }

    private void headers() throws IOException {
        if (stream == 0) throw broken(Http2Error.PROTOCOL_ERROR, "HEADERS without stream");
        int from = padded() ? 1 : 0;
        int end = length - padding();
        if (has(Http2Frame.WITH_PRIORITY)) from += 5;
        if (from > end) throw broken(Http2Error.FRAME_SIZE_ERROR, "HEADERS is too short");
        boolean last = has(Http2Frame.END_STREAM);
        int id = stream;
        var block = Arrays.copyOfRange(payload, from, end);
        if (!has(Http2Frame.END_HEADERS)) block = continued(block, id);
        var fields = new Http2Head();
        if (!decoder.decode(block, block.length, fields::field)) fields.fault = "header list is too large";
        streams.onHeaders(id, fields, last);
    }

    private byte[] continued(byte[] first, int id) throws IOException {
        var block = first;
        for (int frames = 0; frames < MAX_CONTINUATIONS; frames++) {
            if (!frame()) throw new EOFException("connection ended within a header block");
            if (type != Http2Frame.CONTINUATION || stream != id)
                throw broken(Http2Error.PROTOCOL_ERROR, "header block is interrupted");
            if (block.length + length > Http2Frame.MAX_HEADER_BLOCK) break;
            int size = block.length;
            block = Arrays.copyOf(block, size + length);
            System.arraycopy(payload, 0, block, size, length);
            if (has(Http2Frame.END_HEADERS)) return block;
        }
        throw broken(Http2Error.ENHANCE_YOUR_CALM, "header block is too long");
    }

    private void settings() throws IOException {
        if (stream != 0) throw broken(Http2Error.PROTOCOL_ERROR, "SETTINGS on a stream");
        if (has(Http2Frame.ACK)) {
            if (length != 0) throw broken(Http2Error.FRAME_SIZE_ERROR, "acknowledgement of SETTINGS is not empty");
            return;
        }
        guard.count();
        if (length % 6 != 0) throw broken(Http2Error.FRAME_SIZE_ERROR, "SETTINGS is not a list of settings");
        for (int at = 0; at < length; at += 6)
            streams.onSetting(number(payload, at, 2), number(payload, at + 2, 4) & 0xffff_ffffL);
        streams.onSettingsEnd();
    }

    private void window() throws IOException {
        if (length != 4) throw broken(Http2Error.FRAME_SIZE_ERROR, "WINDOW_UPDATE has a wrong size");
        int bytes = number(payload, 0, 4) & 0x7fff_ffff;
        if (bytes > 0) {
            streams.onWindow(stream, bytes);
        } else if (stream == 0) {
            throw broken(Http2Error.PROTOCOL_ERROR, "WINDOW_UPDATE of nothing");
        } else {
            throw Http2Exception.stream(stream, Http2Error.PROTOCOL_ERROR, "WINDOW_UPDATE of nothing");
        }
    }

    private void need(int size, boolean onStream) throws Http2Exception {
        if (length != size)
            throw broken(Http2Error.FRAME_SIZE_ERROR, "frame of type %d has a wrong size".formatted(type));
        if (onStream == (stream == 0))
            throw broken(Http2Error.PROTOCOL_ERROR, "frame of type %d has a wrong stream".formatted(type));
    }

    private boolean padded() {
        return has(Http2Frame.PADDED);
    }

    private int padding() throws Http2Exception {
        if (!padded()) return 0;
        if (length == 0 || (payload[0] & 0xff) >= length)
            throw broken(Http2Error.PROTOCOL_ERROR, "padding is longer than its frame");
        return payload[0] & 0xff;
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    private static int number(byte[] from, int at, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) value = value << 8 | from[at + i] & 0xff;
        return value;
    }

    private static Http2Exception broken(Http2Error error, String message) {
        return Http2Exception.connection(error, message);
    }
}
