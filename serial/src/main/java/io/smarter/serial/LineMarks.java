package io.smarter.serial;

/** Takes the marks of bytes that came wrong out of what a port gives (PARMRK of termios(3)); they may be cut anywhere. */
final class LineMarks {
    /** An overrun, in the bits of RFC 2217's line state. */
    static final int OVERRUN = 2;

    private static final int PARITY_ERROR = 4;
    private static final int FRAMING_ERROR = 8;
    private static final int BREAK = 16;
    private static final byte MARK = (byte) 0xFF;

    private int seen;
    private int errors;

    /**
     * Decodes in place. A byte that came wrong stays among the others, a break is a 0, as without marks.
     *
     * @return how many are left
     */
    int decode(byte[] bytes, int length) {
        int to = 0;
        for (int at = 0; at < length; at++) {
            byte b = bytes[at];
            if (seen == 0 && b == MARK) {
                seen = 1;
            } else if (seen == 1 && b == 0) {
                seen = 2;
            } else {
                if (seen == 2)
                    errors |= b == 0 ? BREAK : PARITY_ERROR | FRAMING_ERROR; // the kernel makes no difference
                seen = 0;
                bytes[to++] = b;
            }
        }
        return to;
    }

    /** What was wrong since it was asked last. */
    int takeErrors() {
        int taken = errors;
        errors = 0;
        return taken;
    }
}
