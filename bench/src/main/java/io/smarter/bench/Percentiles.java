package io.smarter.bench;

import java.time.Duration;
import java.util.List;

/** Of durations, by the nearest rank. */
record Percentiles(Duration p50, Duration p90, Duration p99) {
    static Percentiles of(List<Duration> durations) {
        var sorted = durations.stream().sorted().toList();
        return new Percentiles(rank(sorted, 50), rank(sorted, 90), rank(sorted, 99));
    }

    private static Duration rank(List<Duration> sorted, int percent) {
        if (sorted.isEmpty()) return Duration.ZERO;
        return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
    }

    /** Three columns of eight, in whole milliseconds. */
    String millis() {
        return "%8d %8d %8d".formatted(p50.toMillis(), p90.toMillis(), p99.toMillis());
    }
}
