package io.smarter.serial;

/** Bytes on their way, the oldest first, at most so many. Used by one thread at a time. */
final class ByteRing {
    private final byte[] bytes;
    private int first;
    private int length;

    ByteRing(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    int free() {
        return bytes.length - length;
    }

    /** Adds as many as there is room for; says how many. */
    int add(byte[] from, int start, int count) {
        int added = Math.min(count, free());
        int end = (first + length) % bytes.length;
        int straight = Math.min(added, bytes.length - end);
        System.arraycopy(from, start, bytes, end, straight);
        System.arraycopy(from, start + straight, bytes, 0, added - straight);
        length += added;
        return added;
    }

    /** Adds all and forgets the oldest instead; says how many those were. */
    int push(byte[] from, int count) {
        int kept = Math.min(count, bytes.length);
        int lost = Math.max(0, kept - free());
        skip(lost);
        add(from, count - kept, kept);
        return lost + count - kept;
    }

    /** Copies the oldest without removing them; says how many. */
    int peek(byte[] into, int most) {
        int copied = Math.min(length, most);
        int straight = Math.min(copied, bytes.length - first);
        System.arraycopy(bytes, first, into, 0, straight);
        System.arraycopy(bytes, 0, into, straight, copied - straight);
        return copied;
    }

    /** Removes the oldest of those that are there. */
    void skip(int count) {
        first = (first + count) % bytes.length;
        length -= count;
    }

    void clear() {
        skip(length);
    }
}
