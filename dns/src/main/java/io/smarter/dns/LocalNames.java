package io.smarter.dns;

import io.smarter.dns.MessageWriter.Section;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Answers from a zone. Safe for use by several threads. */
final class LocalNames {
    /** How long clients may keep a record of ours, or that there is none: names come and go with pods. */
    static final int TTL = 1;

    private static final Outcome WRITTEN = new Outcome.Written(Protocol.NOERROR);
    private static final int MOST_ALIASES = 8;
    private static final int MOST_TARGETS = 32;

    private final Zone zone;
    private final AtomicInteger turn = new AtomicInteger();

    LocalNames(Zone zone) {
        this.zone = zone;
    }

    /** What became of a query. */
    sealed interface Outcome {
        /** The answer is written. */
        record Written(int rcode) implements Outcome {}

        /**
         * Others know.
         *
         * @param name what they are to be asked for
         * @param aliases those of ours that lead there from the name that the client asked for, which are written already
         */
        record Elsewhere(String name, List<ResourceRecord> aliases) implements Outcome {}
    }

    /**
     * Writes an answer into what was begun for the query. On the way of each query there is no switch on patterns, which takes a
     * microsecond where only C1 compiles.
     */
    Outcome answer(Query query, InetAddress asker, MessageWriter writer) {
        var type = query.type();
        var name = query.name();
        var aliases = List.<ResourceRecord>of();
        while (true) {
            var answer = zone.lookup(name, type, asker);
            if (answer instanceof Zone.Answer.NoSuchName) return noSuchName(writer);
            if (type == RecordType.ANY) return minimal(writer);
            if (!(answer instanceof Zone.Answer.Found found)) return new Outcome.Elsewhere(name, aliases);
            writer.flag(Protocol.AA);
            var records = found.records();
            var target = target(records, type);
            if (target == null) return found(records, asker, writer);
            if (aliases.size() == MOST_ALIASES) return new Outcome.Written(Protocol.SERVFAIL);
            aliases = new ArrayList<>(aliases);
            aliases.add(records.getLast());
            writer.add(Section.ANSWER, records.getLast(), TTL);
            name = target;
        }
    }

    private static Outcome noSuchName(MessageWriter writer) {
        writer.flag(Protocol.AA);
        writer.addAuthority(TTL);
        return new Outcome.Written(Protocol.NXDOMAIN);
    }

    /** Where the search goes on; null for nowhere. */
    private static @Nullable String target(List<ResourceRecord> records, RecordType type) {
        boolean alias = !records.isEmpty()
                && records.getLast() instanceof ResourceRecord.Alias
                && type != RecordType.CNAME
                && type != RecordType.ANY;
        return alias ? ((ResourceRecord.Alias) records.getLast()).target() : null;
    }

    private static Outcome minimal(MessageWriter writer) {
        writer.addMinimal(TTL);
        return WRITTEN;
    }

    private Outcome found(List<ResourceRecord> records, InetAddress asker, MessageWriter writer) {
        int count = records.size();
        int first = count > 1 ? Math.floorMod(turn.getAndIncrement(), count) : 0;
        for (int i = 0; i < count; i++) {
            if (!writer.add(Section.ANSWER, records.get((first + i) % count), TTL)) return WRITTEN;
        }
        if (count == 0) writer.addAuthority(TTL);
        else if (records.getFirst() instanceof ResourceRecord.Service) addTargets(records, asker, writer);
        return WRITTEN;
    }

    private void addTargets(List<ResourceRecord> records, InetAddress asker, MessageWriter writer) {
        var targets = new LinkedHashSet<String>();
        for (var record : records) {
            if (record instanceof ResourceRecord.Service service && targets.size() < MOST_TARGETS)
                targets.add(service.target());
        }
        for (var target : targets) {
            addAddresses(target, RecordType.A, asker, writer);
            addAddresses(target, RecordType.AAAA, asker, writer);
        }
    }

    private void addAddresses(String target, RecordType type, InetAddress asker, MessageWriter writer) {
        if (!(zone.lookup(target, type, asker) instanceof Zone.Answer.Found found)) return;
        for (var record : found.records()) {
            if (record instanceof ResourceRecord.Address) writer.add(Section.ADDITIONAL, record, TTL);
        }
    }
}
