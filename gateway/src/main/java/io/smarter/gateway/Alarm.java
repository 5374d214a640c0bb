package io.smarter.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Lets a thread sleep until a time, or until somebody else wants it awake. Safe for use by many threads. */
final class Alarm {
    private final InstantSource clock;
    private boolean rung;

    Alarm(InstantSource clock) {
        this.clock = clock;
    }

    /** Wakes who sleeps, or who will sleep next. */
    synchronized void ring() {
        rung = true;
        notifyAll();
    }

    /**
     * Sleeps until a time, or as long as it may. A clock that is set meanwhile
     * changes nothing.
     */
    synchronized void sleepUntil(@Nullable Instant end, Duration longest) throws InterruptedException {
        long begun = System.nanoTime();
        var time = end == null ? longest : Duration.between(clock.instant(), end);
        long millis = (time.compareTo(longest) < 0 ? time : longest).toMillis() + 1;
        while (!rung) {
            long left = millis - (System.nanoTime() - begun) / 1_000_000;
            if (millis <= 1 || left <= 0) break;
            wait(left);
        }
        rung = false;
    }
}
