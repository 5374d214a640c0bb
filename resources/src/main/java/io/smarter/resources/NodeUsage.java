package io.smarter.resources;

import io.smarter.linux.DiskSpace;
import io.smarter.linux.Load;
import io.smarter.linux.Memory;
import io.smarter.linux.NetworkLink;
import java.time.Instant;
import java.util.List;

/**
 * What a node and its pods use.
 *
 * @param nanoCores how much of the processors was used lately; negative when that is not known
 * @param allPods all pods together
 * @param disk the file system of volumes and logs
 * @param imageDisk the file system of images and layers
 * @param images what images take of it
 */
public record NodeUsage(
        String name,
        Instant at,
        Load load,
        long nanoCores,
        Memory memory,
        List<NetworkLink> network,
        Consumption allPods,
        DiskSpace disk,
        DiskSpace imageDisk,
        long images,
        List<PodUsage> pods) {
    /** What can't be taken back of the node's memory without harm. */
    long workingSet() {
        return memory.total() - memory.available();
    }
}
