package io.smarter.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Both ends of one TCP connection over the loopback. */
record Loopback(Socket left, Socket right) implements AutoCloseable {
    static Loopback open() throws IOException {
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var left = new Socket(listening.getInetAddress(), listening.getLocalPort());
            var right = listening.accept();
            left.setTcpNoDelay(true);
            right.setTcpNoDelay(true);
            left.setSoTimeout(20_000);
            right.setSoTimeout(20_000);
            return new Loopback(left, right);
        }
    }

    Duplex leftDuplex() throws IOException {
        return new SocketDuplex(left, null);
    }

    Duplex rightDuplex() throws IOException {
        return new SocketDuplex(right, null);
    }

    /** A client whose peer is our own server role. */
    Http2Connection client(Handler handler) throws IOException {
        var ignored = Http2Connection.server(rightDuplex(), handler);
        return Http2Connection.client(leftDuplex());
    }

    @Override
    public void close() throws IOException {
        left.close();
        right.close();
    }
}
