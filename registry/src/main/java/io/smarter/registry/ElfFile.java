package io.smarter.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a program or shared library asks of others (System V ABI, 64-bit little-endian ELF).
 *
 * @param needed the names of the libraries that it needs ({@code DT_NEEDED})
 * @param interpreter the absolute path of what loads it ({@code PT_INTERP}); a library has none
 */
record ElfFile(List<String> needed, Optional<String> interpreter) {
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int MAX_SEGMENTS = 256;
    private static final int MAX_SEGMENT = 1 << 20;

    private record Segment(int type, long offset, long address, long size) {}

    /** Reads a file; one that is no such ELF needs nothing. */
    static ElfFile read(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            var head = bytes(channel, 0, 64);
            boolean elf = head.limit() == 64 && head.getInt(0) == 0x464c457f && head.get(4) == 2 && head.get(5) == 1;
            return elf ? read(channel, head) : new ElfFile(List.of(), Optional.empty());
        } catch (IndexOutOfBoundsException e) {
            throw new IOException(file + ": is not whole ELF", e);
        }
    }

    private static ElfFile read(FileChannel channel, ByteBuffer head) throws IOException {
        var segments = segments(channel, head);
        Optional<String> interpreter = Optional.empty();
        List<String> needed = List.of();
        for (var segment : segments) {
            if (segment.type() == PT_INTERP) interpreter = Optional.of(string(channel, segment.offset()));
            if (segment.type() == PT_DYNAMIC) needed = needed(channel, segment, segments);
        }
        return new ElfFile(needed, interpreter);
    }

    private static List<Segment> segments(FileChannel channel, ByteBuffer head) throws IOException {
        long offset = head.getLong(32);
        int size = head.getShort(54);
        int count = Math.min(head.getShort(56), MAX_SEGMENTS);
        var segments = new ArrayList<Segment>();
        for (int i = 0; i < count; i++) {
            var entry = bytes(channel, offset + (long) i * size, 56);
            segments.add(new Segment(entry.getInt(0), entry.getLong(8), entry.getLong(16), entry.getLong(32)));
        }
        return segments;
    }

    private static List<String> needed(FileChannel channel, Segment dynamic, List<Segment> segments)
            throws IOException {
        var entries = bytes(channel, dynamic.offset(), (int) Math.min(dynamic.size(), MAX_SEGMENT));
        long strings = 0;
        var names = new ArrayList<Long>();
        for (int at = 0; at + 16 <= entries.limit(); at += 16) {
            long tag = entries.getLong(at);
            if (tag == DT_NEEDED) names.add(entries.getLong(at + 8));
            if (tag == DT_STRTAB) strings = offset(entries.getLong(at + 8), segments);
        }
        var needed = new ArrayList<String>();
        for (long name : names) needed.add(string(channel, strings + name));
        return List.copyOf(needed);
    }

    private static long offset(long address, List<Segment> segments) throws IOException {
        for (var segment : segments) {
            boolean within = address >= segment.address() && address - segment.address() < segment.size();
            if (segment.type() == PT_LOAD && within) return address - segment.address() + segment.offset();
        }
        throw new IOException("no segment has the address 0x" + Long.toHexString(address));
    }

    private static String string(FileChannel channel, long offset) throws IOException {
        var bytes = bytes(channel, offset, 4096);
        var text = new StringBuilder();
        for (int i = 0; bytes.get(i) != 0; i++) text.append((char) bytes.get(i));
        return text.toString();
    }

    /** So many bytes at a position, or as many as there are. */
    private static ByteBuffer bytes(FileChannel channel, long position, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {}
        return bytes.flip();
    }
}
