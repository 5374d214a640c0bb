package io.smarter.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * Where and how a server listens.
 *
 * @param listen the address; port 0 lets the system choose
 * @param identity the server's own certificate
 * @param clientCas who may have issued client certificates; empty: none is asked for
 * @param maxHeaders how long a request's header fields may be together, in bytes
 * @param maxUri how long a request's target may be, in bytes
 * @param handshakeTimeout within which TLS, and then each request's header, must be complete
 * @param idleTimeout after which a connection without a request is closed, and a silent HTTP/2 peer is asked for a sign of
 *     life
 * @param transferTimeout within which a body that is read whole must have come, and a client must take what waits for it
 * @param drainTimeout how long closing waits for requests that are not answered yet
 * @param maxConnections how many there may be at a time; more are closed as they come
 */
public record HttpServerConfig(
        InetSocketAddress listen,
        TlsIdentity identity,
        List<X509Certificate> clientCas,
        int maxHeaders,
        int maxUri,
        Duration handshakeTimeout,
        Duration idleTimeout,
        Duration transferTimeout,
        Duration drainTimeout,
        int maxConnections) {
    private static final int SPARE_FILES = 200;

    public HttpServerConfig {
        clientCas = List.copyOf(clientCas);
        if (maxHeaders < 1024 || maxUri < 256)
            throw new IllegalArgumentException("maxHeaders must be 1024 or more and maxUri 256 or more, were %d and %d"
                    .formatted(maxHeaders, maxUri));
        if (maxConnections < 1)
            throw new IllegalArgumentException("maxConnections must be 1 or more, was " + maxConnections);
    }

    /** The usual limits: 32 KiB of header fields, 16 KiB of target, 10 s, 2 min, 1 min, 1 s; as many connections as files may be open, but for some. */
    public static HttpServerConfig of(InetSocketAddress listen, TlsIdentity identity, List<X509Certificate> clientCas) {
        return new HttpServerConfig(
                listen,
                identity,
                clientCas,
                32 << 10,
                16 << 10,
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                OpenFiles.limit() - SPARE_FILES);
    }

    /** These settings with other times. */
    public HttpServerConfig withTimeouts(Duration handshake, Duration idle, Duration transfer, Duration drain) {
        return new HttpServerConfig(
                listen, identity, clientCas, maxHeaders, maxUri, handshake, idle, transfer, drain, maxConnections);
    }

    public HttpServerConfig withMaxConnections(int most) {
        return new HttpServerConfig(
                listen,
                identity,
                clientCas,
                maxHeaders,
                maxUri,
                handshakeTimeout,
                idleTimeout,
                transferTimeout,
                drainTimeout,
                most);
    }
}
