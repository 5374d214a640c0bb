package io.smarter.resources;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Makes rates of counters: of each it keeps the reading before. Not safe for use by several threads. */
final class Rates {
    /** Readings nearer than this to each other make no good rate: the rate before is given again. */
    static final Duration SHORTEST = Duration.ofMillis(400);

    /** A rate over longer than this says nothing about now. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    private record Reading(Instant at, long counter, long rate) {}

    private final Map<String, Reading> last = new HashMap<>();

    /** What the counter of a name grew by in a second since it was last read; negative when it was not, or long ago. */
    long of(String name, Instant at, long counter) {
        var before = last.get(name);
        if (before == null || at.isBefore(before.at) || counter < before.counter) return first(name, at, counter);
        var passed = Duration.between(before.at, at);
        if (passed.compareTo(LONGEST) > 0) return first(name, at, counter);
        if (passed.compareTo(SHORTEST) < 0) return before.rate;
        long rate = (long) ((counter - before.counter) * 1e9 / passed.toNanos());
        last.put(name, new Reading(at, counter, rate));
        return rate;
    }

    private long first(String name, Instant at, long counter) {
        last.put(name, new Reading(at, counter, -1));
        return -1;
    }

    /** Lets go of all other counters. */
    void keepOnly(Set<String> names) {
        last.keySet().retainAll(names);
    }
}
