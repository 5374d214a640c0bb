package io.smarter.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Reads DER values in their order. What is not DER, or not what is asked for, is an {@link IllegalArgumentException}.
 * Nothing is allocated beyond the size of what is read.
 */
public final class DerReader {
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private final ByteBuffer rest;

    public DerReader(byte[] der) {
        this(ByteBuffer.wrap(der));
    }

    private DerReader(ByteBuffer rest) {
        this.rest = rest;
    }

    public boolean hasMore() {
        return rest.hasRemaining();
    }

    /** The content of the next value, which must have this tag. */
    public DerReader in(int tag) {
        return new DerReader(content(tag));
    }

    public byte[] bytes(int tag) {
        return copy(content(tag));
    }

    /** The content of a bit string of whole bytes. */
    public byte[] bits() {
        var content = content(BIT_STRING);
        if (!content.hasRemaining() || content.get() != 0) throw new IllegalArgumentException("bit string is ragged");
        return copy(content);
    }

    /** An object identifier, in hex. */
    public String oid() {
        return HexFormat.of().formatHex(bytes(OBJECT_IDENTIFIER));
    }

    /** A string of whatever kind; those of two bytes a character become unreadable, not an error. */
    public String text() {
        var content = content(tag());
        return StandardCharsets.UTF_8.decode(content).toString();
    }

    /** The next value with its tag and length. */
    public byte[] whole() {
        var from = rest.duplicate();
        content(tag());
        return copy(from.limit(rest.position()));
    }

    /** The tag of the next value. */
    public int tag() {
        if (!rest.hasRemaining()) throw new IllegalArgumentException("a value is missing");
        return rest.get(rest.position()) & 0xff;
    }

    private ByteBuffer content(int tag) {
        if (tag() != tag)
            throw new IllegalArgumentException("value has tag 0x%x instead of 0x%x".formatted(tag(), tag));
        rest.get();
        int length = length();
        if (length > rest.remaining()) throw new IllegalArgumentException("value is cut off");
        var content = rest.slice(rest.position(), length);
        rest.position(rest.position() + length);
        return content;
    }

    private int length() {
        int first = next();
        if (first < 0x80) return first;
        int count = first & 0x7f;
        if (count < 1 || count > 3) throw new IllegalArgumentException("length of a value is malformed");
        int length = 0;
        for (int i = 0; i < count; i++) length = length << 8 | next();
        return length;
    }

    private int next() {
        if (!rest.hasRemaining()) throw new IllegalArgumentException("value is cut off");
        return rest.get() & 0xff;
    }

    private static byte[] copy(ByteBuffer from) {
        var bytes = new byte[from.remaining()];
        from.get(bytes);
        return bytes;
    }
}
