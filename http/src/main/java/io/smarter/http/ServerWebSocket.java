package io.smarter.http;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The server's end of a WebSocket (RFC 6455), over the bytes of an upgraded connection. */
final class ServerWebSocket implements WebSocket {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MAX_CONTROL = 125;

    private final Duplex transport;
    private final DataInputStream in;
    private final ReentrantLock sending = new ReentrantLock();
    private boolean closeSent;
    private boolean closeReceived;

    ServerWebSocket(Duplex transport) {
        this.transport = transport;
        this.in = new DataInputStream(transport.in());
    }

    /** Whether a request asks for this protocol. */
    static boolean asked(NettyRequest request) {
        var headers = request.headers();
        return request.method().equals("GET")
                && headers.first("upgrade", "").toLowerCase(Locale.ROOT).contains("websocket")
                && headers.first("connection", "").toLowerCase(Locale.ROOT).contains("upgrade");
    }

    /** What answers the client's key (§4.2.2), or null if version or key are not acceptable. */
    static @Nullable String acceptance(Headers headers) {
        var key = headers.first("sec-websocket-key");
        if (key == null || key.length() != 24 || !"13".equals(headers.first("sec-websocket-version"))) return null;
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    private static final class Frame {
        private final boolean last;
        private final int opcode;
        private final byte[] payload;

        Frame(boolean last, int opcode, byte[] payload) {
            this.last = last;
            this.opcode = opcode;
            this.payload = payload;
        }

        boolean control() {
            return opcode >= CLOSE;
        }
    }

    /** A rule of the protocol was broken; the code says which (§7.4.1). */
    private static final class Violation extends IOException {
        private static final long serialVersionUID = 1L;
        private final int code;

        Violation(int code, String what) {
            super(what);
            this.code = code;
        }
    }

    @Override
    public byte @Nullable [] receive() throws IOException {
        if (closeReceived) return null;
        try {
            return message();
        } catch (EOFException e) {
            closeReceived = true;
            return null;
        } catch (Violation e) {
            close(e.code, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private byte @Nullable [] message() throws IOException {
        byte[] whole = new byte[0];
        int kind = CONTINUATION;
        while (true) {
            var frame = frame(WebSocket.MAX_MESSAGE - whole.length);
            if (frame.control()) {
                if (control(frame)) return null;
                continue;
            }
            if ((frame.opcode == CONTINUATION) == (kind == CONTINUATION))
                throw new Violation(1002, "fragments are out of order");
            if (kind == CONTINUATION) kind = frame.opcode;
            whole = whole.length == 0 ? frame.payload : join(whole, frame.payload);
            if (!frame.last) continue;
            if (kind == TEXT) checkUtf8(whole);
            return whole;
        }
    }

    private Frame frame(int room) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int opcode = first & 0x0f;
        boolean last = (first & 0x80) != 0;
        if ((first & 0x70) != 0) throw new Violation(1002, "no extension was agreed on");
        if (opcode > BINARY && opcode < CLOSE || opcode > PONG) throw new Violation(1002, "unknown opcode " + opcode);
        if ((second & 0x80) == 0) throw new Violation(1002, "a client must mask its frames");
        long length = second & 0x7f;
        if (opcode >= CLOSE && (!last || length > MAX_CONTROL)) throw new Violation(1002, "bad control frame");
        if (length == 126) length = in.readUnsignedShort();
        else if (length == 127) length = in.readLong();
        if (length < 0 || length > Math.max(room, MAX_CONTROL))
            throw new Violation(1009, "message is longer than " + WebSocket.MAX_MESSAGE + " bytes");
        var mask = in.readNBytes(4);
        var payload = in.readNBytes((int) length);
        if (payload.length < length || mask.length < 4) throw new EOFException();
        for (int i = 0; i < payload.length; i++) payload[i] ^= mask[i & 3];
        return new Frame(last, opcode, payload);
    }

    /** Whether it was the last frame. */
    private boolean control(Frame frame) throws IOException {
        if (frame.opcode == PING) write(PONG, frame.payload);
        if (frame.opcode != CLOSE) return false;
        closeReceived = true;
        if (frame.payload.length == 1) throw new Violation(1002, "bad close frame");
        var code = frame.payload.length == 0 ? new byte[0] : Arrays.copyOf(frame.payload, 2);
        if (code.length == 2 && !mayBeSent(ByteBuffer.wrap(code).getShort() & 0xffff))
            throw new Violation(1002, "bad close code");
        sendClose(code);
        return true;
    }

    private static boolean mayBeSent(int code) {
        return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006
                || code >= 3000 && code < 5000;
    }

    private static void checkUtf8(byte[] text) throws Violation {
        try {
            CharBuffer _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw (Violation) new Violation(1007, "text is not UTF-8").initCause(e);
        }
    }

    private static byte[] join(byte[] head, byte[] tail) {
        var joined = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, joined, head.length, tail.length);
        return joined;
    }

    @Override
    public void send(byte[] message) throws IOException {
        write(BINARY, message);
    }

    @Override
    public void sendText(byte[] utf8) throws IOException {
        write(TEXT, utf8);
    }

    private void write(int opcode, byte[] payload) throws IOException {
        sending.lock();
        try {
            if (closeSent) throw new IOException("WebSocket is closed");
            writeFrame(opcode, payload);
        } finally {
            sending.unlock();
        }
    }

    private void writeFrame(int opcode, byte[] payload) throws IOException {
        transport.out().write(encoded(opcode, payload));
        transport.out().flush();
    }

    private static byte[] encoded(int opcode, byte[] payload) {
        int head = payload.length <= MAX_CONTROL ? 2 : payload.length <= 0xffff ? 4 : 10;
        var frame = ByteBuffer.allocate(head + payload.length).put((byte) (0x80 | opcode));
        switch (head) {
            case 2 -> frame.put((byte) payload.length);
            case 4 -> frame.put((byte) 126).putShort((short) payload.length);
            default -> frame.put((byte) 127).putLong(payload.length);
        }
        return frame.put(payload).array();
    }

    @Override
    public byte[] encoded(byte[] message, boolean text) {
        return encoded(text ? TEXT : BINARY, message);
    }

    @Override
    public byte[] farewell() {
        return encoded(CLOSE, ByteBuffer.allocate(2).putShort((short) 1000).array());
    }

    private void sendClose(byte[] payload) throws IOException {
        sending.lock();
        try {
            if (closeSent) return;
            closeSent = true;
            writeFrame(CLOSE, payload);
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void close(int code, String reason) throws IOException {
        var text = reason.getBytes(StandardCharsets.UTF_8);
        var payload =
                ByteBuffer.allocate(2 + Math.min(text.length, MAX_CONTROL - 2)).putShort((short) code);
        payload.put(text, 0, payload.remaining());
        sendClose(payload.array());
    }

    @Override
    public void close() throws IOException {
        try (transport) {
            close(1000, "");
        }
    }
}
