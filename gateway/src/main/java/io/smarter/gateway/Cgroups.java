package io.smarter.gateway;

import io.smarter.api.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The control groups of pods: one for each, below one for each quality of service. */
record Cgroups(Path root) {
    /** The cgroup in which a pod's containers are, as the runtime wants it. */
    static String parent(Pod pod) {
        return switch (pod.qosClass()) {
            case GUARANTEED -> "/kubepods/pod" + pod.uid();
            case BURSTABLE -> "/kubepods/burstable/pod" + pod.uid();
            case BEST_EFFORT -> "/kubepods/besteffort/pod" + pod.uid();
        };
    }

    /** Removes what the runtime made for a pod; what is in use stays. */
    void remove(Pod pod) throws IOException {
        var path = parent(pod).substring(1);
        removeFolder(root.resolve(path));
        if (!Files.isDirectory(root)) return;
        try (var controllers = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (var controller : controllers) removeFolder(controller.resolve(path));
        }
    }

    private static void removeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) Files.deleteIfExists(folder);
    }
}
