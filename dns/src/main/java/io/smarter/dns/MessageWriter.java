package io.smarter.dns;

import static io.smarter.dns.Protocol.HEADER;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one answer after the other into a buffer that grows as needed, RFC 1035 section 4. A record that does not fit is left out as a
 * whole; where it is one of the answer itself, the message says that it is truncated. For use by one thread.
 */
final class MessageWriter {
    private static final int SMALL = 512;
    private static final int OPTION = 11;
    private static final int POINTER = 0xc000;
    private static final int RECORD_HEAD = 10;

    /** Sections of a message, by the place of their count. */
    enum Section {
        ANSWER(6),
        AUTHORITY(8),
        ADDITIONAL(10);

        private final int count;

        Section(int count) {
            this.count = count;
        }
    }

    private byte[] buffer = new byte[SMALL];
    private int at;
    private int limit;
    private int flags;
    private boolean plain;
    private boolean extended;
    private boolean dnssecOk;
    private String question = "";

    /** Starts the answer to a query, of a length at most. */
    void begin(Query query, int most) {
        extended = query.extended();
        dnssecOk = query.dnssecOk();
        question = query.name();
        int questionEnd = query.questionEnd();
        limit = most - (extended ? OPTION : 0);
        plain = question.indexOf('\\') < 0;
        System.arraycopy(query.bytes(), 0, buffer, 0, questionEnd); // at most 271 bytes
        put16(4, 1);
        Arrays.fill(buffer, 6, HEADER, (byte) 0);
        at = questionEnd;
        flags = Protocol.QR | Protocol.RA | query.bytes()[2] << 8 & Protocol.RD | query.bytes()[3] & Protocol.CD;
    }

    /** A header without anything else, for a query that is not understood. */
    int bare(byte[] query, int rcode) {
        int asked = (query[2] & 0xff) << 8;
        Arrays.fill(buffer, 0, HEADER, (byte) 0);
        buffer[0] = query[0];
        buffer[1] = query[1];
        put16(2, Protocol.QR | asked & (Protocol.OPCODE | Protocol.RD) | rcode);
        at = HEADER;
        return at;
    }

    byte[] bytes() {
        return buffer;
    }

    void flag(int flag) {
        flags |= flag;
    }

    /** Ends the message; gives its length. */
    int end(int rcode) {
        if (extended) option(rcode);
        put16(2, flags | rcode & Protocol.RCODE);
        return at;
    }

    private void option(int rcode) {
        limit += OPTION;
        room(OPTION);
        buffer[at++] = 0;
        u16(RecordType.OPT.code);
        u16(Protocol.LARGEST_UDP);
        u16(rcode >> 4 << 8);
        u16(dnssecOk ? 0x8000 : 0);
        u16(0);
        count(Section.ADDITIONAL);
    }

    /** Adds a record of a zone; gives whether it fitted. */
    boolean add(Section section, ResourceRecord record, int ttl) {
        int start = at;
        if (record
                instanceof
                ResourceRecord.Address address) // the usual one, without what C1 makes of a switch on patterns
        return done(section, start, address(address.name(), address.address(), ttl));
        boolean fits = switch (record) {
            case ResourceRecord.Address(var name, var address) -> address(name, address, ttl);
            case ResourceRecord.Alias(var name, var target) -> target(name, RecordType.CNAME, target, ttl);
            case ResourceRecord.Pointer(var name, var target) -> target(name, RecordType.PTR, target, ttl);
            case ResourceRecord.Service service -> service(service, ttl);
        };
        return done(section, start, fits);
    }

    private boolean address(String name, InetAddress address, int ttl) {
        var octets = address.getAddress();
        var type = octets.length == 4 ? RecordType.A : RecordType.AAAA;
        if (!head(name, type, ttl) || !room(octets.length)) return false;
        put16(at - 2, octets.length);
        System.arraycopy(octets, 0, buffer, at, octets.length);
        at += octets.length;
        return true;
    }

    private boolean target(String name, RecordType type, String target, int ttl) {
        if (!head(name, type, ttl)) return false;
        int data = at;
        if (!name(target, true)) return false;
        put16(data - 2, at - data);
        return true;
    }

    private boolean service(ResourceRecord.Service service, int ttl) {
        if (!head(service.name(), RecordType.SRV, ttl) || !room(6)) return false;
        int data = at;
        u16(service.priority());
        u16(service.weight());
        u16(service.port());
        if (!name(service.target(), false)) return false; // RFC 2782: not compressed
        put16(data - 2, at - data);
        return true;
    }

    /** Adds the start of authority that a negative answer of ours needs, RFC 2308: of the parent of the name asked for. */
    boolean addAuthority(int ttl) {
        int start = at;
        int dot = question.indexOf('.');
        var parent = dot < 0 || !plain ? "" : question.substring(dot + 1);
        var suffix = parent.isEmpty() ? "" : "." + parent;
        boolean fits = head(parent, RecordType.SOA, ttl);
        int data = at;
        fits = fits && name("ns" + suffix, true) && name("hostmaster" + suffix, true) && room(20);
        if (fits) {
            for (int number : new int[] {1, 7200, 1800, 86400, ttl}) u32(number);
            put16(data - 2, at - data);
        }
        return done(Section.AUTHORITY, start, fits);
    }

