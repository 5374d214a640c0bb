package io.smarter.http;

import java.io.ByteArrayOutputStream;

/**
 * The Huffman code of HPACK (RFC 7541 §5.2). The code is canonical: codes of one length count upwards in the order of
 * their symbols, so the lengths alone give the codes.
 */
final class Huffman {
    /** The code length of each byte and of the end mark (RFC 7541 appendix B), as one base-32 digit each. */
    private static final String LENGTHS = "dnsssssssoussussssssssusssssssss"
            + "6aacd68baa8b8666555666666678f6ca"
            + "d67777777777777777777777878djde6"
            + "f56565666577666567655677777fbeds"
            + "kmkkmmmnmnnnnnonoomnonnnnlmnmnno"
            + "mlkmmnnlnmmolmnnllmlnmnnkmmmnmmn"
            + "qqkjmnmpqqqrrqopjlqrrqrollqqsrrr"
            + "koklmllnmmppooqnqrqqrrrrrsrrrrrq"
            + "u";

    private static final int SYMBOLS = 257;
    private static final int EOS = 256;
    private static final int LONGEST = 30;

    private static final byte[] LENGTH = new byte[SYMBOLS];
    private static final int[] CODE = new int[SYMBOLS];
    /** Symbols by length, then by value. */
    private static final short[] SORTED = new short[SYMBOLS];
    /** The first code of each length. */
    private static final int[] FIRST = new int[LONGEST + 1];
    /** Where each length begins in SORTED. */
    private static final int[] START = new int[LONGEST + 2];

    static {
        for (int symbol = 0; symbol < SYMBOLS; symbol++)
            LENGTH[symbol] = (byte) Character.digit(LENGTHS.charAt(symbol), 32);
        int code = 0;
        int rank = 0;
        for (int length = 1; length <= LONGEST; length++) {
            FIRST[length] = code;
            START[length] = rank;
            for (int symbol = 0; symbol < SYMBOLS; symbol++) {
                if (LENGTH[symbol] != length) continue;
                CODE[symbol] = code++;
                SORTED[rank++] = (short) symbol;
            }
            code <<= 1;
        }
        START[LONGEST + 1] = rank;
    }

    private Huffman() {}

    /** How many bytes a text takes when encoded. */
    static int encodedLength(byte[] text) {
        long bits = 0;
        for (byte b : text) bits += LENGTH[b & 0xff];
        return (int) ((bits + 7) / 8);
    }

    static void encode(byte[] text, ByteArrayOutputStream out) {
        long pending = 0;
        int bits = 0;
        for (byte b : text) {
            pending = pending << LENGTH[b & 0xff] | CODE[b & 0xff];
            bits += LENGTH[b & 0xff];
            for (; bits >= 8; bits -= 8) out.write((int) (pending >>> bits - 8));
        }
        if (bits > 0) out.write((int) (pending << 8 - bits | 0xff >>> bits));
    }

    static byte[] decode(byte[] from, int offset, int length) throws Http2Exception {
        var out = new ByteArrayOutputStream(length * 8 / 5);
        int code = 0;
        int bits = 0;
        for (int at = offset; at < offset + length; at++) {
            for (int shift = 7; shift >= 0; shift--) {
                code = code << 1 | from[at] >>> shift & 1;
                if (++bits > LONGEST) throw wrong("Huffman code is longer than 30 bits");
                int rank = code - FIRST[bits];
                if (rank < 0 || rank >= START[bits + 1] - START[bits]) continue;
                int symbol = SORTED[START[bits] + rank];
                if (symbol == EOS) throw wrong("Huffman text contains the end mark");
                out.write(symbol);
                code = 0;
                bits = 0;
            }
        }
        if (bits > 7 || code != (1 << bits) - 1) throw wrong("Huffman padding is not the beginning of the end mark");
        return out.toByteArray();
    }

    private static Http2Exception wrong(String message) {
        return Http2Exception.connection(Http2Error.COMPRESSION_ERROR, message);
    }
}
