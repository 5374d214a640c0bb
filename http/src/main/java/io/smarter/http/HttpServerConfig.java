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
 * @param drainTimeout how long closing waits for requests that are not answered yet
 */
public record HttpServerConfig(
        InetSocketAddress listen,
        TlsIdentity identity,
        List<X509Certificate> clientCas,
        int maxHeaders,
        int maxUri,
        Duration handshakeTimeout,
        Duration idleTimeout,
        Duration drainTimeout) {
    public HttpServerConfig {
        clientCas = List.copyOf(clientCas);
        if (maxHeaders < 1024 || maxUri < 256)
            throw new IllegalArgumentException("maxHeaders must be 1024 or more and maxUri 256 or more, were %d and %d"
                    .formatted(maxHeaders, maxUri));
    }

    /** The usual limits: 32 KiB of header fields, 16 KiB of target, 10 s, 2 min, 1 s. */
    public static HttpServerConfig of(InetSocketAddress listen, TlsIdentity identity, List<X509Certificate> clientCas) {
        return new HttpServerConfig(
                listen,
                identity,
                clientCas,
                32 << 10,
                16 << 10,
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofSeconds(1));
    }

    /** These settings with other times. */
    public HttpServerConfig withTimeouts(Duration handshake, Duration idle, Duration drain) {
        return new HttpServerConfig(listen, identity, clientCas, maxHeaders, maxUri, handshake, idle, drain);
    }
}
