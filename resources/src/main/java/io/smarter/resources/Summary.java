package io.smarter.resources;

import io.smarter.json.Json;
import io.smarter.linux.DiskSpace;
import io.smarter.linux.DiskSpace.Taken;
import io.smarter.linux.NetworkLink;
import io.smarter.resources.PodUsage.ContainerUsage;
import io.smarter.resources.PodUsage.VolumeUsage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is used, as the kubelet's {@code /stats/summary} tells it (k8s.io/kubelet, stats/v1alpha1). */
public final class Summary {
    private final NodeUsage usage;
    private final boolean disks;

    private Summary(NodeUsage usage, boolean disks) {
        this.usage = usage;
        this.disks = disks;
    }

    /**
     * The whole document.
     *
     * @param disks whether disks were read; without, it is the one of {@code only_cpu_and_memory}
     */
    public static Json.Obj of(NodeUsage usage, boolean disks) {
        var summary = new Summary(usage, disks);
        return Json.obj(
                "node",
                summary.node(),
                "pods",
                usage.pods().stream().map(summary::pod).toList());
    }

    private Json.Obj node() {
        var memory = usage.memory();
        var node = Json.obj(
                "nodeName",
                usage.name(),
                "systemContainers",
                List.of(systemPods()),
                "startTime",
                time(Instant.ofEpochSecond(usage.load().bootSeconds())),
                "cpu",
                cpu(usage.nanoCores(), usage.load().cpuNanos()),
                "memory",
                Json.obj(
                        "time", now(),
                        "availableBytes", memory.available(),
                        "usageBytes", memory.used(),
                        "workingSetBytes", usage.workingSet(),
                        "rssBytes", memory.anonymous()),
                "swap",
                Json.obj(
                        "time",
                        now(),
                        "swapAvailableBytes",
                        memory.swapFree(),
                        "swapUsageBytes",
                        memory.swapTotal() - memory.swapFree()));
        if (!disks) return node;
        return node.with("network", network(usage.network()))
                .with("fs", disk(usage.disk(), usage.disk().used(), usage.disk().inodesUsed()))
                .with(
                        "runtime",
                        Json.obj(
                                "imageFs",
                                disk(
                                        usage.imageDisk(),
                                        usage.images(),
                                        usage.imageDisk().inodesUsed()),
                                "containerFs",
                                disk(
                                        usage.imageDisk(),
                                        usage.imageDisk().used(),
                                        usage.imageDisk().inodesUsed())))
                .with(
                        "rlimit",
                        Json.obj(
                                "time",
                                now(),
                                "maxpid",
                                usage.load().mostTasks(),
                                "curproc",
                                usage.load().tasks()));
    }

    private Json.Obj systemPods() {
        var all = usage.allPods();
        return Json.obj("name", "pods", "startTime", now(), "cpu", cpu(all), "memory", memory(all));
    }

    private Json.Obj pod(PodUsage pod) {
        var reference = Json.obj(
                "name", pod.pod().name(),
                "namespace", pod.pod().namespace(),
                "uid", pod.pod().uid());
        var told = Json.obj(
                "podRef", reference,
                "startTime", time(pod.started()),
                "containers", pod.containers().stream().map(this::container).toList(),
                "cpu", cpu(pod.use()),
                "memory", memory(pod.use()));
        if (!disks) return told;
        var ephemeral = pod.ephemeral();
        return told.with("network", network(pod.network()))
                .with(
                        "volume",
                        Json.arr(pod.volumes().stream().map(this::volume).toList()))
                .with("ephemeral-storage", disk(usage.disk(), ephemeral.bytes(), ephemeral.inodes()))
                .with(
                        "process_stats",
                        Json.obj("process_count", pod.use().group().tasks()));
    }

    private Json.Obj container(ContainerUsage container) {
        var told = Json.obj(
                "name", container.name(),
                "startTime", time(container.place().started()),
                "cpu", cpu(container.use()),
                "memory", memory(container.use()));
        if (!disks) return told;
        return told.with("rootfs", disk(usage.imageDisk(), container.place().layer()))
                .with("logs", disk(usage.disk(), container.logs()));
    }

    private Json.Obj volume(VolumeUsage volume) {
        return disk(volume.space(), volume.taken()).with("name", Json.of(volume.name()));
    }

    private Json.Obj cpu(Consumption use) {
        return cpu(use.nanoCores(), use.group().cpuNanos());
    }

    private Json.Obj cpu(long nanoCores, long nanos) {
        return Json.obj(
                "time", now(), "usageNanoCores", nanoCores < 0 ? null : nanoCores, "usageCoreNanoSeconds", nanos);
    }

    private Json.Obj memory(Consumption use) {
        var group = use.group();
        return Json.obj(
                "time",
                now(),
                "availableBytes",
                group.memoryLimit() == 0 ? null : Math.max(0, group.memoryLimit() - group.workingSet()),
                "usageBytes",
                group.memory(),
                "workingSetBytes",
                group.workingSet(),
                "rssBytes",
                group.rss(),
                "pageFaults",
                group.faults(),
                "majorPageFaults",
                group.majorFaults());
    }

    private Json.Obj network(List<NetworkLink> links) {
        var first = links.stream()
                .filter(link -> link.name().equals("eth0"))
                .findFirst()
                .or(() -> links.stream().findFirst());
        var told = Json.obj("time", now());
        if (first.isPresent())
            for (var member : link(first.get()).members().entrySet())
                told = told.with(member.getKey(), member.getValue());
        return told.with(
                "interfaces", Json.arr(links.stream().map(Summary::link).toList()));
    }

    private static Json.Obj link(NetworkLink link) {
        return Json.obj(
                "name", link.name(),
                "rxBytes", link.rxBytes(),
                "rxErrors", link.rxErrors(),
                "txBytes", link.txBytes(),
                "txErrors", link.txErrors());
    }

    private Json.Obj disk(DiskSpace space, Taken taken) {
        return disk(space, taken.bytes(), taken.inodes());
    }

    private Json.Obj disk(DiskSpace space, long used, long inodesUsed) {
        return Json.obj(
                "time", now(),
                "availableBytes", space.available(),
                "capacityBytes", space.capacity(),
                "usedBytes", used,
                "inodesFree", known(space, space.inodesFree()),
                "inodes", known(space, space.inodes()),
                "inodesUsed", inodesUsed);
    }

    private static @Nullable Long known(DiskSpace space, long inodes) {
        return space.inodes() == 0 ? null : inodes;
    }

    private String now() {
        return time(usage.at());
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
