package io.smarter.tunnel;

import io.smarter.http.Duplex;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that collects what comes on each channel. */
final class TestChannels implements AutoCloseable {
    private final Duplex transport;
    private final DataInputStream in;
    final String head;

    /** @param protocols offered, in the client's order */
    TestChannels(Duplex transport, String target, String protocols) throws IOException {
        this.transport = transport;
        this.in = new DataInputStream(transport.in());
        var request = String.join(
                "\r\n",
                "GET " + target + " HTTP/1.1",
                "Host: cloud",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol: " + protocols,
                "",
                "");
        transport.out().write(request.getBytes(StandardCharsets.US_ASCII));
        transport.out().flush();
        var answer = new ByteArrayOutputStream();
        while (!answer.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) answer.write(in.readByte());
        head = answer.toString(StandardCharsets.US_ASCII);
    }

    String body(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    void send(int channel, byte[] data) throws IOException {
        var message = new byte[1 + data.length];
        message[0] = (byte) channel;
        System.arraycopy(data, 0, message, 1, data.length);
        send(message);
    }

    void send(byte[] message) throws IOException {
        var frame = ByteBuffer.allocate(14 + message.length).put((byte) 0x82);
        if (message.length < 126) frame.put((byte) (0x80 | message.length));
        else frame.put((byte) 0xff).putLong(message.length);
        frame.putInt(0).put(message); // a mask of zeros changes nothing
        transport.out().write(frame.array(), 0, frame.position());
        transport.out().flush();
    }

    /** The payload of the next frame, or null at the close frame. */
    byte @Nullable [] receive() throws IOException {
        int first = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        if (length == 126) length = in.readUnsignedShort();
        else if (length == 127) length = in.readLong();
        var payload = in.readNBytes((int) length);
        return first == 0x88 ? null : payload;
    }

    /** What comes until the close frame, by channel. */
    Map<Integer, String> collect() throws IOException {
        var collected = new HashMap<Integer, ByteArrayOutputStream>();
        for (byte[] message; (message = receive()) != null; )
            collected
                    .computeIfAbsent((int) message[0], _ -> new ByteArrayOutputStream())
                    .write(message, 1, message.length - 1);
        var texts = new HashMap<Integer, String>();
        collected.forEach((channel, bytes) -> texts.put(channel, bytes.toString(StandardCharsets.UTF_8)));
        return texts;
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
