package io.smarter.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Blocking connections. Each may be read by one thread, written by another and closed by a third, which wakes both. */
public final class Sockets {
    private static final int CONNECT_MILLIS = 10_000;

    private Sockets() {}

    /** A TCP connection. */
    public static Duplex tcp(String host, int port) throws IOException {
        return new SocketDuplex(connect(host, port), null);
    }

    /**
     * A TLS 1.3 connection to a server whose certificate is trusted by the context and names {@code host}.
     *
     * @param alpn application protocols, the preferred one first; if any is given the server must choose one of them
     */
    public static Duplex tls(String host, int port, SSLContext context, String... alpn) throws IOException {
        var raw = connect(host, port);
        try {
            var parameters = Tls.parameters(alpn);
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            var socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
            socket.setUseClientMode(true);
            socket.setSSLParameters(parameters);
            raw.setSoTimeout(CONNECT_MILLIS);
            socket.startHandshake();
            raw.setSoTimeout(0);
            var chosen = socket.getApplicationProtocol();
            if (alpn.length > 0 && (chosen == null || chosen.isEmpty()))
                throw new IOException("%s:%d speaks none of %s".formatted(host, port, String.join(", ", alpn)));
            return new SocketDuplex(raw, socket);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** A connection to a Unix domain stream socket. */
    public static Duplex unix(Path socket) throws IOException {
        return new ChannelDuplex(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Tries each address of the host until one answers. */
    private static Socket connect(String host, int port) throws IOException {
        var failure = new IOException("%s:%d cannot be reached".formatted(host, port));
        for (var address : InetAddress.getAllByName(host)) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = new IOException("%s:%d cannot be reached: %s".formatted(host, port, e.getMessage()), e);
            }
        }
        throw failure;
    }
}
