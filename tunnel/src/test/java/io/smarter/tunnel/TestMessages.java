package io.smarter.tunnel;

import io.smarter.http.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** The bytes inside a WebSocket client's messages. */
final class TestMessages implements Duplex {
    private final TestChannels socket;

    TestMessages(TestChannels socket) {
        this.socket = socket;
    }

    @Override
    public InputStream in() {
        return new InputStream() {
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
        };
    }

    @Override
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                socket.send(new byte[] {(byte) value});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                socket.send(Arrays.copyOfRange(bytes, offset, offset + length));
            }
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
