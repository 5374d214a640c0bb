package io.smarter.dns;

import java.io.ByteArrayOutputStream;

/**
 * A question to other servers; what they say depends on nothing else.
 *
 * @param name as {@link MessageReader#name} gives it
 */
record QuestionKey(String name, int type, boolean dnssecOk, boolean checkingDisabled) {
    static QuestionKey of(Query query, String name) {
        return new QuestionKey(name, query.typeCode(), query.dnssecOk(), query.checkingDisabled());
    }

    /* Written out: what the JDK makes for a record takes a microsecond where only C1 compiles, and each query needs it. */
    @Override
    public int hashCode() {
        return 31 * name.hashCode() + type;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuestionKey key
                && key.type == type
                && key.dnssecOk == dnssecOk
                && key.checkingDisabled == checkingDisabled
                && key.name.equals(name);
    }

    /**
     * The message that asks it.
     *
     * @param extended whether with an OPT record, without which some old servers are
     * @throws IllegalArgumentException if the name is none
     */
    byte[] message(int id, boolean extended) {
        var out = new ByteArrayOutputStream(64);
        u16(out, id);
        u16(out, Protocol.RD | (checkingDisabled ? Protocol.CD : 0));
        u16(out, 1);
        u16(out, 0);
        u16(out, 0);
        u16(out, extended ? 1 : 0);
        writeName(out);
        u16(out, type);
        u16(out, Protocol.CLASS_IN);
        if (extended) {
            out.write(0);
            u16(out, RecordType.OPT.code);
            u16(out, Protocol.LARGEST_UDP);
            u16(out, 0);
            u16(out, dnssecOk ? 0x8000 : 0);
            u16(out, 0);
        }
        return out.toByteArray();
    }

    private void writeName(ByteArrayOutputStream out) {
        var label = new ByteArrayOutputStream(Protocol.LONGEST_LABEL);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') writeLabel(label, out);
            else label.write(c == '\\' ? name.charAt(++i) : c);
        }
        if (!name.isEmpty()) writeLabel(label, out);
        out.write(0);
        if (out.size() - Protocol.HEADER > Protocol.LONGEST_NAME)
            throw new IllegalArgumentException("name '%s' is longer than %d".formatted(name, Protocol.LONGEST_NAME));
    }

    private void writeLabel(ByteArrayOutputStream label, ByteArrayOutputStream out) {
        if (label.size() == 0 || label.size() > Protocol.LONGEST_LABEL)
            throw new IllegalArgumentException("name '%s' has a label of %d bytes; 1 to %d may be"
                    .formatted(name, label.size(), Protocol.LONGEST_LABEL));
        out.write(label.size());
        out.writeBytes(label.toByteArray());
        label.reset();
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
