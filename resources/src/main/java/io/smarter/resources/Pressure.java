package io.smarter.resources;

import io.smarter.resources.Signal.Condition;
import io.smarter.resources.Threshold.Amount;
import io.smarter.resources.Threshold.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Of what a node is short, and since when: a pure function of what is observed and what was before.
 *
 * @param since when each threshold that is passed was found so first
 * @param seen when each condition was found last
 * @param due the thresholds because of which pods are to be evicted, memory first
 */
public record Pressure(Map<Threshold, Instant> since, Map<Condition, Instant> seen, List<Threshold> due) {
    /** Short of nothing. */
    public static final Pressure NONE = new Pressure(Map.of(), Map.of(), List.of());

    /**
     * How shortage is dealt with.
     *
     * @param reclaims how much above its threshold something must be until there is enough again
     * @param transition how long a condition holds on after it was seen last
     * @param longestGrace how long pods may take to end that are evicted by a soft threshold
     */
    public record Settings(
            List<Threshold> thresholds, Map<Signal, Amount> reclaims, Duration transition, Duration longestGrace) {
        /** As the kubelet's. */
        public static final Settings USUAL =
                new Settings(Threshold.hard(Threshold.USUAL), Map.of(), Duration.ofMinutes(5), Duration.ZERO);

        public Settings {
            thresholds = List.copyOf(thresholds);
            reclaims = Map.copyOf(reclaims);
        }

        /** With the hard threshold of memory for what pods may have of it, too. */
        public Settings withAllocatable() {
            var more = new ArrayList<>(thresholds);
            for (var threshold : thresholds)
                if (threshold.signal() == Signal.MEMORY && threshold.isHard())
                    more.add(new Threshold(Signal.ALLOCATABLE_MEMORY, threshold.amount(), threshold.grace()));
            return new Settings(more, reclaims, transition, longestGrace);
        }

        /** How much a hard threshold keeps free of a capacity; 0 if there is none. */
        public long hard(Signal signal, long capacity) {
            return thresholds.stream()
                    .filter(threshold -> threshold.signal() == signal && threshold.isHard())
                    .mapToLong(threshold -> threshold.amount().of(capacity))
                    .max()
                    .orElse(0);
        }

        /** What there are thresholds for. */
        public Set<Signal> signals() {
            return thresholds.stream().map(Threshold::signal).collect(Collectors.toSet());
        }
    }

    /** What follows from the next observations. What was not observed counts as enough. */
    public Pressure next(Map<Signal, Observation> observed, Settings settings, Instant now) {
        var passed = new HashMap<Threshold, Instant>();
        for (var threshold : settings.thresholds()) {
            var observation = observed.get(threshold.signal());
            if (observation == null) continue;
            long least = threshold.amount().of(observation.capacity());
            var reclaim = settings.reclaims().get(threshold.signal());
            if (due.contains(threshold) && reclaim != null) least += reclaim.of(observation.capacity());
            if (observation.available() < least) passed.put(threshold, since.getOrDefault(threshold, now));
        }
        var last = new EnumMap<Condition, Instant>(Condition.class);
        last.putAll(seen);
        passed.keySet().forEach(threshold -> last.put(threshold.signal().condition(), now));
        last.values().removeIf(at -> !at.plus(settings.transition()).isAfter(now) && !at.equals(now));
        var act = new ArrayList<Threshold>();
        passed.forEach((threshold, at) -> {
            if (!at.plus(threshold.grace()).isAfter(now)) act.add(threshold);
        });
        act.sort(Comparator.comparing((Threshold threshold) -> threshold.signal())
                .thenComparing(Threshold::grace));
        return new Pressure(Map.copyOf(passed), Map.copyOf(last), List.copyOf(act));
    }

    /** The conditions that hold. */
    public Set<Condition> conditions() {
        return new HashSet<>(seen.keySet());
    }
}
