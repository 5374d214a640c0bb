package io.smarter.telemetry;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files {@code readings-<number>.ndjson} of one folder, of which the one with the highest number is appended to.
 * Used by one thread.
 */
final class Segments implements AutoCloseable {
    /*
     * Invariant: the newest file ends after `size` bytes with a line feed, or is empty, whenever `append` is not
     * running. A crash inside `append` may leave more; `open` cuts what follows the last line feed. A failed write is
     * cut at once; where even that fails the file is given up and the next append begins another.
     */
    private final Path folder;
    private final Limits limits;
    private final List<Long> numbers;
    private FileChannel newest;
    private long size;

    private Segments(Path folder, Limits limits, List<Long> numbers) throws IOException {
        this.folder = folder;
        this.limits = limits;
        this.numbers = numbers;
        if (numbers.isEmpty()) numbers.add(1L);
        this.newest = openNewest();
        this.size = cutTornLine(newest);
        sync();
    }

    static Segments open(Path folder, Limits limits) throws IOException {
        Files.createDirectories(folder);
        var numbers = new ArrayList<Long>();
        try (var files = Files.newDirectoryStream(folder, "readings-*.ndjson")) {
            for (var file : files) {
                var digits =
                        file.getFileName().toString().replace("readings-", "").replace(".ndjson", "");
                if (digits.length() == 16 && digits.chars().allMatch(Character::isDigit))
                    numbers.add(Long.valueOf(digits));
            }
        }
        numbers.sort(null);
        return new Segments(folder, limits, numbers);
    }

    /** The last so many files, oldest first. */
    List<Path> last(int count) {
        return numbers.subList(Math.max(0, numbers.size() - count), numbers.size()).stream()
                .map(this::file)
                .toList();
    }

    /** Adds whole lines; on return they are on the disk, on an exception none of them counts. */
    void append(byte[] lines) throws IOException {
        if (!newest.isOpen() || size > 0 && size + lines.length > limits.segmentBytes()) rotate();
        try {
            var left = ByteBuffer.wrap(lines);
            while (left.hasRemaining()) newest.write(left, size + left.position());
            newest.force(false);
            size += lines.length;
        } catch (IOException e) {
            cutOrGiveUp(e);
            throw e;
        }
    }

    private void cutOrGiveUp(IOException cause) throws IOException {
        try {
            newest.truncate(size);
        } catch (IOException e) {
            cause.addSuppressed(e);
            newest.close();
        }
    }

    private void rotate() throws IOException {
        newest.close();
        numbers.add(numbers.getLast() + 1);
        newest = openNewest();
        size = 0;
        while (numbers.size() > limits.segments()) Files.deleteIfExists(file(numbers.removeFirst()));
        sync();
    }

    private FileChannel openNewest() throws IOException {
        return FileChannel.open(file(numbers.getLast()), CREATE, READ, WRITE);
    }

    private Path file(long number) {
        return folder.resolve("readings-%016d.ndjson".formatted(number));
    }

    /** Makes the folder's entries durable. */
    private void sync() throws IOException {
        try (var directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }

    /** The length of the file up to and with its last line feed, to which it is cut. */
    private static long cutTornLine(FileChannel file) throws IOException {
        var block = ByteBuffer.allocate(4096);
        for (long end = file.size(); end > 0; ) {
            long start = Math.max(0, end - block.capacity());
            block.clear().limit((int) (end - start));
            while (block.hasRemaining()) {
                if (file.read(block, start + block.position()) < 0) throw new IOException("file shrank while read");
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') return cut(file, start + i + 1);
            }
            end = start;
        }
        return cut(file, 0);
    }

    private static long cut(FileChannel file, long size) throws IOException {
        if (file.size() > size) {
            file.truncate(size);
            file.force(true);
        }
        return size;
    }

    @Override
    public void close() throws IOException {
        newest.close();
    }
}
