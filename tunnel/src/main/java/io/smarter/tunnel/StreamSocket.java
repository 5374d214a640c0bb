package io.smarter.tunnel;

import io.smarter.http.Duplex;
import io.smarter.http.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A WebSocket's binary messages as a stream of bytes; their boundaries mean nothing. */
final class StreamSocket implements Duplex {
    private final WebSocket socket;
    private final InputStream in = new Messages();
    private final OutputStream out = new Sender();

    StreamSocket(WebSocket socket) {
        this.socket = socket;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Messages extends InputStream {
        private byte[] message = new byte[0];
        private int at;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) return 0;
            while (at == message.length) {
                var next = socket.receive();
                if (next == null) return -1;
                message = next;
                at = 0;
            }
            int count = Math.min(length, message.length - at);
            System.arraycopy(message, at, into, offset, count);
            at += count;
            return count;
        }
    }

    private final class Sender extends OutputStream {
        private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

        @Override
        public void write(int value) {
            waiting.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            waiting.write(bytes, offset, length);
            if (waiting.size() >= WebSocket.MAX_MESSAGE / 4) flush();
        }

        @Override
        public void flush() throws IOException {
            if (waiting.size() == 0) return;
            var message = waiting.toByteArray();
            waiting.reset();
            socket.send(message);
        }

        /** A WebSocket has no half-close: the peer learns that nothing more comes by the close frame. */
        @Override
        public void close() throws IOException {
            flush();
            socket.close(1000, "");
        }
    }
}
