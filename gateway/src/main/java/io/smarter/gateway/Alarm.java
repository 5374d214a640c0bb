package io.smarter.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

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

    synchronized void sleepUntil(Instant end) throws InterruptedException {
        while (!rung) {
            long millis = Duration.between(clock.instant(), end).toMillis() + 1;
            if (millis <= 1) break;
            wait(millis);
        }
        rung = false;
    }
}
