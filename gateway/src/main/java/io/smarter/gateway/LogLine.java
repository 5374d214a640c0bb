package io.smarter.gateway;

import io.smarter.api.ObjectMeta;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One line of a log file as runtimes write them (CRI logging format): {@code TIME STREAM TAGS CONTENT}. */
final class LogLine {
    private final byte[] line;
    private final int content;

    private LogLine(byte[] line, int content) {
        this.line = line;
        this.content = content;
    }

    /** Reads a line without its line feed; null when it has not this form. */
    static @Nullable LogLine parse(byte[] line) {
        int stream = space(line, 0) + 1;
        int tags = space(line, stream) + 1;
        int content = space(line, tags) + 1;
        if (stream == 0 || tags == 0 || content == 0) return null;
        var name = new String(line, stream, tags - 1 - stream, StandardCharsets.US_ASCII);
        return name.equals("stdout") || name.equals("stderr") ? new LogLine(line, content) : null;
    }

    /** Whether the line that the program wrote goes on in the next one. */
    boolean isPartial() {
        int stream = space(line, 0) + 1;
        int tags = space(line, stream) + 1;
        return line[tags] == 'P';
    }

    /** The time as it is written. */
    String time() {
        return new String(line, 0, space(line, 0), StandardCharsets.US_ASCII);
    }

    boolean isBefore(Instant since) {
        var time = ObjectMeta.instant(time());
        return time != null && time.isBefore(since);
    }

    /** How long the program's text is, in bytes. */
    int length() {
        return line.length - content;
    }

    /** Writes at most so many bytes of the program's text. */
    void writeTo(OutputStream out, int most) throws IOException {
        out.write(line, content, Math.min(most, length()));
    }

    private static int space(byte[] line, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == ' ') return i;
        }
        return -1;
    }
}
