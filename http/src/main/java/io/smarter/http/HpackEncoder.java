package io.smarter.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Writes header blocks (RFC 7541 §6). Only fields that come again with each request enter the dynamic table, so that it
 * stays small on both sides. Blocks must reach the wire in the order in which they were written. Used under one lock.
 */
final class HpackEncoder {
    private static final Set<String> REPEATING =
            Set.of(":authority", ":method", "accept", "authorization", "content-type", "te", "user-agent");

    private final HpackTable table = new HpackTable();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    private int smallest = HpackTable.DEFAULT_CAPACITY;

    /** The peer's limit for the dynamic table; takes effect with the next block. */
    void limit(long peerMaximum) {
        int capacity = (int) Math.min(peerMaximum, HpackTable.DEFAULT_CAPACITY);
        smallest = Math.min(smallest, capacity);
        table.resize(capacity);
        resized = true;
    }

    private boolean resized;

    /** Begins a block. */
    void begin() {
        out.reset();
        if (!resized) return;
        if (smallest < table.capacity()) integer(0x20, 5, smallest);
        integer(0x20, 5, table.capacity());
        smallest = table.capacity();
        resized = false;
    }

    void field(String name, String value) {
        int whole = table.find(name, value);
        if (whole > 0) {
            integer(0x80, 7, whole);
            return;
        }
        boolean keep = REPEATING.contains(name);
        int index = table.findName(name);
        integer(keep ? 0x40 : 0, keep ? 6 : 4, index);
        if (index == 0) string(name);
        string(value);
        if (keep) table.add(name, value);
    }

    /** The block. */
    byte[] end() {
        return out.toByteArray();
    }

    private void string(String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int squeezed = Huffman.encodedLength(bytes);
        if (squeezed < bytes.length) {
            integer(0x80, 7, squeezed);
            Huffman.encode(bytes, out);
        } else {
            integer(0, 7, bytes.length);
            out.writeBytes(bytes);
        }
    }

    private void integer(int pattern, int prefix, int value) {
        int mask = (1 << prefix) - 1;
        if (value < mask) {
            out.write(pattern | value);
            return;
        }
        out.write(pattern | mask);
        int rest = value - mask;
        for (; rest >= 0x80; rest >>>= 7) out.write(rest & 0x7f | 0x80);
        out.write(rest);
    }
}
