package io.smarter.dns;

import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/** Logs faults, once a minute at most, however many there are. Safe for use by several threads. */
final class Complaints {
    private static final System.Logger LOG = System.getLogger(Complaints.class.getName());
    private static final long MINUTE = 60_000_000_000L;

    private final LongSupplier nanoTime;
    private boolean told;
    private long toldAt;
    private long since;

    Complaints(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void add(String where, Throwable fault) {
        since++;
        long now = nanoTime.getAsLong();
        if (told && now - toldAt < MINUTE) return;
        LOG.log(Level.WARNING, "%s: %d faults since the last such line; this one:".formatted(where, since), fault);
        told = true;
        toldAt = now;
        since = 0;
    }
}
