package io.smarter.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Divides bytes into lines; one that is longer than a limit is skipped. */
final class LineReader {
    private final InputStream in;
    private final int limit;
    private final byte[] buffer = new byte[4096];
    private int at;
    private int end;

    LineReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** The next line with its line feed, or null at the end, where a line without one is no line. */
    byte @Nullable [] next() throws IOException {
        var line = new ByteArrayOutputStream(256);
        boolean tooLong = false;
        while (true) {
            if (at == end) {
                at = 0;
                end = Math.max(0, in.read(buffer));
                if (end == 0) return null;
            }
            int from = at;
            while (at < end && buffer[at] != '\n') at++;
            boolean whole = at < end;
            if (whole) at++;
            tooLong |= line.size() + at - from > limit;
            if (!tooLong) line.write(buffer, from, at - from);
            if (whole && !tooLong) return line.toByteArray();
            if (whole) {
                line.reset();
                tooLong = false;
            }
        }
    }
}
