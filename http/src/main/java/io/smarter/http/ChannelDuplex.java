package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/**
 * A socket channel in blocking mode, read and written directly: {@code Channels.newInputStream} and its twin share one
 * lock, so that a waiting reader would block the writer.
 */
final class ChannelDuplex implements Duplex {
    private final SocketChannel channel;
    private final InputStream in = new Input();
    private final OutputStream out = new Output();

    ChannelDuplex(SocketChannel channel) {
        this.channel = channel;
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
        channel.close();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) return 0;
            try {
                return channel.read(ByteBuffer.wrap(into, offset, length));
            } catch (AsynchronousCloseException e) {
                throw new IOException("connection was closed", e);
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            var bytes = ByteBuffer.wrap(from, offset, length);
            while (bytes.hasRemaining()) channel.write(bytes);
        }

        @Override
        public void close() throws IOException {
            if (channel.isOpen()) channel.shutdownOutput();
        }
    }
}
