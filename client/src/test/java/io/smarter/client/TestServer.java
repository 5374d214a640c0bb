package io.smarter.client;

import io.smarter.http.Duplex;
import io.smarter.http.Handler;
import io.smarter.http.Http2Connection;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Our own HTTP/2 server role behind a real TLS socket; its connections can be cut. */
final class TestServer implements AutoCloseable {
    private final SSLServerSocket listening;
    private final Handler handler;
    private final List<SSLSocket> sockets = new CopyOnWriteArrayList<>();

    TestServer(TlsIdentity identity, X509Certificate authority, Handler handler) throws IOException {
        this(identity, authority, 0, handler);
    }

    TestServer(TlsIdentity identity, X509Certificate authority, int port, Handler handler) throws IOException {
        this.handler = handler;
        var context = Tls.context(identity, List.of(authority));
        listening = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        var parameters = listening.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setNeedClientAuth(true);
        listening.setSSLParameters(parameters);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + port());
    }

    /** How many connections were accepted and not cut. */
    int connections() {
        return sockets.size();
    }

    /** Cuts every connection. */
    void cut() throws IOException {
        for (var socket : sockets) socket.close();
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }

    private void accept() {
        while (true) {
            try {
                var socket = (SSLSocket) listening.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                socket.startHandshake();
                var ignored = Http2Connection.server(
                        new Wire(socket, socket.getInputStream(), socket.getOutputStream()), handler);
            } catch (IOException _) {
                if (listening.isClosed()) return;
            }
        }
    }

    private record Wire(SSLSocket socket, InputStream in, OutputStream out) implements Duplex {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
