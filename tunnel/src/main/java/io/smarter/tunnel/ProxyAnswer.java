package io.smarter.tunnel;

import io.smarter.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The answer to one HTTP/1.1 request, after which its connection is not used again (RFC 9112).
 *
 * @param body without what framed it; after 101 all that comes
 */
record ProxyAnswer(int status, Headers headers, InputStream body) {
    private static final int LONGEST_HEAD = 128 << 10;

    static ProxyAnswer read(InputStream in, String method) throws IOException {
        while (true) {
            var status = status(line(in));
            var headers = fields(in);
            boolean interim = status >= 100 && status < 200 && status != 101;
            if (!interim) return new ProxyAnswer(status, headers, body(in, method, status, headers));
        }
    }

    private static int status(String line) throws IOException {
        boolean http = line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ';
        try {
            if (http) {
                int status = Integer.parseInt(line.substring(9, 12));
                if (status >= 100) return status;
            }
        } catch (NumberFormatException e) {
            throw new IOException("malformed HTTP status code \"%s\"".formatted(line), e);
        }
        throw new IOException("malformed HTTP response \"%s\"".formatted(line));
    }

    private static Headers fields(InputStream in) throws IOException {
        var headers = new Headers();
        int length = 0;
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            length += line.length();
            if (length > LONGEST_HEAD) throw new IOException("the header of the answer is too long");
            int colon = line.indexOf(':');
            if (colon <= 0) throw new IOException("malformed header line \"%s\"".formatted(line));
            try {
                headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
            } catch (IllegalArgumentException e) {
                throw new IOException("malformed header line: " + e.getMessage(), e);
            }
        }
        return headers;
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream(80);
        while (true) {
            int b = in.read();
            if (b < 0) throw new EOFException("EOF");
            if (b == '\n') break;
            if (line.size() == LONGEST_HEAD) throw new IOException("a line of the answer is too long");
            line.write(b);
        }
        var text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static InputStream body(InputStream in, String method, int status, Headers headers) throws IOException {
        if (status == 101) return in;
        if (method.equals("HEAD") || status == 204 || status == 304) return InputStream.nullInputStream();
        if (headers.first("transfer-encoding", "").toLowerCase(Locale.ROOT).contains("chunked")) return new Chunks(in);
        var length = headers.first("content-length");
        if (length == null) return in;
        try {
            return new Part(in, Long.parseLong(length));
        } catch (NumberFormatException e) {
            throw new IOException("bad Content-Length \"%s\"".formatted(length), e);
        }
    }

    /** Some bytes of a stream; it must have them. */
    private static final class Part extends InputStream {
        private final InputStream in;
        private long left;

        Part(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left <= 0) return -1;
            int count = in.read(into, offset, (int) Math.min(length, left));
            if (count < 0) throw new EOFException("the answer was cut off");
            left -= count;
            return count;
        }
    }

    /** A body in chunks, the fields after it thrown away (RFC 9112 §7.1). */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private InputStream chunk = InputStream.nullInputStream();
        private boolean first = true;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (!ended) {
                int count = chunk.read(into, offset, length);
                if (count >= 0) return count;
                next();
            }
            return -1;
        }

        private void next() throws IOException {
            if (!first && !line(in).isEmpty()) throw new IOException("a chunk of the answer is longer than it says");
            first = false;
            var head = line(in);
            int semicolon = head.indexOf(';');
            long size;
            try {
                size = Long.parseLong((semicolon < 0 ? head : head.substring(0, semicolon)).strip(), 16);
            } catch (NumberFormatException e) {
                throw new IOException("malformed chunk \"%s\"".formatted(head), e);
            }
            chunk = new Part(in, size);
            if (size > 0) return;
            ended = true;
            fields(in);
        }
    }
}
