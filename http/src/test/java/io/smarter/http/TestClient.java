package io.smarter.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A bare HTTP/1.1 client over a real TLS socket, for saying things that no decent client says. */
final class TestClient implements AutoCloseable {
    private final SSLSocket socket;
    final InputStream in;
    final OutputStream out;

    TestClient(int port, TestAuthority trusted, @Nullable TlsIdentity own) throws Exception {
        this(port, trusted, own, "http/1.1");
    }

    TestClient(int port, TestAuthority trusted, @Nullable TlsIdentity own, String protocol) throws Exception {
        socket = (SSLSocket) context(trusted, own).getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout(10_000);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static SSLContext context(TestAuthority trusted, @Nullable TlsIdentity own)
            throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", trusted.certificate());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var mine = KeyStore.getInstance("JKS");
        mine.load(null, null);
        if (own != null)
            mine.setKeyEntry(
                    "me", own.key(), new char[0], own.chain().toArray(new java.security.cert.X509Certificate[0]));
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(mine, new char[0]);
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Connects without TLS. */
    static Socket plain(int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(10_000);
        return socket;
    }

    void say(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** One response with its body, as text: status line and header, an empty line, the body without its framing. */
    String response() throws IOException {
        var head = new StringBuilder();
        int length = -1;
        boolean chunked = false;
        for (var line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
            if (line.startsWith("content-length: ")) length = Integer.parseInt(line.substring(16));
            chunked |= line.equals("transfer-encoding: chunked");
        }
        return head + "\n" + (chunked ? chunks() : length < 0 ? "" : text(length));
    }

    String line() throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) throw new IOException("connection ended");
            if (next != '\r') line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        var text = text(size);
        line();
        return text;
    }

    private String chunks() throws IOException {
        var all = new StringBuilder();
        for (var next = chunk(); !next.isEmpty(); next = chunk()) all.append(next);
        return all.toString();
    }

    private String text(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Whether the server has ended the connection. */
    boolean ended() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** Goes away without a goodbye. */
    void drop() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
