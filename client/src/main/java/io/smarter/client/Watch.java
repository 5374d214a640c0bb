package io.smarter.client;

import io.smarter.http.Http2Stream;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Events from one watch request, read by one thread; another may close it, which wakes the reader. */
public final class Watch implements AutoCloseable {
    /** How long one event may be, in bytes. */
    public static final int MAX_EVENT = 8 << 20;

    private static final byte[] EMPTY = new byte[0];
    private static final int FIRST = 1024;
    private static final int KEPT = 16 << 10;

    /** What happened to an object. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        /** Nothing but the revision up to which everything has been told. */
        BOOKMARK,
        /** The object is a Status; the watch ends. */
        ERROR
    }

    public record Event(Type type, Json.Obj object) {}

    private final Http2Stream stream;
    private byte[] buffer = EMPTY;
    private int start;
    private int end;

    Watch(Http2Stream stream) {
        this.stream = stream;
    }

    /**
     * Waits for the next event; null when the server ended the watch, as it does at its timeout.
     *
     * @throws IOException if the connection is lost, or the server sends what is no event
     */
    public @Nullable Event next() throws IOException {
        while (true) {
            var line = line();
            if (line == null) return null;
            if (line.length > 0) return event(line);
        }
    }

    @Override
    public void close() {
        stream.close();
    }

    private static Event event(byte[] line) throws IOException {
        try {
            var json = Json.parse(line);
            return new Event(Type.valueOf(json.textOrEmpty("type")), json.object("object"));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("watch sends what is no event: " + e.getMessage(), e);
        }
    }

    /** The next line without its end, or null at the end of the stream. */
    private byte @Nullable [] line() throws IOException {
        int scanned = start;
        while (true) {
            for (; scanned < end; scanned++) {
                if (buffer[scanned] != '\n') continue;
                var line = Arrays.copyOfRange(buffer, start, scanned);
                start = scanned + 1;
                if (start == end) release();
                return line;
            }
            if (end - start > MAX_EVENT)
                throw new IOException("watch sends an event of over %d bytes".formatted(MAX_EVENT));
            scanned -= start;
            makeRoom();
            scanned += start;
            int read = stream.in().read(buffer, end, buffer.length - end);
            if (read < 0) {
                if (end > start) throw new IOException("watch ended within an event");
                return null;
            }
            end += read;
        }
    }

    private void makeRoom() {
        if (end < buffer.length) return;
        int size = end - start;
        var larger = size > buffer.length / 2 || buffer.length == 0 ? new byte[Math.max(FIRST, 2 * size)] : buffer;
        System.arraycopy(buffer, start, larger, 0, size);
        buffer = larger;
        start = 0;
        end = size;
    }

    /** An idle watch holds no large buffer. */
    private void release() {
        start = 0;
        end = 0;
        if (buffer.length > KEPT) buffer = EMPTY;
    }
}
