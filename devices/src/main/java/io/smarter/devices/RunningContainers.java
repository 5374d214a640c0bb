package io.smarter.devices;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.RuntimeSockets;
import io.smarter.cri.v1.Container;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.ContainerStateValue;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the running containers of pods, whichever of the node's runtimes has them. Safe for use by many threads. */
final class RunningContainers implements AutoCloseable {
    private static final String NAMESPACE = "io.kubernetes.pod.namespace";
    private static final String POD = "io.kubernetes.pod.name";
    private static final String UID = "io.kubernetes.pod.uid";
    private static final String CONTAINER = "io.kubernetes.container.name";
    /** An annotation of a kubelet's. */
    private static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";

    private static final Duration USUAL_GRACE = Duration.ofSeconds(30);

    private final Map<Path, CriClient> runtimes = new HashMap<>();
    private final RuntimeSockets sockets;

    /**
     * A container that runs.
     *
     * @param uid of its pod
     * @param process its first, as the node numbers it
     * @param grace how long it may take to end
     */
    record Running(CriClient runtime, String id, String uid, long process, Duration grace) {}

    /** @param patterns of the sockets of runtimes, whose names may have {@code *} */
    RunningContainers(List<String> patterns) throws IOException {
        sockets = RuntimeSockets.follow(patterns, this::found);
    }

    private synchronized void found(Set<Path> now) {
        runtimes.entrySet().removeIf(entry -> {
            if (now.contains(entry.getKey())) return false;
            entry.getValue().close();
            return true;
        });
        for (var socket : now) runtimes.computeIfAbsent(socket, CriClient::connect);
    }

    private synchronized List<CriClient> runtimes() {
        return List.copyOf(runtimes.values());
    }

    /** The container of a holder, unless it does not run. */
    Optional<Running> find(Holder holder) throws IOException {
        var filter = ContainerFilter.newBuilder()
                .setState(ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_RUNNING))
                .putLabelSelector(NAMESPACE, holder.namespace())
                .putLabelSelector(POD, holder.pod())
                .putLabelSelector(CONTAINER, holder.container())
                .build();
        for (var runtime : runtimes()) {
            for (var container : runtime.listContainers(filter)) return Optional.of(running(runtime, container));
        }
        return Optional.empty();
    }

    private static Running running(CriClient runtime, Container container) throws CriException {
        var info = runtime.containerDetails(container.getId()).getInfoOrDefault("info", "{}");
        return new Running(
                runtime, container.getId(), container.getLabelsOrDefault(UID, ""), process(info), grace(container));
    }

    private static Duration grace(Container container) {
        var seconds = container.getAnnotationsOrDefault(GRACE, "");
        return seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : USUAL_GRACE;
    }

    /** 0 when it is not told. */
    private static long process(String info) {
        try {
            return Json.parse(info.getBytes(StandardCharsets.UTF_8)).number(0, "pid");
        } catch (JsonException _) {
            return 0;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        sockets.close();
        runtimes.values().forEach(CriClient::close);
        runtimes.clear();
    }
}
