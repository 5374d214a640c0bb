package io.smarter.resources;

import io.smarter.api.Pod;
import io.smarter.api.Quantity;
import io.smarter.api.Volume;
import io.smarter.api.Volume.Source;
import io.smarter.linux.Cgroups;
import io.smarter.linux.DiskSpace;
import io.smarter.linux.DiskSpace.Taken;
import io.smarter.linux.GroupUsage;
import io.smarter.linux.Load;
import io.smarter.linux.Memory;
import io.smarter.linux.NetworkLink;
import io.smarter.resources.PodUsage.ContainerUsage;
import io.smarter.resources.PodUsage.VolumeUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what a node and its pods use, when somebody asks and never else. Safe for use by many threads, of which one reads
 * at a time: reading disks is work.
 */
public final class Readings {
    private static final String ALL_PODS = "kubepods";
    private static final String NODE = "";

    private final Places places;
    private final Cgroups groups;
    private final InstantSource clock;
    private final Rates rates = new Rates();

    /**
     * Where to look.
     *
     * @param node the node's name
     * @param disk a path on the file system of volumes and logs
     * @param images a path on the file system of images
     */
    public record Places(String node, Path proc, Path disk, Path images) {}

    public Readings(Places places, Cgroups groups, InstantSource clock) {
        this.places = places;
        this.groups = groups;
        this.clock = clock;
    }

    /**
     * What is used now. Rates take two readings: without one of the last minutes, a second one is made a moment later.
     *
     * @param pods those that run
     * @param images what images take, in bytes
     * @param disks whether to read what pods take of the disk
     */
    public synchronized NodeUsage read(List<PodPlace> pods, long images, boolean disks)
            throws IOException, InterruptedException {
        var first = read(pods, images, Map.of(), false);
        boolean incomplete = first.nanoCores() < 0
                || first.pods().stream().anyMatch(pod -> pod.use().nanoCores() < 0);
        if (incomplete) Thread.sleep(Rates.SHORTEST.plusMillis(100));
        else if (!disks) return first;
        return read(pods, images, disks ? taken(pods) : Map.of(), disks);
    }

    /** What pods take of the disk, and nothing else of them. */
    public synchronized List<PodUsage> disks(List<PodPlace> pods) throws IOException {
        var taken = taken(pods);
        return pods.stream()
                .map(pod -> new PodUsage(
                        pod.pod(),
                        pod.started(),
                        pod.group(),
                        Consumption.UNKNOWN,
                        List.of(),
                        pod.containers().stream()
                                .map(container -> new ContainerUsage(
                                        container,
                                        Consumption.UNKNOWN,
                                        taken.getOrDefault(container.logs(), Taken.NOTHING)))
                                .toList(),
                        volumes(pod, taken)))
                .toList();
    }

    private NodeUsage read(List<PodPlace> pods, long images, Map<Path, Taken> taken, boolean inodes)
            throws IOException {
        var now = clock.instant();
        var load = Load.of(places.proc());
        var counted = new HashSet<>(Set.of(NODE));
        var usages = new ArrayList<PodUsage>();
        for (var pod : pods) usages.add(pod(pod, taken, now, counted));
        var all = consumption(ALL_PODS, now, counted);
        long rate = rates.of(NODE, now, load.cpuNanos());
        rates.keepOnly(counted);
        return new NodeUsage(
                places.node(),
                now,
                load,
                rate,
                Memory.of(places.proc()),
                NetworkLink.of(places.proc().resolve("self")),
                all,
                inodes ? DiskSpace.of(places.disk()) : DiskSpace.bytesOf(places.disk()),
                inodes ? DiskSpace.of(places.images()) : DiskSpace.bytesOf(places.images()),
                images,
                usages);
    }

    private PodUsage pod(PodPlace place, Map<Path, Taken> taken, Instant now, Set<String> counted) {
        var containers = new ArrayList<ContainerUsage>();
        for (var container : place.containers())
            containers.add(new ContainerUsage(
                    container,
                    consumption(place.group(container), now, counted),
                    taken.getOrDefault(container.logs(), Taken.NOTHING)));
        long process = place.pod().hostNetwork() ? 0 : groups.process(place.group());
        return new PodUsage(
                place.pod(),
                place.started(),
                place.group(),
                consumption(place.group(), now, counted),
                process == 0 ? List.of() : NetworkLink.of(places.proc().resolve(Long.toString(process))),
                containers,
                volumes(place, taken));
    }

    private Consumption consumption(String group, Instant now, Set<String> counted) {
        var usage = groups.usage(group);
        if (usage == null) return new Consumption(GroupUsage.NONE, 0);
        counted.add(group);
        return new Consumption(usage, rates.of(group, now, usage.cpuNanos()));
    }

    // ---- disks

    private static Map<Path, Taken> taken(List<PodPlace> pods) throws IOException {
        var folders = new ArrayList<Path>();
        for (var pod : pods) {
            pod.containers().forEach(container -> folders.add(container.logs()));
            for (var volume : pod.pod().volumes()) if (isOwn(volume)) folders.add(pod.volume(volume.name()));
        }
        return DiskSpace.taken(folders);
    }

    /** Whether a volume is the pod's own, as a folder of the node is not. */
    private static boolean isOwn(Volume volume) {
        return switch (volume.source()) {
            case Source.HostPath _, Source.Claim _, Source.Unknown _ -> false;
            case Source.EmptyDir _, Source.Files _, Source.Projected _ -> true;
        };
    }

    private static List<VolumeUsage> volumes(PodPlace place, Map<Path, Taken> taken) {
        var volumes = new ArrayList<VolumeUsage>();
        for (var volume : place.pod().volumes()) {
            var path = place.volume(volume.name());
            var used = taken.get(path);
            if (used == null) continue;
            boolean memory = volume.source() instanceof Source.EmptyDir empty && empty.memory();
            volumes.add(new VolumeUsage(volume.name(), !memory, used, DiskSpace.bytesOf(path), limit(volume)));
        }
        return volumes;
    }

    static long limit(Volume volume) {
        if (!(volume.source() instanceof Source.EmptyDir empty)
                || empty.sizeLimit().isEmpty()) return 0;
        try {
            return Quantity.parse(empty.sizeLimit()).value();
        } catch (IllegalArgumentException _) {
            return 0; // its pod does not start
        }
    }

    /** Whether what a pod takes of the disk is limited. */
    public static boolean isLimited(Pod pod) {
        return pod.volumes().stream().anyMatch(volume -> limit(volume) > 0)
                || pod.allContainers().stream()
                        .anyMatch(container -> container.limits().containsKey("ephemeral-storage"));
    }
}
