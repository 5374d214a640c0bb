package io.smarter.http;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Reads header blocks (RFC 7541 §6). Keeps state from block to block, so none may be left out. Used by one thread. */
final class HpackDecoder {
    private final HpackTable table = new HpackTable();
    private final int maxList;
    private byte[] in = new byte[0];
    private int at;
    private int end;

    /** @param maxList how large one list of fields may be, counted as RFC 9113 §6.5.2 counts it */
    HpackDecoder(int maxList) {
        this.maxList = maxList;
    }

    /** Reads one whole block; a list that is too large is read to its end, so that the state stays right, and reported as false. */
    boolean decode(byte[] block, int length, BiConsumer<String, String> field) throws Http2Exception {
        in = block;
        at = 0;
        end = length;
        long size = 0;
        boolean begun = false;
        try {
            while (at < end) {
                int first = in[at] & 0xff;
                if ((first & 0xe0) == 0x20) {
                    if (begun) throw wrong("table size update after a field");
                    resize();
                    continue;
                }
                begun = true;
                var read = (first & 0x80) != 0 ? indexed() : literal(first);
                size += read.size();
                if (size <= maxList) field.accept(read.name(), read.value());
            }
        } finally {
            in = new byte[0];
        }
        return size <= maxList;
    }

    private void resize() throws Http2Exception {
        int capacity = integer(5);
        if (capacity > HpackTable.DEFAULT_CAPACITY) throw wrong("table size update beyond the agreed size");
        table.resize(capacity);
    }

    private HpackTable.Field indexed() throws Http2Exception {
        int index = integer(7);
        var name = table.name(index);
        var value = table.value(index);
        if (name == null || value == null) throw wrong("no field with index " + index);
        return new HpackTable.Field(name, value);
    }

    private HpackTable.Field literal(int first) throws Http2Exception {
        boolean keep = (first & 0x40) != 0;
        int index = integer(keep ? 6 : 4);
        var name = index == 0 ? string() : table.name(index);
        if (name == null) throw wrong("no field with index " + index);
        var value = string();
        if (keep) table.add(name, value);
        return new HpackTable.Field(name, value);
    }

    private String string() throws Http2Exception {
        if (at >= end) throw wrong("block ends within a field");
        boolean huffman = (in[at] & 0x80) != 0;
        int length = integer(7);
        if (length > end - at) throw wrong("string is longer than its block");
        int from = at;
        at += length;
        return huffman
                ? new String(Huffman.decode(in, from, length), StandardCharsets.ISO_8859_1)
                : new String(in, from, length, StandardCharsets.ISO_8859_1);
    }

    /** An integer whose first bits share a byte with something else (RFC 7541 §5.1). */
    private int integer(int prefix) throws Http2Exception {
        if (at >= end) throw wrong("block ends within an integer");
        int mask = (1 << prefix) - 1;
        long value = in[at++] & mask;
        if (value < mask) return (int) value;
        for (int shift = 0; shift <= 28; shift += 7) {
            if (at >= end) throw wrong("block ends within an integer");
            int next = in[at++];
            value += (long) (next & 0x7f) << shift;
            if (value > Integer.MAX_VALUE) break;
            if (next >= 0) return (int) value;
        }
        throw wrong("integer is too large");
    }

    private static Http2Exception wrong(String message) {
        return Http2Exception.connection(Http2Error.COMPRESSION_ERROR, message);
    }
}
