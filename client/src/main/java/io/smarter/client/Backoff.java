package io.smarter.client;

import java.util.concurrent.ThreadLocalRandom;

/** Waits that double from 0.2 s to a limit, each shortened at random by up to half, so that a fleet does not return in step. */
public final class Backoff {
    private static final long FIRST_MILLIS = 200;

    private final long limitMillis;
    private long nextMillis = FIRST_MILLIS;

    public Backoff(long limitMillis) {
        this.limitMillis = limitMillis;
    }

    /** How long to wait now. */
    public long nextMillis() {
        long now = nextMillis;
        nextMillis = Math.min(limitMillis, 2 * now);
        return ThreadLocalRandom.current().nextLong(now / 2, now + 1);
    }

    /** Something worked: the next wait is short again. */
    public void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
