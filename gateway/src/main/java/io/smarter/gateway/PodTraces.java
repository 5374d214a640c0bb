package io.smarter.gateway;

import io.smarter.files.Disk;
import io.smarter.linux.Cgroups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the pods of a data folder have on the machine outside of it. An agent takes that away pod by pod; this does it for
 * all of them once there is no agent.
 */
record PodTraces(PodFiles pods, Path logs, Cgroups groups) {
    private static final System.Logger LOG = System.getLogger(PodTraces.class.getName());
    private static final List<String> SHARED = List.of("kubepods/burstable", "kubepods/besteffort", "kubepods");

    /** The traces of the gateway with this data folder. */
    static PodTraces of(Path data) throws IOException {
        return new PodTraces(
                new PodFiles(data.resolve("pods")), GatewaySettings.HostPaths.REAL.logs(), Cgroups.mounted());
    }

    /** Removes the control groups of all pods, none of which may run any more. */
    void removeGroups() throws IOException {
        for (var pod : pods.read()) {
            try {
                groups.remove(PodConfigs.cgroup(pod).substring(1));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cgroup of pod {0} is left: {1}", pod.key(), e.getMessage());
            }
        }
        for (var group : SHARED) groups.removeIfUnused(group);
    }

    /** Removes what the containers wrote. */
    void removeLogs() throws IOException {
        for (var pod : pods.read()) Disk.deleteAll(PodConfigs.logFolder(logs, pod));
        Folders.deleteIfEmpty(logs);
    }
}
