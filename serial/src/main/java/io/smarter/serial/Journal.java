package io.smarter.serial;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What is told to whoever reads the container's log. After a burst it is one line in a while, as clients that come and go must
 * not fill a disk. Lines are concatenated: formatting would load the locale data. Safe for use by many threads.
 */
final class Journal {
    private static final int BURST = 50;
    private static final long PAUSE = 5_000_000_000L;

    private final Consumer<String> out;
    private final LongSupplier clock;
    private int left = BURST;
    private long since;
    private long unsaid;

    /** @param clock such as {@link System#nanoTime} */
    Journal(Consumer<String> out, LongSupplier clock) {
        this.out = out;
        this.clock = clock;
        this.since = clock.getAsLong();
    }

    synchronized void say(String line) {
        long now = clock.getAsLong();
        long earned = (now - since) / PAUSE;
        since += earned * PAUSE;
        left = (int) Math.min(BURST, left + earned);
        if (left == 0) {
            unsaid++;
            return;
        }
        left--;
        out.accept(unsaid == 0 ? line : line + " (" + unsaid + " lines before this were left out)");
        unsaid = 0;
    }
}
