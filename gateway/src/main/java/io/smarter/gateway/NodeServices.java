package io.smarter.gateway;

import io.smarter.api.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What every pod of a node shares.
 *
 * @param volumes the folder below which each pod has its own
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
        Path volumes,
        InstantSource clock) {
    /** The control groups of pods. */
    @FunctionalInterface
    interface Groups {
        void remove(String group) throws IOException;
    }

    Volumes volumesOf(Pod pod) {
        return new Volumes(volumes.resolve(pod.uid()), tmpfs, configs);
    }
}
