package io.smarter.controllers;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a controller did and has not yet seen in its copy of the cluster. As long as something is missing the copy is too
 * old to decide by: deciding all the same is how duplicates are made. What never comes, because it was made and removed
 * while the watch was broken, is given up after a while. Safe for use by many threads.
 */
final class Expectations {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<String, Map<String, Expected>> byOwner = new HashMap<>();

    private record Expected(boolean gone, Instant until) {}

    Expectations(InstantSource clock) {
        this.clock = clock;
    }

    /** An object is about to be created; to be called before it is. */
    void expectThere(String owner, String object) {
        expect(owner, object, false);
    }

    /** An object is about to be deleted; to be called before it is. */
    void expectGone(String owner, String object) {
        expect(owner, object, true);
    }

    private synchronized void expect(String owner, String object, boolean gone) {
        var until = clock.instant().plus(PATIENCE);
        byOwner.computeIfAbsent(owner, _ -> new HashMap<>()).put(object, new Expected(gone, until));
    }

    /**
     * An object was seen.
     *
     * @param gone it is deleted or terminates
     */
    synchronized void seen(String owner, String object, boolean gone) {
        var expected = byOwner.get(owner);
        if (expected == null) return;
        var that = expected.get(object);
        if (that == null || that.gone && !gone) return;
        expected.remove(object);
        if (expected.isEmpty()) byOwner.remove(owner);
    }

    /** What was expected did not happen. */
    synchronized void giveUp(String owner, String object) {
        seen(owner, object, true);
    }

    synchronized void forget(String owner) {
        byOwner.remove(owner);
    }

    /** Empty if everything was seen; otherwise when to ask again at the latest. */
    synchronized Optional<Duration> open(String owner) {
        var expected = byOwner.get(owner);
        if (expected == null) return Optional.empty();
        var now = clock.instant();
        expected.values().removeIf(one -> !one.until.isAfter(now));
        if (expected.isEmpty()) byOwner.remove(owner);
        return expected.values().stream()
                .map(one -> Duration.between(now, one.until))
                .min(Duration::compareTo);
    }
}
