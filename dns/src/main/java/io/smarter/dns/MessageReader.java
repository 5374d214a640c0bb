package io.smarter.dns;

import static io.smarter.dns.Protocol.HEADER;
import static io.smarter.dns.Protocol.LONGEST_LABEL;
import static io.smarter.dns.Protocol.LONGEST_NAME;

import java.nio.charset.StandardCharsets;

/** Reads a message that somebody else wrote, RFC 1035 section 4: every step is checked against the message's end. */
final class MessageReader {
    private static final int POINTER = 0xc0;

    /** Octets in lower case: a table, as each query needs this for each of its characters. */
    private static final byte[] LOWER = lower();

    /** A name's bytes may each become two characters. */
    private final byte[] text = new byte[2 * LONGEST_NAME];

    private int nameEnd;

    private byte[] bytes = {};
    private int length;

    /** Turns to another message, which is at the start of an array. */
    MessageReader over(byte[] message, int ofLength) {
        bytes = message;
        length = ofLength;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int u8(int at) throws MalformedException {
        if (at >= length) throw new MalformedException("message ends too early");
        return bytes[at] & 0xff;
    }

    int u16(int at) throws MalformedException {
        if (at + 2 > length) throw new MalformedException("message ends too early");
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /** As a number from 0. */
    long u32(int at) throws MalformedException {
        return (long) u16(at) << 16 | u16(at + 2);
    }

    int id() throws MalformedException {
        return u16(0);
    }

    int flags() throws MalformedException {
        return u16(2);
    }

    /** How many entries a section has; 0 is the questions'. */
    int count(int section) throws MalformedException {
        return u16(4 + 2 * section);
    }

    /** Where what follows a name begins, after the whole name was looked at. */
    int skipName(int at) throws MalformedException {
        int after = -1;
        int position = at;
        int before = at;
        int total = 1;
        while (true) {
            int label = u8(position);
            if (label == 0) return after < 0 ? position + 1 : after;
            if (label >= POINTER) {
                int target = u16(position) & 0x3fff;
                if (target >= before || target < HEADER) throw new MalformedException("pointer does not lead back");
                if (after < 0) after = position + 2;
                position = target;
                before = target;
                continue;
            }
            if (label > LONGEST_LABEL) throw new MalformedException("label of unknown kind");
            total += label + 1;
            if (total > LONGEST_NAME) throw new MalformedException("name is too long");
            position += label + 1;
        }
    }

    /**
     * A name in lower case without the last dot. A dot or backslash within a label has a backslash before it, as in RFC 1035
     * section 5.1, so that such a name is none of a zone's.
     */
    String name(int at) throws MalformedException {
        nameEnd = skipName(at);
        int position = at;
        int end = 0;
        while (true) {
            int label = u8(position);
            if (label == 0) return new String(text, 0, end, StandardCharsets.ISO_8859_1);
            if (label >= POINTER) {
                position = u16(position) & 0x3fff;
                continue;
            }
            if (end > 0) text[end++] = '.';
            for (int i = position + 1; i <= position + label; i++) {
                byte octet = bytes[i];
                if (octet == '.' || octet == '\\') text[end++] = '\\';
                text[end++] = LOWER[octet & 0xff];
            }
            position += label + 1;
        }
    }

    /** Where what follows the name begins that was read last. */
    int nameEnd() {
        return nameEnd;
    }

    /** Whether some bytes are those of another message, but for the case of letters. */
    boolean sameBytes(int at, byte[] other, int otherAt, int count) {
        if (at + count > length || otherAt + count > other.length) return false;
        for (int i = 0; i < count; i++) {
            if (LOWER[bytes[at + i] & 0xff] != LOWER[other[otherAt + i] & 0xff]) return false;
        }
        return true;
    }

    private static byte[] lower() {
        var lower = new byte[256];
        for (int i = 0; i < lower.length; i++) lower[i] = (byte) (i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
        return lower;
    }
}
