package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One request and its answer on an HTTP/2 connection, seen from the client. {@link #close} gives up what has not ended
 * yet. One thread may read while another writes and a third closes.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // signatures first; bodies follow
public final class Http2Stream implements Duplex {
    Http2Stream() {}

    /** The answer's status; waits for it. Informational answers are passed over. */
    public int status() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The answer's header fields; waits for them. */
    public Headers headers() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The fields after the body; waits for its end, which comes only when the body has been read. */
    public Headers trailers() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public InputStream in() {
        throw new UnsupportedOperationException();
    }

    @Override
    public OutputStream out() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
