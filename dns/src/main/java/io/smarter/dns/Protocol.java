package io.smarter.dns;

/** Numbers of RFC 1035 section 4.1 and RFC 6891 section 6.1. */
final class Protocol {
    static final int HEADER = 12;
    static final int CLASS_IN = 1;
    static final int LONGEST_NAME = 255;
    static final int LONGEST_LABEL = 63;

    /** What fits into UDP where nobody says more. */
    static final int PLAIN_UDP = 512;

    /** What passes any link in one piece, and so the most that is sent and asked for by UDP. */
    static final int LARGEST_UDP = 1232;

    static final int LARGEST_TCP = 65535;

    static final int QR = 0x8000;
    static final int OPCODE = 0x7800;
    static final int AA = 0x0400;
    static final int TC = 0x0200;
    static final int RD = 0x0100;
    static final int RA = 0x0080;
    static final int CD = 0x0010;
    static final int RCODE = 0x000f;

    static final int NOERROR = 0;
    static final int FORMERR = 1;
    static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    static final int NOTIMP = 4;
    static final int REFUSED = 5;
    static final int BADVERS = 16;

    private Protocol() {}
}
