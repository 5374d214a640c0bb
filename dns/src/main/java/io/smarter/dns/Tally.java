package io.smarter.dns;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a server does. Safe for use by several threads. */
final class Tally {
    /** What is counted; {@link Counters} says what each means. */
    enum Event {
        QUERY,
        LOCAL,
        HIT,
        STALE,
        UPSTREAM,
        FAILURE,
        LIMITED,
        MALFORMED,
        FAULT
    }

    private final Map<Event, LongAdder> adders = new EnumMap<>(Event.class);

    Tally() {
        for (var event : Event.values()) adders.put(event, new LongAdder());
    }

    void add(Event event) {
        var adder = adders.get(event);
        if (adder != null) adder.increment();
    }

    private long of(Event event) {
        var adder = adders.get(event);
        return adder == null ? 0 : adder.sum();
    }

    Counters counters() {
        return new Counters(
                of(Event.QUERY),
                of(Event.LOCAL),
                of(Event.HIT),
                of(Event.STALE),
                of(Event.UPSTREAM),
                of(Event.FAILURE),
                of(Event.LIMITED),
                of(Event.MALFORMED),
                of(Event.FAULT));
    }
}
