package io.smarter.schema;

import io.smarter.json.JsonException;
import io.smarter.schema.SchemaType.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Goes over the fields of one protobuf message (protobuf.dev, "Encoding"). Used by one thread. */
public final class SchemaWire {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] in;
    private final int end;
    private int at;
    private int field;
    private int form;

    public SchemaWire(byte[] in, int start, int end) {
        this.in = in;
        this.at = start;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** Goes on to the next field; the value of the one before must have been taken or skipped. */
    public boolean next() {
        if (at >= end) return false;
        long tag = rawVarint();
        if (tag >>> 3 == 0 || tag >>> 3 > Integer.MAX_VALUE >>> 2)
            throw new JsonException("protobuf: no field: " + tag);
        field = (int) (tag >>> 3);
        form = (int) (tag & 7);
        return true;
    }

    public int field() {
        return field;
    }

    /** Whether numbers of a repeated field come as one run of bytes. */
    boolean isPacked(SchemaType item) {
        boolean number = item == Scalar.INT32 || item == Scalar.INT64;
        return number && form == BYTES;
    }

    long varint() {
        if (form != VARINT && form != BYTES) throw wrongForm();
        return rawVarint();
    }

    private long rawVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) throw cut();
            byte b = in[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) return value;
        }
        throw new JsonException("protobuf: number of more than 64 bits");
    }

    long fixed64() {
        if (form != FIXED64) throw wrongForm();
        long value = 0;
        int start = take(8);
        for (int i = 7; i >= 0; i--) value = value << 8 | in[start + i] & 0xff;
        return value;
    }

    public byte[] bytes() {
        int length = length();
        int start = take(length);
        return Arrays.copyOfRange(in, start, start + length);
    }

    public String text() {
        int length = length();
        return new String(in, take(length), length, StandardCharsets.UTF_8);
    }

    /** The message that is this field's value. */
    public SchemaWire message() {
        int length = length();
        int start = take(length);
        var message = new SchemaWire(in, start, start + length);
        message.form = BYTES;
        return message;
    }

    public void skip() {
        switch (form) {
            case VARINT -> rawVarint();
            case FIXED64 -> take(8);
            case BYTES -> take(length());
            case FIXED32 -> take(4);
            default -> throw wrongForm();
        }
    }

    private int length() {
        if (form != BYTES) throw wrongForm();
        long length = rawVarint();
        if (length < 0 || length > end - at) throw cut();
        return (int) length;
    }

    private int take(int length) {
        if (length > end - at) throw cut();
        int start = at;
        at += length;
        return start;
    }

    private JsonException wrongForm() {
        return new JsonException("protobuf: field " + field + " has the wrong wire type " + form);
    }

    private static JsonException cut() {
        return new JsonException("protobuf: unexpected end of the message");
    }
}
