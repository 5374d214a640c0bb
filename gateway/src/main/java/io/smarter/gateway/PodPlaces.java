package io.smarter.gateway;

import io.smarter.cri.CriClient;
import io.smarter.cri.v1.ContainerStatsFilter;
import io.smarter.linux.DiskSpace.Taken;
import io.smarter.resources.PodPlace;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells where the running pods of this node are, to those who read what they use.
 *
 * @param name the node's
 * @param cores how many the node has
 */
record PodPlaces(Pods pods, NodeServices node, CriClient cri, String name, int cores) {
    /**
     * All pods of which a container runs.
     *
     * @param layers whether to ask the runtime what containers have written to their own file systems
     */
    List<PodPlace> running(boolean layers) throws IOException {
        var written = layers ? layers() : Map.<String, Taken>of();
        var places = new ArrayList<PodPlace>();
        for (var worker : pods.all()) {
            var place = place(worker, written);
            if (!place.containers().isEmpty()) places.add(place);
        }
        return places;
    }

    private PodPlace place(PodWorker worker, Map<String, Taken> written) {
        var pod = worker.pod();
        var logs = node.podConfigs().logFolder(pod);
        var parts = new ArrayList<PodPlace.Part>();
        for (var instance : worker.seen().instances()) {
            if (!(instance.state() instanceof Observed.State.Running(var since))) continue;
            var layer = written.getOrDefault(instance.id(), Taken.NOTHING);
            parts.add(new PodPlace.Part(instance.name(), instance.id(), since, logs.resolve(instance.name()), layer));
        }
        var started = parts.stream().map(PodPlace.Part::started).min(Instant::compareTo);
        return new PodPlace(
                pod,
                started.orElse(Instant.EPOCH),
                PodConfigs.cgroup(pod).substring(1),
                node.volumes().resolve(pod.uid()),
                parts);
    }

    private Map<String, Taken> layers() throws IOException {
        var layers = new HashMap<String, Taken>();
        for (var stats : cri.listContainerStats(ContainerStatsFilter.getDefaultInstance())) {
            var layer = stats.getWritableLayer();
            var taken = new Taken(
                    layer.getUsedBytes().getValue(), layer.getInodesUsed().getValue());
            layers.put(stats.getAttributes().getId(), taken);
        }
        return layers;
    }

    /** Removes the dead containers of pods that are over, with what they wrote. */
    void removeDead() throws IOException {
        for (var worker : pods.all()) {
            if (!Plan.isOver(worker.pod())) continue;
            for (var instance : worker.seen().instances()) {
                if (!instance.isExited()) continue;
                node.runtime().remove(instance.id());
                node.podConfigs().deleteLog(worker.pod(), instance);
            }
            worker.wake();
        }
    }

    /** What images take, in bytes. */
    long images() throws IOException {
        long bytes = 0;
        for (var disk : cri.imageFsInfo()) bytes += disk.getUsedBytes().getValue();
        return bytes;
    }
}
