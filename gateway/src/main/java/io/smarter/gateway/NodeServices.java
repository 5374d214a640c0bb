package io.smarter.gateway;

import io.smarter.api.Pod;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What every pod of a node shares.
 *
 * @param network says why pods can't have a network of their own at the moment; empty if they can
 * @param volumes the folder below which each pod has its own
 * @param secrets the same for what may not be on disk; held in memory
 */
record NodeServices(
        ContainerRuntime runtime,
        Cloud cloud,
        PodConfigs podConfigs,
        ConfigFolder configs,
        PodFiles files,
        StatusReports reports,
        EventLog events,
        Tmpfs tmpfs,
        Groups groups,
        PodDevices devices,
        Supplier<String> network,
        Path volumes,
        Path secrets,
        InstantSource clock) {
    private static final System.Logger LOG = System.getLogger(NodeServices.class.getName());

    /** The control groups of pods. */
    @FunctionalInterface
    interface Groups {
        void remove(String group) throws IOException;

        /** Makes and limits the group of a pod. */
        default void make(Pod pod) {}

        /** Lets go of a pod. */
        default void forget(String uid) {}
    }

    Volumes volumesOf(Pod pod, PodTokens tokens) {
        return new Volumes(volumes.resolve(pod.uid()), secrets.resolve(pod.uid()), tmpfs, configs, tokens);
    }

    /** Removes what a pod left on this machine beside the runtime's own. */
    void removeTraces(Pod pod, Volumes own) throws IOException {
        own.remove();
        podConfigs.deleteLogs(pod);
        removeGroup(PodConfigs.cgroup(pod));
    }

    /** Removes what runc leaves of a container in the hierarchy of version 2 where the others are of version 1. */
    void removeGroup(Pod pod, String container) {
        removeGroup(PodConfigs.cgroup(pod) + "/" + container);
    }

    private void removeGroup(String group) {
        try {
            groups.remove(group.substring(1));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cgroup {0} not removed: {1}", group, e.getMessage());
        }
    }

    /** Lets go of a pod of which nothing is left: only now may a restart not find it. */
    void forget(String uid) throws IOException {
        devices.free(uid);
        files.delete(uid);
        runtime.forget(uid);
        reports.forget(uid);
        groups.forget(uid);
    }
}
