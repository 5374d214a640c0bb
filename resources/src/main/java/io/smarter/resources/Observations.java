package io.smarter.resources;

import io.smarter.linux.Cgroups;
import io.smarter.linux.DiskSpace;
import io.smarter.linux.Load;
import io.smarter.linux.Memory;
import io.smarter.resources.Threshold.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Looks at what can run short, for as little as that can be had: a few files of the kernel and a system call for each
 * disk. Inodes take a program, so they are looked at once a minute. Not safe for use by several threads.
 */
public final class Observations {
    private static final Duration INODES = Duration.ofMinutes(1);
    private static final String ALL_PODS = "kubepods";

    private final Readings.Places places;
    private final Cgroups groups;
    private final Set<Signal> wanted;
    private final Map<Signal, Observation> inodes = new EnumMap<>(Signal.class);
    private Instant inodesAt = Instant.EPOCH;

    /** @param wanted what there are thresholds for; of other things nothing is read */
    public Observations(Readings.Places places, Cgroups groups, Set<Signal> wanted) {
        this.places = places;
        this.groups = groups;
        this.wanted = Set.copyOf(wanted);
    }

    /** Whether images have a disk of their own. */
    public boolean imagesApart() throws IOException {
        return !Files.getAttribute(places.disk(), "unix:dev").equals(Files.getAttribute(places.images(), "unix:dev"));
    }

    /** How much there is now. */
    public Map<Signal, Observation> look(Instant now) throws IOException {
        var observed = new EnumMap<Signal, Observation>(Signal.class);
        if (wanted.contains(Signal.MEMORY)) {
            var memory = Memory.of(places.proc());
            observed.put(Signal.MEMORY, new Observation(memory.available(), memory.total()));
        }
        if (wanted.contains(Signal.ALLOCATABLE_MEMORY)) allocatable(observed);
        if (wanted.contains(Signal.PIDS)) {
            long most = Load.mostTasks(places.proc());
            observed.put(Signal.PIDS, new Observation(most - Load.tasks(places.proc()), most));
        }
        if (wanted.contains(Signal.NODE_DISK)) observed.put(Signal.NODE_DISK, bytes(places.disk()));
        if (wanted.contains(Signal.IMAGE_DISK)) observed.put(Signal.IMAGE_DISK, bytes(places.images()));
        if (!inodesAt.plus(INODES).isAfter(now)) {
            inodesAt = now;
            if (wanted.contains(Signal.NODE_INODES)) inodes(Signal.NODE_INODES, places.disk());
            if (wanted.contains(Signal.IMAGE_INODES)) inodes(Signal.IMAGE_INODES, places.images());
        }
        observed.putAll(inodes);
        return observed;
    }

    private void allocatable(Map<Signal, Observation> observed) {
        var pods = groups.usage(ALL_PODS);
        if (pods == null || pods.memoryLimit() == 0) return;
        long limit = pods.memoryLimit();
        observed.put(Signal.ALLOCATABLE_MEMORY, new Observation(limit - pods.workingSet(), limit));
    }

    private static Observation bytes(Path path) {
        var space = DiskSpace.bytesOf(path);
        return new Observation(space.available(), space.capacity());
    }

    /** A disk without a limit of inodes has enough of them. */
    private void inodes(Signal signal, Path path) throws IOException {
        var space = DiskSpace.of(path);
        if (space.inodes() > 0) inodes.put(signal, new Observation(space.inodesFree(), space.inodes()));
    }
}
