package io.smarter.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the few DER values (ITU-T X.690) that keys and certificate requests need. */
final class Der {
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    static final int CONTEXT_0 = 0xa0;
    static final int CONTEXT_1 = 0xa1;

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int NULL = 0x05;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0c;

    private Der() {}

    /** A value that contains others. */
    static byte[] all(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) content.writeBytes(part);
        return value(tag, content.toByteArray());
    }

    static byte[] integer(int small) {
        return value(INTEGER, new byte[] {(byte) small});
    }

    static byte[] bits(byte[] bytes) {
        var content = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, content, 1, bytes.length);
        return value(BIT_STRING, content);
    }

    static byte[] octets(byte[] bytes) {
        return value(OCTET_STRING, bytes);
    }

    static byte[] nothing() {
        return value(NULL, new byte[0]);
    }

    static byte[] text(String text) {
        return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** An object identifier, such as {@code 2.5.4.3}. */
    static byte[] oid(String dotted) {
        var arcs = dotted.split("\\.");
        var content = new ByteArrayOutputStream();
        base128(content, Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) base128(content, Integer.parseInt(arcs[i]));
        return value(OBJECT_IDENTIFIER, content.toByteArray());
    }

    private static void base128(ByteArrayOutputStream out, int number) {
        int shift = 28;
        while (shift > 0 && number >>> shift == 0) shift -= 7;
        for (; shift > 0; shift -= 7) out.write(0x80 | number >>> shift & 0x7f);
        out.write(number & 0x7f);
    }

    private static byte[] value(int tag, byte[] content) {
        var out = new ByteArrayOutputStream(content.length + 6);
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) out.write(length >>> 8 * i);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
