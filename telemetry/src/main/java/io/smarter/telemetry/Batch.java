package io.smarter.telemetry;

import io.smarter.http.BodyTooLargeException;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The readings of one request, and why the other lines are none.
 *
 * @param rejectedCount all rejected lines; the list names the first {@link #MAX_REASONS}
 */
record Batch(List<Reading> readings, List<Rejected> rejected, int rejectedCount) {
    record Rejected(int line, String reason) {}

    /** As sent, and again after decompression. */
    static final int MAX_BODY = 4 << 20;

    static final int MAX_LINE = 8 << 10;
    static final int MAX_REASONS = 100;

    /**
     * Reads a body to its end. Blank lines are none.
     *
     * @throws BodyTooLargeException beyond {@link #MAX_BODY}
     * @throws java.util.zip.ZipException if it is not the gzip that it should be
     */
    static Batch read(InputStream body, boolean gzip, Instant now) throws IOException {
        var sent = new Capped(body, MAX_BODY);
        var batch = new Batch(new ArrayList<>(), new ArrayList<>(), 0);
        try (var text = gzip ? new Capped(new GZIPInputStream(sent, 8192), MAX_BODY) : sent) {
            return batch.readLines(text, now);
        }
    }

    /** The readings of a segment, of any length. */
    static Batch stored(InputStream segment, Instant now) throws IOException {
        return new Batch(new ArrayList<>(), new ArrayList<>(), 0).readLines(segment, now);
    }

    private Batch readLines(InputStream text, Instant now) throws IOException {
        var buffer = new byte[16 << 10];
        var line = new ByteArrayOutputStream(256);
        int number = 1;
        int bad = 0;
        for (int read; (read = text.read(buffer)) >= 0; ) {
            int start = 0;
            for (int i = 0; i < read; i++) {
                if (buffer[i] != '\n') continue;
                append(line, buffer, start, i);
                if (!accept(line, number++, now)) bad++;
                start = i + 1;
            }
            append(line, buffer, start, read);
        }
        if (!accept(line, number, now)) bad++;
        return new Batch(List.copyOf(readings), List.copyOf(rejected), bad);
    }

    /** Holds at most one byte more than a line may have, which is enough to know that it is too long. */
    private static void append(ByteArrayOutputStream line, byte[] buffer, int from, int to) {
        line.write(buffer, from, Math.min(to - from, MAX_LINE + 1 - line.size()));
    }

    private boolean accept(ByteArrayOutputStream bytes, int number, Instant now) {
        var line = bytes.toByteArray();
        bytes.reset();
        if (isBlank(line)) return true;
        var parsed = line.length > MAX_LINE
                ? new Line.Bad("longer than %d bytes".formatted(MAX_LINE))
                : Line.parse(line, now);
        return switch (parsed) {
            case Line.Good(var reading) -> readings.add(reading);
            case Line.Bad(var reason) -> {
                if (rejected.size() < MAX_REASONS) rejected.add(new Rejected(number, reason));
                yield false;
            }
        };
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\r' && b != '\t') return false;
        }
        return true;
    }

    /** Fails when more than a number of bytes comes. */
    private static final class Capped extends FilterInputStream {
        private final int limit;
        private int seen;

        Capped(InputStream in, int limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) count(1);
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (read > 0) count(read);
            return read;
        }

        private void count(int bytes) throws BodyTooLargeException {
            seen += bytes;
            if (seen > limit) throw new BodyTooLargeException(limit);
        }
    }
}
