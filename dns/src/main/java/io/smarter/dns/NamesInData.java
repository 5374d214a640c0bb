package io.smarter.dns;

/**
 * Where a record's data has names, which may be compressed there: RFC 1035 section 3.3, RFC 2782.
 *
 * @param before bytes ahead of the first one
 * @param count how many follow each other
 */
record NamesInData(int before, int count) {
    private static final NamesInData NONE = new NamesInData(0, 0);
    private static final NamesInData ONE = new NamesInData(0, 1);
    private static final NamesInData TWO = new NamesInData(0, 2);
    private static final NamesInData AFTER_PREFERENCE = new NamesInData(2, 1);
    private static final NamesInData AFTER_PORT = new NamesInData(6, 1);

    static NamesInData of(int type) {
        return switch (type) {
            case 2, 3, 4, 5, 7, 8, 9, 12, 39 -> ONE; // NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME
            case 6, 14, 17 -> TWO; // SOA, MINFO, RP
            case 15, 18, 21, 36 -> AFTER_PREFERENCE; // MX, AFSDB, RT, KX
            case 33 -> AFTER_PORT; // SRV
            default -> NONE;
        };
    }
}