    /** Adds what RFC 8482 section 4.2 answers to a query for every type. */
    boolean addMinimal(int ttl) {
        int start = at;
        var text = "\7RFC8482\0".getBytes(StandardCharsets.US_ASCII);
        boolean fits = head(question, 13, ttl) && room(text.length);
        if (fits) {
            put16(at - 2, text.length);
            System.arraycopy(text, 0, buffer, at, text.length);
            at += text.length;
        }
        return done(Section.ANSWER, start, fits);
    }

    /**
     * Adds all that another server said about the name of the question.
     *
     * @param age how many seconds ago it said so
     */
    void addAll(Reply reply, long age) {
        int fitting = reply.records();
        while (fitting > 0 && reply.end(fitting - 1) > limit) fitting--;
        if (fitting < reply.answers() + reply.authorities()) flags |= Protocol.TC;
        if (fitting == 0) return;
        int length = reply.end(fitting - 1) - at;
        ensure(length);
        System.arraycopy(reply.bytes(), at, buffer, at, length);
        at += length;
        for (int i = 0; i < fitting; i++) {
            count(reply.section(i));
            put32(reply.ttlAt(i), reply.ttl(i, age));
        }
    }

    /** Adds what another server said about another name, that aliases led to: names are written out, as they stand elsewhere now. */
    void append(Reply reply, long age) throws MalformedException {
        var from = new MessageReader().over(reply.bytes(), reply.bytes().length);
        for (int i = 0; i < reply.answers() + reply.authorities(); i++) {
            int start = at;
            int type = reply.ttlAt(i) - 4;
            boolean fits = copyName(from, reply.start(i)) && room(RECORD_HEAD);
            if (fits) {
                System.arraycopy(reply.bytes(), type, buffer, at, 4);
                put32(at + 4, reply.ttl(i, age));
                at += RECORD_HEAD;
                fits = copyData(from, from.u16(type), type + RECORD_HEAD, reply.end(i));
            }
            if (!done(reply.section(i), start, fits)) return;
        }
    }

    private boolean copyData(MessageReader from, int type, int data, int end) throws MalformedException {
        var names = NamesInData.of(type);
        int written = at;
        int next = data + names.before();
        if (!copy(from.bytes(), data, names.before())) return false;
        for (int i = 0; i < names.count(); i++) {
            if (!copyName(from, next)) return false;
            next = from.skipName(next);
        }
        if (!copy(from.bytes(), next, end - next)) return false;
        put16(written - 2, at - written);
        return true;
    }

    private boolean copyName(MessageReader from, int place) throws MalformedException {
        int position = place;
        for (int label = from.u8(position); label != 0; label = from.u8(position)) {
            if (label > Protocol.LONGEST_LABEL) {
                position = from.u16(position) & 0x3fff;
                continue;
            }
            if (!copy(from.bytes(), position, label + 1)) return false;
            position += label + 1;
        }
        return copy(new byte[1], 0, 1);
    }

    private boolean copy(byte[] bytes, int from, int length) {
        if (!room(length)) return false;
        System.arraycopy(bytes, from, buffer, at, length);
        at += length;
        return true;
    }

    private boolean done(Section section, int start, boolean fits) {
        if (fits) {
            count(section);
        } else {
            at = start;
            if (section != Section.ADDITIONAL) flags |= Protocol.TC;
        }
        return fits;
    }

    private void count(Section section) {
        put16(section.count, ((buffer[section.count] & 0xff) << 8 | buffer[section.count + 1] & 0xff) + 1);
    }

    private boolean head(String name, RecordType type, int ttl) {
        return head(name, type.code, ttl);
    }

    /** A record up to its data, whose length is still to be put into the two bytes before. */
    private boolean head(String name, int type, int ttl) {
        if (!name(name, true) || !room(RECORD_HEAD)) return false;
        u16(type);
        u16(Protocol.CLASS_IN);
        u32(ttl);
        u16(0);
        return true;
    }

    /** A name; where it ends as the question does, with a pointer there. False where it does not fit or is none. */
    private boolean name(String name, boolean compressed) {
        int start = 0;
        while (start < name.length()) {
            if (compressed && isOfQuestion(name, start)) {
                if (!room(2)) return false;
                u16(POINTER | HEADER + question.length() - (name.length() - start));
                return true;
            }
            int dot = name.indexOf('.', start);
            int end = dot < 0 ? name.length() : dot;
            if (end == start || end - start > Protocol.LONGEST_LABEL || !room(end - start + 1)) return false;
            buffer[at++] = (byte) (end - start);
            for (int i = start; i < end; i++) buffer[at++] = (byte) name.charAt(i);
            start = end + 1;
        }
        if (!room(1)) return false;
        buffer[at++] = 0;
        return true;
    }

    /** Whether the rest of a name is the end of the name asked for, whose bytes are then those at the same distance. */
    private boolean isOfQuestion(String name, int start) {
        int rest = name.length() - start;
        int from = question.length() - rest;
        if (from == 0 && start == 0) return question.equals(name);
        return plain
                && from >= 0
                && (from == 0 || question.charAt(from - 1) == '.')
                && question.regionMatches(from, name, start, rest);
    }

    private boolean room(int more) {
        if (at + more > limit) return false;
        ensure(more);
        return true;
    }

    private void ensure(int more) {
        if (at + more > buffer.length) buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, at + more));
    }

    private void u16(int value) {
        put16(at, value);
        at += 2;
    }

    private void u32(int value) {
        put32(at, value);
        at += 4;
    }

    private void put32(int place, int value) {
        put16(place, value >>> 16);
        put16(place + 2, value);
    }

    private void put16(int place, int value) {
        buffer[place] = (byte) (value >> 8);
        buffer[place + 1] = (byte) value;
    }
}
