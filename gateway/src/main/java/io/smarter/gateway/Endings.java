package io.smarter.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ended of a pod. The runtime says so a moment before it shows it, so it is looked at until it does: one that ended at
 * once is first shown as not started, then as running. Safe for use by many threads.
 */
final class Endings {
    private static final Duration SHOWN = Duration.ofSeconds(5);
    private static final Duration GLANCE = Duration.ofMillis(20);

    private final Map<String, Instant> ended = new HashMap<>();

    /** Notes that a container or sandbox ended. */
    synchronized void add(String id, Instant now) {
        ended.put(id, now.plus(SHOWN));
    }

    /** When to look again: as planned, or soon while something that ended is still shown as running. */
    synchronized @Nullable Instant sooner(Observed found, @Nullable Instant planned, Instant now) {
        ended.entrySet().removeIf(entry -> now.isAfter(entry.getValue()) || found.showsEnd(entry.getKey()));
        return ended.keySet().stream().anyMatch(found::shows) ? now.plus(GLANCE) : planned;
    }
}
