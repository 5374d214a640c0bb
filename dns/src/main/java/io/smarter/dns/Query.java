package io.smarter.dns;

import static io.smarter.dns.Protocol.CLASS_IN;
import static io.smarter.dns.Protocol.HEADER;

import java.util.Arrays;

/**
 * One question of a client, RFC 1035 section 4.1 with RFC 6891. It shows the client's own bytes, which are those of a buffer that is
 * used again: {@link #kept} has its own.
 */
final class Query {
    private static final int TYPE_AND_CLASS = 4;
    private static final int DNSSEC_OK = 0x8000;
    private static final int AFTER_OWNER = 10;

    private final byte[] bytes;
    private final int questionEnd;
    private final String name;
    private final int flags;
    private final int type;
    private final int questionClass;
    private final boolean extended;
    private final int udpSize;
    private final int version;
    private final boolean dnssecOk;

    private Query(MessageReader from) throws MalformedException {
        bytes = from.bytes();
        flags = from.flags();
        if (from.count(0) != 1) throw new MalformedException("not one question");
        name = from.name(HEADER);
        int nameEnd = from.nameEnd();
        type = from.u16(nameEnd);
        questionClass = from.u16(nameEnd + 2);
        questionEnd = nameEnd + TYPE_AND_CLASS;
        int option = findOption(from);
        extended = option >= 0;
        udpSize = extended ? from.u16(option + 2) : 0;
        version = extended ? from.u8(option + 5) : 0;
        dnssecOk = extended && (from.u16(option + 6) & DNSSEC_OK) != 0;
    }

    private Query(Query other) {
        bytes = Arrays.copyOf(other.bytes, other.questionEnd);
        questionEnd = other.questionEnd;
        name = other.name;
        flags = other.flags;
        type = other.type;
        questionClass = other.questionClass;
        extended = other.extended;
        udpSize = other.udpSize;
        version = other.version;
        dnssecOk = other.dnssecOk;
    }

    /** Reads a message that is at least a header and no answer. */
    static Query read(MessageReader from) throws MalformedException {
        return new Query(from);
    }

    /** Where the type of the OPT record is, after every record was looked at; -1 for none. */
    private int findOption(MessageReader from) throws MalformedException {
        int option = -1;
        int at = questionEnd;
        for (int section = 1; section <= 3; section++) {
            for (int left = from.count(section); left > 0; left--) {
                int afterName = from.skipName(at);
                if (from.u16(afterName) == RecordType.OPT.code) {
                    if (option >= 0 || section != 3 || afterName != at + 1)
                        throw new MalformedException("OPT record out of place");
                    option = afterName;
                }
                at = afterName + AFTER_OWNER + from.u16(afterName + 8);
                if (at > afterName + AFTER_OWNER) from.u8(at - 1);
            }
        }
        return option;
    }

    /** The same with bytes of its own. */
    Query kept() {
        return new Query(this);
    }

    /** The message; of the kept one the header and the question only. */
    byte[] bytes() {
        return bytes;
    }

    int questionEnd() {
        return questionEnd;
    }

    /** In lower case and without the last dot. */
    String name() {
        return name;
    }

    int typeCode() {
        return type;
    }

    RecordType type() {
        return RecordType.of(type);
    }

    boolean isInternet() {
        return questionClass == CLASS_IN;
    }

    boolean wantsRecursion() {
        return (flags & Protocol.RD) != 0;
    }

    boolean checkingDisabled() {
        return (flags & Protocol.CD) != 0;
    }

    /** Whether it came with an OPT record. */
    boolean extended() {
        return extended;
    }

    int version() {
        return version;
    }

    boolean dnssecOk() {
        return dnssecOk;
    }

    /** The most bytes that the client takes by UDP and we send so. */
    int udpLimit() {
        return Math.clamp(udpSize, Protocol.PLAIN_UDP, Protocol.LARGEST_UDP);
    }
}
