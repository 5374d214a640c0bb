package io.smarter.gateway;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next try, doubling from ten seconds to five minutes; a quiet time of ten minutes starts
 * it over.
 *
 * @param last when it grew last
 */
record BackOff(Duration delay, Instant last) {
    private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(10), Duration.ofMinutes(5));
    private static final Duration FORGIVEN = Duration.ofMinutes(10);

    /** The back-off after one more try, of which {@code event} is the time that counts. */
    static BackOff next(@Nullable BackOff before, Instant event, Instant now) {
        return new BackOff(PAUSES.after(before == null || before.isOver(event) ? null : before.delay), now);
    }

    /** Until when something that happened at {@code event} keeps the next try waiting. */
    Instant until(Instant event) {
        return isOver(event) ? event : event.plus(delay);
    }

    private boolean isOver(Instant event) {
        return Duration.between(last, event).compareTo(FORGIVEN) > 0;
    }
}
