package io.smarter.tunnel;

import io.smarter.http.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS as a client: on a connection to a pod, where nobody vouches for it, or to what shows a certificate that is believed. */
final class ProxyTls implements Duplex {
    private final SSLSocket socket;

    private ProxyTls(SSLSocket socket) {
        this.socket = socket;
    }

    /** To a pod: whatever certificate it shows is taken, as Kubernetes does. */
    static ProxyTls over(Duplex plain, String host, int port) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            var socket =
                    (SSLSocket) context.getSocketFactory().createSocket(new CarriedSocket(plain), host, port, true);
            socket.startHandshake();
            return new ProxyTls(socket);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not possible: " + e.getMessage(), e);
        }
    }

    /** To whoever shows a certificate for a name that one of those is behind whom the connections' maker believes. */
    static ProxyTls verified(Duplex plain, SSLSocketFactory connections, String host, int port) throws IOException {
        return verified(new CarriedSocket(plain), connections, host, port);
    }

    /** As the other one, over a socket. */
    static ProxyTls verified(Socket plain, SSLSocketFactory connections, String host, int port) throws IOException {
        var socket = (SSLSocket) connections.createSocket(plain, host, port, true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new ProxyTls(socket);
    }

    @Override
    public InputStream in() {
        try {
            return socket.getInputStream();
        } catch (IOException e) {
            throw new IllegalStateException("TLS connection is closed", e);
        }
    }

    @Override
    public OutputStream out() {
        try {
            return socket.getOutputStream();
        } catch (IOException e) {
            throw new IllegalStateException("TLS connection is closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What the TLS layer takes for a socket. */
    private static final class CarriedSocket extends Socket {
        private final Duplex carrier;

        CarriedSocket(Duplex carrier) {
            this.carrier = carrier;
        }

        @Override
        public InputStream getInputStream() {
            return carrier.in();
        }

        @Override
        public OutputStream getOutputStream() {
            return carrier.out();
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public void close() throws IOException {
            carrier.close();
        }

        @Override
        public void setSoTimeout(int millis) {
            // A tunnel's streams have no such timeout.
        }

        @Override
        public int getSoTimeout() {
            return 0;
        }

        @Override
        public int getSoLinger() {
            return -1;
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new UnsupportedOperationException("only servers are asked");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException("only servers are asked");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("only servers are asked");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // any
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // any
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // any
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
