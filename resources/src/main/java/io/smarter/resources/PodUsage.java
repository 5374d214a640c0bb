package io.smarter.resources;

import io.smarter.api.Pod;
import io.smarter.linux.DiskSpace;
import io.smarter.linux.DiskSpace.Taken;
import io.smarter.linux.NetworkLink;
import java.time.Instant;
import java.util.List;

/** What a pod uses. Disks are only read when they are asked for. */
public record PodUsage(
        Pod pod,
        Instant started,
        String group,
        Consumption use,
        List<NetworkLink> network,
        List<ContainerUsage> containers,
        List<VolumeUsage> volumes) {
    /** What a container uses. */
    public record ContainerUsage(PodPlace.Part place, Consumption use, Taken logs) {
        String name() {
            return place.name();
        }

        /** What it takes of the node's disk. */
        Taken disk() {
            return place.layer().plus(logs);
        }
    }

    /**
     * What a volume uses.
     *
     * @param local whether that is the node's disk, and the pod's alone
     * @param limit in bytes; 0 for none
     */
    public record VolumeUsage(String name, boolean local, Taken taken, DiskSpace space, long limit) {}

    /** What the pod takes of the node's disk: layers, logs and volumes. */
    Taken ephemeral() {
        var sum = Taken.NOTHING;
        for (var container : containers) sum = sum.plus(container.disk());
        for (var volume : volumes) if (volume.local()) sum = sum.plus(volume.taken());
        return sum;
    }
}
