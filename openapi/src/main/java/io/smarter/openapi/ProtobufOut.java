package io.smarter.openapi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the fields of one protobuf message (protobuf.dev, "Encoding"). Used by one thread. */
final class ProtobufOut {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    ProtobufOut flag(int field, boolean value) {
        varint(field << 3 | VARINT);
        varint(value ? 1 : 0);
        return this;
    }

    ProtobufOut text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufOut message(int field, ProtobufOut message) {
        return bytes(field, message.bytes());
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private ProtobufOut bytes(int field, byte[] value) {
        varint(field << 3 | LENGTH_DELIMITED);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
