package io.smarter.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * One kept-alive HTTP/1.1 connection to the intake over TLS 1.3 (RFC 9112), and nothing more of HTTP than that needs.
 * Used by one thread; after an exception it is of no more use.
 */
final class IntakeConnection implements AutoCloseable {
    private static final int CONNECT_MS = 5000;
    private static final int ANSWER_MS = 15_000;
    private static final int MAX_HEADER_LINE = 8 << 10;
    private static final int MAX_HEADER_LINES = 100;
    private static final int MAX_ANSWER = 64 << 10;

    /**
     * What the intake said.
     *
     * @param last whether the connection cannot be used again
     */
    record Answer(int status, String body, boolean last) {}

    private final IntakeAddress address;
    private final SSLSocket socket;
    private final InputStream in;

    private IntakeConnection(IntakeAddress address, SSLSocket socket) throws IOException {
        this.address = address;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 4096);
    }

    static IntakeConnection open(IntakeAddress address) throws IOException {
        var tcp = new Socket();
        try {
            tcp.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MS);
            tcp.setSoTimeout(ANSWER_MS);
            tcp.setTcpNoDelay(true);
            var factory = trusting(address.ca()).getSocketFactory();
            var socket = (SSLSocket) factory.createSocket(tcp, address.host(), address.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new IntakeConnection(address, socket);
        } catch (IOException | GeneralSecurityException e) {
            tcp.close();
            throw e instanceof IOException io ? io : new IOException(address.ca() + ": " + e.getMessage(), e);
        }
    }

    private static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(ca)) {
            int n = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in))
                store.setCertificateEntry("ca" + n++, certificate);
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Sends one gzipped body and waits for the answer. */
    Answer post(byte[] gzipped) throws IOException {
        var url = address.url();
        var head = "POST " + address.path() + " HTTP/1.1\r\nHost: " + url.getRawAuthority()
                + "\r\nAuthorization: Bearer " + address.token()
                + "\r\nContent-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\nContent-Length: "
                + gzipped.length + "\r\n\r\n";
        var out = socket.getOutputStream();
        var all = new ByteArrayOutputStream(head.length() + gzipped.length);
        all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(gzipped);
        all.writeTo(out);
        out.flush();
        return answer();
    }

    private Answer answer() throws IOException {
        var status = headerLine();
        if (!status.startsWith("HTTP/1.") || status.length() < 12) throw new IOException("not HTTP/1.1: " + status);
        int length = -1;
        boolean last = false;
        for (int n = 0; ; n++) {
            var line = headerLine();
            if (line.isEmpty()) break;
            if (n >= MAX_HEADER_LINES) throw new IOException("more than %d header lines".formatted(MAX_HEADER_LINES));
            var value = line.substring(line.indexOf(':') + 1).strip();
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) length = Integer.parseInt(value);
            if (line.regionMatches(true, 0, "connection:", 0, 11)) last |= value.equalsIgnoreCase("close");
        }
        int code = Integer.parseInt(status.substring(9, 12));
        int read = Math.min(Math.max(length, 0), MAX_ANSWER);
        var body = new String(in.readNBytes(read), StandardCharsets.UTF_8);
        return new Answer(code, body, last || length != read);
    }

    private String headerLine() throws IOException {
        var line = new StringBuilder();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) throw new IOException("connection closed by the intake");
            if (line.length() >= MAX_HEADER_LINE) throw new IOException("header line too long");
            if (b != '\r') line.append((char) b);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
