package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.PodSandboxConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Starts single containers: image, configuration, container, process. */
record ContainerStarts(NodeServices node, Volumes volumes) {
    private static final Duration HOOK = Duration.ofMinutes(10);

    /** A container did not start. The reason is the one that its status shows. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        FailedException(String reason, String message, Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** Starts a container, as far as that is permitted. */
    void start(Pod pod, Step.Start step, PodSandboxConfig sandbox, List<String> ips, Permit permit)
            throws FailedException {
        var container = step.container();
        try {
            var image = new Images(node.runtime(), node.configs(), node.events()).get(pod, container, sandbox);
            if (!permit.begin()) return;
            node.devices().prepare(pod, container);
            var config =
                    node.devices().addTo(node.podConfigs().container(pod, step, image, volumes, ips), pod, container);
            var id = create(pod, step, config, sandbox);
            if (!permit.isWanted()) return;
            run(pod, step, id);
            permit.end();
            afterStart(pod, step, id, ips);
        } catch (Images.MissingException e) {
            node.events().record(pod, container.name(), EventLog.Kind.WARNING, "Failed", "Error: " + e.reason());
            throw new FailedException(e.reason(), String.valueOf(e.getMessage()), e);
        } catch (PodDevices.LackingException e) {
            node.events().record(pod, "", EventLog.Kind.WARNING, e.reason(), String.valueOf(e.getMessage()));
            throw new FailedException(e.reason(), String.valueOf(e.getMessage()), e);
        } catch (ConfigException | IllegalArgumentException e) {
            throw failed(pod, step, "CreateContainerConfigError", e);
        } catch (IOException e) {
            throw failed(pod, step, "CreateContainerError", e);
        }
    }

    private String create(Pod pod, Step.Start step, ContainerConfig config, PodSandboxConfig sandbox)
            throws IOException {
        var id = node.runtime().create(step.sandbox(), config, sandbox);
        var name = step.container().name();
        node.events().record(pod, name, EventLog.Kind.NORMAL, "Created", "Created container: " + name);
        return id;
    }

    private void run(Pod pod, Step.Start step, String id) throws FailedException {
        var name = step.container().name();
        try {
            node.runtime().start(id);
        } catch (IOException e) {
            throw failed(pod, step, "RunContainerError", e);
        }
        node.events().record(pod, name, EventLog.Kind.NORMAL, "Started", "Started container " + name);
    }

    /** Does what the container wants to be done once it runs; when that fails, the container ends. */
    private void afterStart(Pod pod, Step.Start step, String id, List<String> ips) throws FailedException, IOException {
        var container = step.container();
        var hook = container.hook("postStart");
        if (hook == null) return;
        var address = pod.hostNetwork() || ips.isEmpty() ? node.podConfigs().address() : ips.getFirst();
        try {
            var message = new Actions(node.runtime(), container, id, address)
                    .run(hook.action(), HOOK)
                    .failure();
            if (message == null) return;
            node.events().record(pod, container.name(), EventLog.Kind.WARNING, "FailedPostStartHook", message);
            new ContainerStops(node).stop(pod, container, id, pod.gracePeriod());
            throw new FailedException("PostStartHookError", message, new IOException(message));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FailedException failed(Pod pod, Step.Start step, String reason, Exception cause) {
        var message = CriRuntime.message(cause);
        node.events().record(pod, step.container().name(), EventLog.Kind.WARNING, "Failed", "Error: " + message);
        return new FailedException(reason, message, cause);
    }
}
