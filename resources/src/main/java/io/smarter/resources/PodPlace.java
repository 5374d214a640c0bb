package io.smarter.resources;

import io.smarter.api.Pod;
import io.smarter.linux.DiskSpace.Taken;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Where on this node a pod is.
 *
 * @param group its control group, such as {@code kubepods/pod<uid>}
 * @param folder what it has on disk: {@code volumes/NAME} for each volume
 * @param containers those that run
 */
public record PodPlace(Pod pod, Instant started, String group, Path folder, List<Part> containers) {
    /**
     * A container that runs.
     *
     * @param logs the folder of its logs
     * @param layer what it has written to its own file system, which only the runtime knows
     */
    public record Part(String name, String id, Instant started, Path logs, Taken layer) {}

    Path volume(String name) {
        return folder.resolve("volumes").resolve(name);
    }

    String group(Part container) {
        return group + "/" + container.id();
    }
}
