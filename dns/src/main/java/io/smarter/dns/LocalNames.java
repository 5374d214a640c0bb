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

    /** Writes an answer into what was begun for the query. */
    Outcome answer(Query query, InetAddress asker, MessageWriter writer) {
        var name = query.name();
        var aliases = List.<ResourceRecord>of();
        while (true) {
            switch (zone.lookup(name, query.type(), asker)) {
                case Zone.Answer.Elsewhere _
                when query.type() == RecordType.ANY -> {
                    return minimal(writer);
                }
                case Zone.Answer.Elsewhere _ -> {
                    return new Outcome.Elsewhere(name, aliases);
                }
                case Zone.Answer.NoSuchName _ -> {
                    writer.flag(Protocol.AA);
                    writer.addAuthority(TTL);
                    return new Outcome.Written(Protocol.NXDOMAIN);
                }
                case Zone.Answer.Found _
                when query.type() == RecordType.ANY -> {
                    return minimal(writer);
                }
                case Zone.Answer.Found(var records) -> {
                    writer.flag(Protocol.AA);
                    var target = target(records, query.type());
                    if (target == null) return found(records, asker, writer);
                    if (aliases.size() == MOST_ALIASES) return new Outcome.Written(Protocol.SERVFAIL);
                    aliases = new ArrayList<>(aliases);
                    aliases.add(records.getLast());
                    writer.add(Section.ANSWER, records.getLast(), TTL);
                    name = target;
                }
            }
        }
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
        return new Outcome.Written(Protocol.NOERROR);
    }

    private Outcome found(List<ResourceRecord> records, InetAddress asker, MessageWriter writer) {
        int count = records.size();
        int first = count > 1 ? Math.floorMod(turn.getAndIncrement(), count) : 0;
        var targets = new LinkedHashSet<String>();
        for (int i = 0; i < count; i++) {
            var record = records.get((first + i) % count);
            if (!writer.add(Section.ANSWER, record, TTL)) return new Outcome.Written(Protocol.NOERROR);
            if (record instanceof ResourceRecord.Service service && targets.size() < MOST_TARGETS)
                targets.add(service.target());
        }
        if (count == 0) writer.addAuthority(TTL);
        for (var target : targets) addAddresses(target, asker, writer);
        return new Outcome.Written(Protocol.NOERROR);
    }

    private void addAddresses(String target, InetAddress asker, MessageWriter writer) {
        for (var type : List.of(RecordType.A, RecordType.AAAA)) {
            if (!(zone.lookup(target, type, asker) instanceof Zone.Answer.Found(var records))) continue;
            for (var record : records) {
                if (record instanceof ResourceRecord.Address) writer.add(Section.ADDITIONAL, record, TTL);
            }
        }
    }
}
