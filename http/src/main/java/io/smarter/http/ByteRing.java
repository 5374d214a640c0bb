package io.smarter.http;

/** Bytes that wait to be read; takes memory only while there are any. Used under one lock. */
final class ByteRing {
    private static final byte[] NONE = new byte[0];
    private static final int FIRST = 1024;
    private static final int KEPT = 4096;

    private byte[] ring = NONE;
    private int head;
    private int size;

    int size() {
        return size;
    }

    void put(byte[] from, int offset, int length) {
        if (size + length > ring.length) grow(size + length);
        int tail = (head + size) % Math.max(1, ring.length);
        int straight = Math.min(length, ring.length - tail);
        System.arraycopy(from, offset, ring, tail, straight);
        System.arraycopy(from, offset + straight, ring, 0, length - straight);
        size += length;
    }

    /** Takes at most {@code length} bytes, and says how many. */
    int take(byte[] into, int offset, int length) {
        int taken = Math.min(length, size);
        copy(into, offset, taken);
        head = ring.length == 0 ? 0 : (head + taken) % ring.length;
        size -= taken;
        if (size == 0) clear();
        return taken;
    }

    void clear() {
        size = 0;
        head = 0;
        if (ring.length > KEPT) ring = NONE;
    }

    private void grow(int needed) {
        int capacity = Math.max(FIRST, ring.length);
        while (capacity < needed) capacity *= 2;
        var larger = new byte[capacity];
        copy(larger, 0, size);
        ring = larger;
        head = 0;
    }

    private void copy(byte[] into, int offset, int length) {
        int straight = Math.min(length, ring.length - head);
        System.arraycopy(ring, head, into, offset, straight);
        System.arraycopy(ring, 0, into, offset + straight, length - straight);
    }
}
