package io.smarter.gateway;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.NamespaceMode;
import io.smarter.cri.v1.PodSandbox;
import io.smarter.cri.v1.PodSandboxFilter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** All pods of a container runtime at once. */
final class ContainerdPods {
    private static final System.Logger LOG = System.getLogger(ContainerdPods.class.getName());

    private ContainerdPods() {}

    /**
     * Asks all containers to end, waits at most for the grace, and removes all sandboxes. Those on the host's network are the last:
     * who makes the others' network is among them.
     */
    static void removeAll(CriClient cri, Duration grace) throws CriException {
        var byNetwork = cri.listPodSandbox(PodSandboxFilter.getDefaultInstance()).stream()
                .map(PodSandbox::getId)
                .collect(Collectors.partitioningBy(id -> isOnHostNetwork(cri, id), Collectors.toSet()));
        for (var host : List.of(false, true)) remove(cri, byNetwork.getOrDefault(host, Set.of()), grace);
    }

    private static void remove(CriClient cri, Set<String> sandboxes, Duration grace) throws CriException {
        var containers = cri.listContainers(ContainerFilter.getDefaultInstance());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var container : containers) {
                boolean running = container.getState() == ContainerState.CONTAINER_RUNNING;
                if (!running || !sandboxes.contains(container.getPodSandboxId())) continue;
                threads.execute(() -> attempt(() -> cri.stopContainer(container.getId(), grace)));
            }
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var sandbox : sandboxes) {
                threads.execute(() -> attempt(() -> {
                    cri.stopPodSandbox(sandbox);
                    cri.removePodSandbox(sandbox);
                }));
            }
        }
    }

    private static boolean isOnHostNetwork(CriClient cri, String sandbox) {
        try {
            var namespaces = cri.podSandboxStatus(sandbox).getLinux().getNamespaces();
            return namespaces.getOptions().getNetwork() == NamespaceMode.NODE;
        } catch (CriException e) {
            return false; // it is on its way out
        }
    }

    private interface Call {
        void run() throws CriException;
    }

    private static void attempt(Call call) {
        try {
            call.run();
        } catch (CriException e) {
            LOG.log(WARNING, "cannot stop a pod: {0}", e.getMessage());
        }
    }
}
