package io.smarter.gateway;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a container wrote out of its log file. Holds one block and one line at a time, however long the file is.
 * Used by one thread.
 */
final class LogReader {
    private static final int BLOCK = 16 << 10;
    /** A longer line is passed on in parts; runtimes split at 16 KiB. */
    private static final int LONGEST_LINE = 256 << 10;

    private final Options options;
    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private long left;
    private boolean continued;

    private LogReader(Options options, OutputStream out) {
        this.options = options;
        this.out = out;
        left = options.limitBytes() == null ? Long.MAX_VALUE : options.limitBytes();
    }

    /**
     * What to copy.
     *
     * @param tailLines only so many lines at the end; null for all
     * @param since only what was written then or later; null for all
     * @param limitBytes at most so many bytes; null for all
     */
    record Options(
            boolean follow,
            @Nullable Long tailLines,
            @Nullable Instant since,
            boolean timestamps,
            @Nullable Long limitBytes) {}

    /**
     * Copies a file.
     *
     * @param running whether the container may still write; asked when the end of the file is reached
     */
    static void copy(Path file, Options options, BooleanSupplier running, OutputStream out)
            throws IOException, InterruptedException {
        var reader = new LogReader(options, out);
        if (options.follow()) {
            reader.follow(file, running);
        } else {
            try (var channel = reader.open(file)) {
                reader.readToEnd(channel);
            }
        }
        out.flush();
    }

    private FileChannel open(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        if (options.tailLines() != null) channel.position(tail(channel, options.tailLines()));
        return channel;
    }

    private void follow(Path file, BooleanSupplier running) throws IOException, InterruptedException {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null) throw new IOException("no folder in path " + file);
        var opened = key(file);
        var channel = open(file);
        try (var watch = file.getFileSystem().newWatchService()) {
            folder.register(watch, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
            while (true) {
                boolean last = !running.getAsBoolean();
                var now = key(file);
                if (!readToEnd(channel) || last) return;
                out.flush();
                if (now != null && !now.equals(opened)) {
                    // The file was renamed and is read to its end: another took its place.
                    channel.close();
                    channel = FileChannel.open(file, StandardOpenOption.READ);
                    opened = now;
                    continue;
                }
                var key = watch.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    if (!key.reset()) return;
                }
            }
        } finally {
            channel.close();
        }
    }

    /** What tells a file from another that has its name later; null when there is none. */
    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Copies until nothing more is there; false when the limit is reached. */
    private boolean readToEnd(FileChannel channel) throws IOException {
        var block = ByteBuffer.allocate(BLOCK);
        while (channel.read(block.clear()) > 0) {
            block.flip();
            while (block.hasRemaining()) {
                byte b = block.get();
                if (b != '\n') line.write(b);
                if (b == '\n' || line.size() >= LONGEST_LINE) endLine();
                if (left <= 0) return false;
            }
        }
        return true;
    }

    private void endLine() throws IOException {
        var parsed = LogLine.parse(line.toByteArray());
        line.reset();
        if (parsed == null || options.since() != null && parsed.isBefore(options.since())) return;
        if (options.timestamps() && !continued) write((parsed.time() + " ").getBytes(StandardCharsets.US_ASCII));
        parsed.writeTo(out, (int) Math.min(left, Integer.MAX_VALUE));
        left -= parsed.length();
        continued = parsed.isPartial();
        if (!continued) write(new byte[] {'\n'});
    }

    private void write(byte[] bytes) throws IOException {
        if (left <= 0) return;
        out.write(bytes, 0, (int) Math.min(left, bytes.length));
        left -= bytes.length;
    }

    /** Where the last lines of a file begin. */
    private static long tail(FileChannel channel, long lines) throws IOException {
        long end = channel.size();
        if (lines <= 0) return end;
        var block = ByteBuffer.allocate(BLOCK);
        long feeds = 0;
        for (long at = end; at > 0; ) {
            long from = Math.max(0, at - BLOCK);
            block.clear().limit((int) (at - from));
            int read = channel.read(block, from);
            for (int i = read - 1; i >= 0; i--) {
                boolean last = from + i == end - 1;
                if (block.get(i) == '\n' && !last && ++feeds == lines) return from + i + 1;
            }
            at = from;
        }
        return 0;
    }
}
