package io.smarter.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A TCP socket, plain or with TLS over it. */
final class SocketDuplex implements Duplex {
    private final Socket raw;
    private final Socket spoken;
    private final InputStream in;
    private final OutputStream out;

    SocketDuplex(Socket raw, @Nullable SSLSocket tls) throws IOException {
        this.raw = raw;
        this.spoken = tls == null ? raw : tls;
        this.in = spoken.getInputStream();
        this.out = new Output(spoken.getOutputStream());
    }

    /** Whether bytes are encrypted on the way. */
    boolean secure() {
        return spoken instanceof SSLSocket;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    /**
     * Closes the TCP socket under the TLS one: closing the TLS socket would wait for a writer that a silent peer blocks.
     * The missing close_notify is no loss to HTTP/2, whose own framing says where things end.
     */
    @Override
    public void close() throws IOException {
        raw.close();
    }

    /** Closing is half-close. */
    private final class Output extends FilterOutputStream {
        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (!spoken.isClosed() && !spoken.isOutputShutdown()) spoken.shutdownOutput();
        }
    }
}
