package io.smarter.tunnel;

import io.smarter.http.WebSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;

/** A container's output as messages of a WebSocket, one for each write. When the client closes, writing throws. */
final class LogsSocket extends OutputStream {
    private final WebSocket socket;
    private final boolean text;

    /** @param text whether messages are base64 */
    LogsSocket(WebSocket socket, boolean text) {
        this.socket = socket;
        this.text = text;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        var part = Arrays.copyOfRange(bytes, offset, offset + length);
        if (text) socket.sendText(Base64.getEncoder().encode(part));
        else socket.send(part);
    }

    @Override
    public void close() throws IOException {
        socket.close(1000, "");
    }
}
