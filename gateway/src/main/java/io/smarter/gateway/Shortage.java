package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.resources.Eviction;
import io.smarter.resources.Exposition;
import io.smarter.resources.Exposition.Kind;
import io.smarter.resources.Observations;
import io.smarter.resources.PodUsage;
import io.smarter.resources.Pressure;
import io.smarter.resources.Readings;
import io.smarter.resources.Signal;
import io.smarter.resources.Signal.Condition;
import io.smarter.resources.Threshold;
import io.smarter.resources.Threshold.Observation;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether the node runs short, and gives up pods for it, one at a time; and pods that take more of the disk than
 * they may. What it looks at costs a fraction of a millisecond, and is looked at the more seldom the more memory there is:
 * so much can't be used up in between. What pods take of the disk is looked at only while one of them is limited.
 */
final class Shortage {
    private static final System.Logger LOG = System.getLogger(Shortage.class.getName());
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** Memory that can be lost in a second without being noticed too late. */
    private static final long LOST_IN_A_SECOND = 256L << 20;

    /** Reading disks may take this part of the time. */
    private static final int DISK_PART = 50;

    private static final Duration GONE = Duration.ofSeconds(30);

    private final Parts parts;
    private final Pressure.Settings settings;
    private final InstantSource clock;
    private final Map<Signal, Long> evictions = new EnumMap<>(Signal.class);
    private volatile Pressure pressure = Pressure.NONE;
    private Instant disksAgain = Instant.EPOCH;

    /**
     * What it works with.
     *
     * @param changed called when conditions of the node changed
     */
    record Parts(
            PodPlaces places,
            Readings readings,
            Observations observations,
            ImageCollector images,
            NodeEvents events,
            Runnable changed) {}

    Shortage(Parts parts, Pressure.Settings settings, InstantSource clock) {
        this.parts = parts;
        this.settings = settings;
        this.clock = clock;
    }

    /** The conditions of the node that hold. */
    Set<Condition> conditions() {
        return pressure.conditions();
    }

    /** Why a pod may not begin to run now; null if it may. */
    @Nullable
    GivenUp refusal(Pod pod) {
        var why = Eviction.refusal(pod, conditions());
        return why == null ? null : GivenUp.refused(Eviction.REASON, why);
    }

    /** Looks until it is interrupted. */
    void run() throws InterruptedException {
        var next = SHORTEST;
        while (true) {
            Thread.sleep(next);
            try {
                next = look();
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "not looked for a shortage", e);
                next = LONGEST;
            }
        }
    }

    /** Looks once, and does what has to be done; gives the time until it is to look again. */
    Duration look() throws IOException, InterruptedException {
        var now = clock.instant();
        var observed = parts.observations().look(now);
        var before = pressure.conditions();
        pressure = pressure.next(observed, settings, now);
        if (!before.equals(pressure.conditions())) parts.changed().run();
        if (endExcess(now)) return SHORTEST;
        if (!pressure.due().isEmpty() && relieve(pressure.due().getFirst(), observed)) return SHORTEST;
        return next(observed);
    }

    private Duration next(Map<Signal, Observation> observed) {
        if (!pressure.since().isEmpty()) return SHORTEST;
        var memory = observed.get(Signal.MEMORY);
        if (memory == null) return LONGEST;
        long left = memory.available() - settings.hard(Signal.MEMORY, memory.capacity());
        long seconds = Math.clamp(left / LOST_IN_A_SECOND, SHORTEST.toSeconds(), LONGEST.toSeconds());
        return Duration.ofSeconds(seconds);
    }

    // ---- what the node is short of

    /** Makes room: of a disk at first by what nobody needs, then by a pod. Says whether one was evicted. */
    private boolean relieve(Threshold threshold, Map<Signal, Observation> observed)
            throws IOException, InterruptedException {
        var signal = threshold.signal();
        var text = "Attempting to reclaim " + signal.resource();
        parts.events().record(EventLog.Kind.WARNING, "EvictionThresholdMet", text);
        if (signal.condition() == Condition.DISK && reclaimed(threshold)) return false;
        boolean disk = signal.condition() == Condition.DISK;
        var usage = parts.readings().read(parts.places().running(disk), 0, disk);
        for (var pod : Eviction.ranked(signal, usage.pods())) {
            var seen = observed.get(signal);
            var message = seen == null ? text : Eviction.message(threshold, seen, pod);
            if (!evict(pod, message, threshold.isHard() ? Duration.ZERO : settings.longestGrace())) continue;
            evictions.merge(signal, 1L, Long::sum);
            return true;
        }
        LOG.log(Level.WARNING, "the node is low on {0}, and no pod can be evicted", signal.resource());
        return false;
    }

    /** Deletes dead containers of pods that are over and images that nothing uses; says whether that was enough. */
    private boolean reclaimed(Threshold threshold) throws IOException {
        boolean images = threshold.signal() == Signal.IMAGE_DISK || threshold.signal() == Signal.IMAGE_INODES;
        if (!images && parts.observations().imagesApart()) return false;
        parts.places().removeDead();
        parts.images().free(Long.MAX_VALUE);
        pressure = pressure.next(parts.observations().look(clock.instant()), settings, clock.instant());
        return !pressure.since().containsKey(threshold);
    }

    // ---- what single pods take

    private boolean endExcess(Instant now) throws IOException, InterruptedException {
        if (now.isBefore(disksAgain)) return false;
        var limited = parts.places().pods().all().stream()
                .map(PodWorker::pod)
                .anyMatch(pod -> !Plan.isOver(pod) && Readings.isLimited(pod));
        if (!limited) return false;
        long begun = System.nanoTime();
        var places = parts.places().running(true).stream()
                .filter(place -> Readings.isLimited(place.pod()))
                .toList();
        var usages = parts.readings().disks(places);
        var took = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(DISK_PART);
        disksAgain = now.plus(took.compareTo(LONGEST) > 0 ? took : LONGEST);
        return endExcess(usages);
    }

    private boolean endExcess(List<PodUsage> usages) throws InterruptedException {
        boolean evicted = false;
        for (var pod : usages) {
            var message = Eviction.excess(pod);
            if (message != null) evicted |= evict(pod, message, Duration.ZERO);
        }
        return evicted;
    }

    /** Ends a pod and waits until nothing of it runs, as what it held is only then free. */
    private boolean evict(PodUsage usage, String message, Duration grace) throws InterruptedException {
        var worker = parts.places().pods().of(usage.pod());
        if (worker == null || Eviction.isCritical(usage.pod()) || !worker.evict(message, grace)) return false;
        LOG.log(Level.WARNING, "pod {0} evicted: {1}", usage.pod().key(), message);
        var end = clock.instant().plus(GONE).plus(grace);
        while (worker.seen().instances().stream().anyMatch(Observed.Instance::isRunning)
                && clock.instant().isBefore(end)) Thread.sleep(100);
        return true;
    }

    void addTo(Exposition figures) {
        evictions.forEach((signal, count) ->
                figures.add(Kind.COUNTER, "kubelet_evictions", count, "eviction_signal", signal.text()));
    }
}
