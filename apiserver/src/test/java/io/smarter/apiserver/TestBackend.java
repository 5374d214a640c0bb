package io.smarter.apiserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Something that listens on a port of this machine and says what it is told to say to whatever comes. */
final class TestBackend implements AutoCloseable {
    final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    /** What is done with a connection after its request's head. */
    @FunctionalInterface
    interface Talk {
        void answer(InputStream in, OutputStream out) throws IOException;
    }

    TestBackend(Talk talk) throws IOException {
        Thread.ofVirtual().start(() -> serve(talk));
    }

    /** Always the same text. */
    static TestBackend saying(String answer) throws IOException {
        return new TestBackend((_, out) -> out.write(answer.getBytes(StandardCharsets.UTF_8)));
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve(Talk talk) {
        while (!socket.isClosed()) {
            try (var connection = socket.accept()) {
                var head = new StringBuilder();
                var in = connection.getInputStream();
                while (head.indexOf("\r\n\r\n") < 0) {
                    int b = in.read();
                    if (b < 0) break;
                    head.append((char) b);
                }
                heads.add(head.toString());
                talk.answer(in, connection.getOutputStream());
            } catch (IOException e) {
                System.getLogger("test").log(System.Logger.Level.DEBUG, "connection ended", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
