package io.smarter.gateway;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.PodSandboxFilter;
import java.time.Duration;
import java.util.concurrent.Executors;

/** All pods of a container runtime at once. */
final class ContainerdPods {
    private static final System.Logger LOG = System.getLogger(ContainerdPods.class.getName());

    private ContainerdPods() {}

    /** Asks all containers to end, waits at most for the grace, and removes all sandboxes. */
    static void removeAll(CriClient cri, Duration grace) throws CriException {
        var containers = cri.listContainers(ContainerFilter.getDefaultInstance());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var container : containers) {
                if (container.getState() != ContainerState.CONTAINER_RUNNING) continue;
                threads.execute(() -> attempt(() -> cri.stopContainer(container.getId(), grace)));
            }
        }
        var sandboxes = cri.listPodSandbox(PodSandboxFilter.getDefaultInstance());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var sandbox : sandboxes) {
                threads.execute(() -> attempt(() -> {
                    cri.stopPodSandbox(sandbox.getId());
                    cri.removePodSandbox(sandbox.getId());
                }));
            }
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
