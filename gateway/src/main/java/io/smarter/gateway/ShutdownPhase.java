package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.resources.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What happens at one point of a node's shutdown, as a kubelet's {@code shutdownGracePeriodByPodPriority} says it: pods of
 * this priority and above, up to the next phase's, end together.
 *
 * @param grace how long they may take, whatever they ask for
 */
public record ShutdownPhase(long priority, Duration grace) {
    /** Applications get twenty seconds, and then those that the system needs ten. */
    public static final String USUAL = "0=20s,2000000000=10s";

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST = 16;

    public ShutdownPhase {
        if (grace.isNegative() || grace.compareTo(LONGEST) > 0)
            throw new IllegalArgumentException(
                    "shutdown grace period of priority %d: must be 0s to 1h, was %s".formatted(priority, grace));
    }

    /**
     * Reads phases written as {@code PRIORITY=TIME,…}; they come lowest priority first, whatever their order was.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static List<ShutdownPhase> parse(String text) {
        var phases = new ArrayList<ShutdownPhase>();
        for (var part : text.split(",", -1)) phases.add(phase(part.strip()));
        phases.sort(Comparator.comparingLong(ShutdownPhase::priority));
        for (int i = 1; i < phases.size(); i++) {
            if (phases.get(i).priority == phases.get(i - 1).priority)
                throw new IllegalArgumentException(
                        "shutdown phases: priority %d is there twice".formatted(phases.get(i).priority));
        }
        if (phases.size() > MOST)
            throw new IllegalArgumentException(
                    "shutdown phases: must be at most %d, were %d".formatted(MOST, phases.size()));
        return List.copyOf(phases);
    }

    private static ShutdownPhase phase(String text) {
        int equals = text.indexOf('=');
        try {
            if (equals > 0)
                return new ShutdownPhase(
                        Long.parseLong(text.substring(0, equals)), Durations.parse(text.substring(equals + 1)));
        } catch (NumberFormatException e) {
            // Said below, with what has no number at all.
        }
        throw new IllegalArgumentException(
                "shutdown phase: must be PRIORITY=TIME as in 0=20s, was '%s'".formatted(text));
    }

    /** The sum of all phases, which is the longest that a shutdown takes. */
    public static Duration total(List<ShutdownPhase> phases) {
        return phases.stream().map(ShutdownPhase::grace).reduce(Duration.ZERO, Duration::plus);
    }

    /** The phase of a pod, by its index: the last one that is not above its priority, or the first one. */
    static int of(List<ShutdownPhase> phases, Pod pod) {
        long priority = pod.spec().number(0, "priority");
        int found = 0;
        for (int i = 0; i < phases.size(); i++) if (phases.get(i).priority <= priority) found = i;
        return found;
    }
}
