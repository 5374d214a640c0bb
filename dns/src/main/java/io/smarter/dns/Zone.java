package io.smarter.dns;

import java.net.InetAddress;
import java.util.List;

/** The names that a server answers for itself. Called by many threads, for each query; must answer at once. */
@FunctionalInterface
public interface Zone {
    /** What a zone says. */
    sealed interface Answer {
        /** The name is not of this zone: other servers are asked. */
        record Elsewhere() implements Answer {}

        /** The name would be of this zone, and is not there. */
        record NoSuchName() implements Answer {}

        /** What there is of the name and type, in the order in which it is told; none where only other types are. */
        record Found(List<ResourceRecord> records) implements Answer {
            public Found {
                records = List.copyOf(records);
            }
        }
    }

    /**
     * Looks a name up.
     *
     * @param name in lower case, without the last dot; empty for the root
     * @param asker the address that the query came from
     */
    Answer lookup(String name, RecordType type, InetAddress asker);
}
