package io.smarter.gateway;

import io.smarter.api.Pod;
import java.io.IOException;
import java.util.List;

/** Makes what the containers of one pod share: volumes and the sandbox. What fails is told, and waited with. */
record Sandboxes(NodeServices node, PodStorage storage, WantedPod target, Attempts attempts, Outcomes outcomes) {
    /** Makes a sandbox, and before that the volumes. */
    void run(Pod wanted, int attempt, Observed seen) {
        if (!hasNetwork(wanted) || !setUpVolumes(wanted, seen)) return;
        node.groups().make(wanted);
        try {
            var config = node.podConfigs().sandbox(wanted, attempt);
            node.runtime().runSandbox(config, node.podConfigs().handler(wanted));
            attempts.succeeded(Memory.SANDBOX);
        } catch (ConfigException | IOException | IllegalArgumentException e) {
            if (node.configs().lacks(wanted)) target.fetchAgain();
            var message = "Failed to create pod sandbox: " + CriRuntime.message(e);
            node.events().record(wanted, "", EventLog.Kind.WARNING, "FailedCreatePodSandBox", message);
            outcomes.failed(Memory.SANDBOX, "ContainerCreating", message);
        }
    }

    private boolean hasNetwork(Pod wanted) {
        var trouble = wanted.hostNetwork() ? "" : node.network().get();
        if (trouble.isEmpty()) return true;
        var message = "network is not ready: " + trouble;
        node.events().record(wanted, "", EventLog.Kind.WARNING, "NetworkNotReady", message);
        outcomes.failed(Memory.SANDBOX, "ContainerCreating", message);
        return false;
    }

    /** Makes the volumes of a pod or brings them up to date; false when that failed. */
    boolean setUpVolumes(Pod wanted, Observed seen) {
        try {
            var sandbox = Plan.current(wanted, seen);
            var ips = sandbox == null ? List.<String>of() : sandbox.ips();
            storage.setUp(node.podConfigs().fields(wanted, ips));
            return true;
        } catch (ConfigException | IOException | IllegalArgumentException e) {
            if (node.configs().lacks(wanted)) target.fetchAgain();
            node.events().record(wanted, "", EventLog.Kind.WARNING, "FailedMount", String.valueOf(e.getMessage()));
            outcomes.failed(Memory.SANDBOX, "ContainerCreating", String.valueOf(e.getMessage()));
            return false;
        }
    }
}
