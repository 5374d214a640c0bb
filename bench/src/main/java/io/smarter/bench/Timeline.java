package io.smarter.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** When one deployment was asked for and when each of its stages ended, all by this machine's clock. */
record Timeline(Instant asked, Map<Stage, Instant> ends) {
    /**
     * How long each stage took. Two observers may see two ends in the wrong order when they are less than a thread's
     * wake-up apart: a stage is never shorter than nothing.
     */
    Map<Stage, Duration> parts() {
        var parts = new EnumMap<Stage, Duration>(Stage.class);
        var begin = asked;
        for (var stage : Stage.values()) {
            var end = ends.getOrDefault(stage, begin);
            parts.put(stage, end.isAfter(begin) ? Duration.between(begin, end) : Duration.ZERO);
            if (end.isAfter(begin)) begin = end;
        }
        return parts;
    }

    Duration until(Stage stage) {
        return Duration.between(asked, ends.getOrDefault(stage, asked));
    }
}
