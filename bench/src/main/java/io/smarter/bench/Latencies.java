package io.smarter.bench;

import java.time.Duration;

/** Many durations by their microseconds, the last of which stands for all that are longer. For use by one thread. */
final class Latencies {
    private static final int LONGEST = 1_000_000;

    private final int[] counts = new int[LONGEST + 1];
    private long total;

    void add(long nanos) {
        counts[Math.clamp(nanos / 1000, 0, LONGEST)]++;
        total++;
    }

    void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) counts[i] += other.counts[i];
        total += other.total;
    }

    long total() {
        return total;
    }

    /** By the nearest rank. */
    Duration percentile(int percent) {
        long rank = Math.max(1, (total * percent + 99) / 100);
        int micros = 0;
        for (long seen = counts[0]; seen < rank && micros < LONGEST; seen += counts[micros]) micros++;
        return Duration.ofNanos(micros * 1000L);
    }
}
