package io.smarter.dns;

/** The types of records that are of interest here, RFC 1035 section 3.2.2, RFC 3596, RFC 2782. */
public enum RecordType {
    A(1),
    CNAME(5),
    SOA(6),
    PTR(12),
    AAAA(28),
    SRV(33),
    OPT(41),
    ANY(255),
    /** Every other one. */
    OTHER(0);

    final int code;

    RecordType(int code) {
        this.code = code;
    }

    static RecordType of(int code) {
        return switch (code) {
            case 1 -> A;
            case 5 -> CNAME;
            case 6 -> SOA;
            case 12 -> PTR;
            case 28 -> AAAA;
            case 33 -> SRV;
            case 41 -> OPT;
            case 255 -> ANY;
            default -> OTHER;
        };
    }
}
