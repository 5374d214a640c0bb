package io.smarter.schema;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf (protobuf.dev, "Encoding") from its end to its start: when a message's length is to be written, its
 * content is there, so that one pass and one buffer are enough. Used by one thread.
 */
final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int LONGEST_VARINT = 10;

    private byte[] out;
    private int start;

    ProtobufWriter(int capacity) {
        out = new byte[Math.max(64, capacity)];
        start = out.length;
    }

    /** How many bytes there are. */
    int size() {
        return out.length - start;
    }

    byte[] bytes() {
        return Arrays.copyOfRange(out, start, out.length);
    }

    void number(int field, long value) {
        varint(value);
        tag(field, VARINT);
    }

    void flag(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    void fixed64(int field, long value) {
        ensure(8);
        start -= 8;
        for (int i = 0; i < 8; i++) out[start + i] = (byte) (value >>> 8 * i);
        tag(field, FIXED64);
    }

    void text(int field, String text) {
        int length = text.length();
        ensure(length);
        int at = start;
        for (int i = length - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes(field, text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            out[--at] = (byte) c;
        }
        start = at;
        lengthAndTag(field, length);
    }

    void bytes(int field, byte[] value) {
        raw(value);
        lengthAndTag(field, value.length);
    }

    /** Makes a message of what was written since there were so many bytes. */
    void message(int field, int sizeBefore) {
        lengthAndTag(field, size() - sizeBefore);
    }

    /** Puts bytes before all others as they are. */
    void raw(byte[] value) {
        ensure(value.length);
        start -= value.length;
        System.arraycopy(value, 0, out, start, value.length);
    }

    private void lengthAndTag(int field, int length) {
        varint(length);
        tag(field, LENGTH_DELIMITED);
    }

    private void tag(int field, int form) {
        varint((long) field << 3 | form);
    }

    private void varint(long value) {
        ensure(LONGEST_VARINT);
        int length = value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
        start -= length;
        long rest = value;
        for (int i = 0; i < length - 1; i++) {
            out[start + i] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[start + length - 1] = (byte) rest;
    }

    private void ensure(int more) {
        if (more <= start) return;
        int size = size();
        var larger = new byte[Math.max(size + more, (int) Math.min(2L * out.length, Integer.MAX_VALUE - 64))];
        System.arraycopy(out, start, larger, larger.length - size, size);
        start = larger.length - size;
        out = larger;
    }
}
