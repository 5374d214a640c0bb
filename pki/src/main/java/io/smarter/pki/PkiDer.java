package io.smarter.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** Writes the DER values (ITU-T X.690) of which certificates are made. Object identifiers are given in hex. */
final class PkiDer {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final Instant YEAR_2050 = Instant.parse("2050-01-01T00:00:00Z");

    private PkiDer() {}

    /** A tag, the length of the parts together, and the parts. */
    static byte[] value(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) content.writeBytes(part);
        var out = new ByteArrayOutputStream(content.size() + 5);
        out.write(tag);
        length(out, content.size());
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static void length(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        var bytes = BigInteger.valueOf(length).toByteArray();
        int first = bytes[0] == 0 ? 1 : 0;
        out.write(0x80 | bytes.length - first);
        out.write(bytes, first, bytes.length - first);
    }

    static byte[] sequence(byte[]... parts) {
        return value(SEQUENCE, parts);
    }

    static byte[] oid(String hex) {
        return value(OBJECT_IDENTIFIER, HexFormat.of().parseHex(hex));
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    static byte[] text(String text) {
        return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param unused how many bits of the last byte do not count */
    static byte[] bits(int unused, byte[] bytes) {
        return value(BIT_STRING, new byte[] {(byte) unused}, bytes);
    }

    /** As RFC 5280 §4.1.2.5 wants it: two digits for the year as long as they will do. */
    static byte[] time(Instant instant) {
        boolean brief = instant.isBefore(YEAR_2050);
        var format = DateTimeFormatter.ofPattern(brief ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC);
        return value(brief ? UTC_TIME : GENERALIZED_TIME, format.format(instant).getBytes(StandardCharsets.US_ASCII));
    }
}
