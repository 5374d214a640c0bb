package io.smarter.dns;

import io.smarter.dns.LocalNames.Outcome;
import io.smarter.dns.Tally.Event;
import java.util.function.LongSupplier;

/** Decides what each message gets: an answer of ours, one of other servers later, or none. Safe for use by several threads. */
final class Answers {
    private static final int FIRST_TRANSFER = 251;
    private static final int LAST_TRANSFER = 254;

    private final LocalNames names;
    private final OtherNames others;
    private final RateLimit rate;
    private final Tally tally;
    private final Complaints complaints;
    private final LongSupplier nanoTime;

    Answers(
            LocalNames names,
            OtherNames others,
            RateLimit rate,
            Tally tally,
            Complaints complaints,
            LongSupplier nanoTime) {
        this.names = names;
        this.others = others;
        this.rate = rate;
        this.tally = tally;
        this.complaints = complaints;
        this.nanoTime = nanoTime;
    }

    /** Takes a message, which is at the start of an array that is the caller's again afterwards. Nothing is thrown. */
    void take(byte[] bytes, int length, Client client, Desk desk) {
        tally.add(Event.QUERY);
        try {
            if (!rate.allows(client.address(), nanoTime.getAsLong())) {
                tally.add(Event.LIMITED);
                client.refuse();
            } else if (length < Protocol.HEADER || (bytes[2] & 0x80) != 0) {
                tally.add(Event.MALFORMED);
            } else {
                answer(bytes, length, client, desk);
            }
        } catch (RuntimeException e) {
            tally.add(Event.FAULT);
            complaints.add("query of " + client.address(), e);
            client.send(desk.writer().bytes(), desk.writer().bare(bytes, Protocol.SERVFAIL));
        }
    }

    private void answer(byte[] bytes, int length, Client client, Desk desk) {
        var writer = desk.writer();
        if ((bytes[2] << 8 & Protocol.OPCODE) != 0) {
            client.send(writer.bytes(), writer.bare(bytes, Protocol.NOTIMP));
            return;
        }
        try {
            answer(Query.read(desk.reader().over(bytes, length)), client, writer);
        } catch (MalformedException e) {
            tally.add(Event.MALFORMED);
            client.send(writer.bytes(), writer.bare(bytes, Protocol.FORMERR));
        }
    }

    private void answer(Query query, Client client, MessageWriter writer) {
        writer.begin(query, client.limit(query));
        int refusal = refusal(query);
        if (refusal != Protocol.NOERROR) {
            send(writer, refusal, client);
            return;
        }
        var outcome = names.answer(query, client.address(), writer);
        if (outcome instanceof Outcome.Written written) {
            tally.add(Event.LOCAL);
            send(writer, written.rcode(), client);
        } else if (outcome instanceof Outcome.Elsewhere elsewhere) {
            others.answer(query, elsewhere, client, writer);
        }
    }

    private static int refusal(Query query) {
        if (query.version() > 0) return Protocol.BADVERS;
        if (!query.isInternet()) return Protocol.REFUSED;
        if (query.type() == RecordType.OPT) return Protocol.FORMERR;
        boolean transfer = query.typeCode() >= FIRST_TRANSFER && query.typeCode() <= LAST_TRANSFER;
        return transfer ? Protocol.REFUSED : Protocol.NOERROR;
    }

    private static void send(MessageWriter writer, int rcode, Client client) {
        int length = writer.end(rcode);
        client.send(writer.bytes(), length);
    }
}
