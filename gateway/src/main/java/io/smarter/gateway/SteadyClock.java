package io.smarter.gateway;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Time that goes on evenly from where another clock was, whatever happens to that one: for how long something lasts, not for
 * people to read.
 */
record SteadyClock(Instant begin, LongSupplier nanos, long began) implements InstantSource {
    static SteadyClock from(InstantSource clock) {
        return new SteadyClock(clock.instant(), System::nanoTime, System.nanoTime());
    }

    @Override
    public Instant instant() {
        return begin.plusNanos(nanos.getAsLong() - began);
    }
}
