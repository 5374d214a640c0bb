package io.smarter.dns;

import static io.smarter.dns.Protocol.HEADER;

import io.smarter.dns.MessageWriter.Section;
import java.util.Arrays;

/**
 * What another server said, looked through to its end: its bytes without the OPT record and what came after that, and where the time to
 * live of each record is. Immutable.
 */
final class Reply {
    private static final int LONGEST_POSITIVE = 86_400;
    private static final int LONGEST_NEGATIVE = 900;
    private static final int STALE_TTL = 30;
    private static final int AFTER_OWNER = 10;
    private static final int SOA_NUMBERS = 20;
    private static final int TYPE_TO_TTL = 4;
    private static final int TTL_TO_DATA = 6;

    private final byte[] bytes;
    private final char[] ttls;
    private final int answers;
    private final int authorities;
    private final int questionEnd;
    private final int rcode;
    private final boolean extended;
    private final int seconds;

    private Reply(Scan scan) throws MalformedException {
        answers = scan.counts[0];
        authorities = scan.counts[1];
        questionEnd = scan.questionEnd;
        rcode = scan.rcode;
        extended = scan.extended;
        bytes = Arrays.copyOf(scan.from.bytes(), scan.end);
        ttls = Arrays.copyOf(scan.ttls, scan.records);
        seconds = scan.seconds();
    }

    /**
     * Reads an answer with one question.
     *
     * @throws MalformedException if a count, length or pointer of it does not fit
     */
    static Reply read(MessageReader from) throws MalformedException {
        return new Reply(new Scan(from));
    }

    /** Whether this says something about the name, rather than about the server. */
    boolean isAnswer() {
        return rcode == Protocol.NOERROR || rcode == Protocol.NXDOMAIN;
    }

    int rcode() {
        return rcode;
    }

    /** Whether it had an OPT record. */
    boolean extended() {
        return extended;
    }

    boolean truncated() {
        return (bytes[2] << 8 & Protocol.TC) != 0;
    }

    /** How long it may be kept, RFC 2308 section 5 for what is not there; 0 for not at all. */
    int seconds() {
        return seconds;
    }

    /** The message; its question ends where that of every query for the same name does. */
    byte[] bytes() {
        return bytes;
    }

    int records() {
        return ttls.length;
    }

    /** How many of the records are the answer. */
    int answers() {
        return answers;
    }

    /** How many follow that tell of the authority. */
    int authorities() {
        return authorities;
    }

    /** Where the time to live of a record is; its type and class are before, its data after. */
    int ttlAt(int record) {
        return ttls[record];
    }

    /** What a record's time to live is some seconds later; of one whose time is over that of RFC 8767 section 4. */
    int ttl(int record, long age) {
        if (age >= seconds && seconds > 0) return STALE_TTL;
        int at = ttls[record];
        int ttl = bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
        return (int) Math.max(0, ttl - age);
    }

    Section section(int record) {
        if (record < answers) return Section.ANSWER;
        return record < answers + authorities ? Section.AUTHORITY : Section.ADDITIONAL;
    }

    int start(int record) {
        return record == 0 ? questionEnd : end(record - 1);
    }

    int end(int record) {
        int length = ttls[record] + TYPE_TO_TTL;
        return ttls[record] + TTL_TO_DATA + ((bytes[length] & 0xff) << 8 | bytes[length + 1] & 0xff);
    }

    /** How much memory it takes, about. */
    int size() {
        return bytes.length + 2 * ttls.length;
    }

    /** One look through a message. */
    private static final class Scan {
        private final MessageReader from;
        private final int questionEnd;
        private final int questionType;
        private final int[] counts = new int[3];
        private char[] ttls = new char[16];
        private int records;
        private int end;
        private int rcode;
        private boolean extended;
        private boolean answered;
        private long positive = LONGEST_POSITIVE;
        private long negative;

        Scan(MessageReader from) throws MalformedException {
            this.from = from;
            if (from.count(0) != 1) throw new MalformedException("not one question");
            int nameEnd = from.skipName(HEADER);
            questionType = from.u16(nameEnd);
            questionEnd = nameEnd + 4;
            end = questionEnd;
            rcode = from.flags() & Protocol.RCODE;
            from.u8(end - 1);
            for (int section = 0; section < 3; section++) {
                for (int left = from.count(section + 1); left > 0 && !extended; left--) record(section);
            }
        }

        private void record(int section) throws MalformedException {
            int type = from.skipName(end);
            if (section == 2 && from.u16(type) == RecordType.OPT.code) {
                rcode |= from.u8(type + TYPE_TO_TTL) << 4;
                from.u16(type + 8);
                extended = true;
                return;
            }
            int data = type + AFTER_OWNER;
            int next = data + from.u16(type + 8);
            if (next > data) from.u8(next - 1);
            checkData(from.u16(type), data, next);
            note(section, type, next);
            counts[section]++;
            end = next;
        }

        private void checkData(int type, int data, int next) throws MalformedException {
            if (type == RecordType.A.code && next - data != 4 || type == RecordType.AAAA.code && next - data != 16)
                throw new MalformedException("address of a wrong length");
            var names = NamesInData.of(type);
            int at = data + names.before();
            for (int i = 0; i < names.count(); i++) at = from.skipName(at);
            int after = type == RecordType.SOA.code ? SOA_NUMBERS : 0;
            if (names.count() > 0 && at + after != next)
                throw new MalformedException("names do not end where their record does");
        }

        private void note(int section, int type, int next) throws MalformedException {
            if (records == ttls.length) ttls = Arrays.copyOf(ttls, 2 * records);
            ttls[records++] = (char) (type + TYPE_TO_TTL);
            long ttl = from.u32(type + TYPE_TO_TTL);
            if (ttl > Integer.MAX_VALUE) ttl = 0; // RFC 2181 section 8
            if (section == 0) {
                positive = Math.min(positive, ttl);
                answered |= from.u16(type) == questionType;
            }
            if (section == 1 && from.u16(type) == RecordType.SOA.code)
                negative = Math.min(LONGEST_NEGATIVE, Math.min(ttl, from.u32(next - 4)));
        }

        int seconds() {
            if (rcode == Protocol.NOERROR && answered) return (int) positive;
            return rcode == Protocol.NOERROR || rcode == Protocol.NXDOMAIN ? (int) Math.min(positive, negative) : 0;
        }
    }
}
