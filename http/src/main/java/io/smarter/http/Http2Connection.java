package io.smarter.http;

import java.io.IOException;
import java.time.Duration;

/**
 * HTTP/2 (RFC 9113) with prior knowledge over any two-way stream, in either role. Safe for use by many threads. When the
 * transport fails, or {@link #close} is called, every stream fails with an {@link IOException} and the transport is
 * closed.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // signatures first; bodies follow
public final class Http2Connection implements AutoCloseable {
    private Http2Connection() {}

    /** Speaks as client. */
    public static Http2Connection client(Duplex transport) {
        throw new UnsupportedOperationException();
    }

    /** Speaks as server: answers requests with the handler until closed. Returns at once. */
    public static Http2Connection server(Duplex transport, Handler handler) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends a request's head.
     *
     * @param path path and query, percent-encoded
     * @param headers {@code host}, if given, becomes the request's authority
     * @param endStream whether the request has no body
     */
    public Http2Stream open(String method, String path, Headers headers, boolean endStream) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @throws BodyTooLargeException if the answer's body is longer than {@code maxResponse}
     */
    public Response send(String method, String path, Headers headers, byte[] body, int maxResponse) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Whether new streams can be opened. */
    public boolean isOpen() {
        throw new UnsupportedOperationException();
    }

    /** Asks the peer for a sign of life; an {@link IOException} says that none came in time. The connection is left as it is. */
    public void ping(Duration timeout) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Calls back once when the connection has ended; at once if it has already. */
    public void onClose(Runnable callback) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
