package io.smarter.resources;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import io.smarter.linux.DiskSpace;
import io.smarter.linux.DiskSpace.Taken;
import io.smarter.linux.GroupUsage;
import io.smarter.resources.PodUsage.ContainerUsage;
import io.smarter.resources.PodUsage.VolumeUsage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Pods with one container, and what they use. */
final class TestPods {
    static final Instant STARTED = Instant.parse("2026-11-24T05:00:00Z");
    static final DiskSpace DISK = new DiskSpace(1000, 400, 500, 100, 60);
    static final long MEBI = 1 << 20;

    private TestPods() {}

    static Json.Obj resources(String requests, String limits) {
        return Json.obj("requests", amounts(requests), "limits", amounts(limits));
    }

    private static Json amounts(String text) {
        var amounts = Json.Obj.EMPTY;
        for (var part : text.isEmpty() ? new String[0] : text.split(" ", -1))
            amounts =
                    amounts.with(part.substring(0, part.indexOf('=')), Json.of(part.substring(part.indexOf('=') + 1)));
        return amounts;
    }

    static Pod pod(String name, long priority, Json resources) {
        var container = Json.obj("name", "main", "image", "img", "resources", resources);
        var metadata = Json.obj("name", name, "namespace", "default", "uid", "uid-" + name);
        return new Pod(Json.obj(
                "metadata", metadata, "spec", Json.obj("priority", priority, "containers", List.of(container))));
    }

    static GroupUsage group(long memory, long tasks) {
        return new GroupUsage(2_000_000_000L, 1, 1, 0, 0, 0, memory, 0, memory, 0, 0, 5, 1, tasks);
    }

    /** A pod that uses memory, disk with a volume of its own, and processes. */
    static PodUsage usage(Pod pod, long memory, long disk, long tasks) {
        var place = new PodPlace.Part("main", "id-" + pod.name(), STARTED, Path.of("/logs"), new Taken(disk, 10));
        var use = new Consumption(group(memory, tasks), 250_000_000);
        var container = new ContainerUsage(place, use, new Taken(1, 1));
        return new PodUsage(pod, STARTED, "kubepods/pod" + pod.uid(), use, List.of(), List.of(container), List.of());
    }

    static PodUsage withVolume(PodUsage pod, VolumeUsage volume) {
        return new PodUsage(
                pod.pod(), pod.started(), pod.group(), pod.use(), pod.network(), pod.containers(), List.of(volume));
    }
}
