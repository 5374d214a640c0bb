package io.smarter.devices;

import io.smarter.client.ClientConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The devices part with claims in a process of its own, which can be killed. */
final class ClaimsNode {
    private ClaimsNode() {}

    static DevicesSettings settings(Path folder) {
        return new DevicesSettings(
                "node-1",
                folder.resolve("dev"),
                Path.of("/sys"),
                folder.resolve("udev"),
                folder.resolve("rules/conf.yaml"),
                folder.resolve("kubelet"),
                List.of(folder + "/runtime.sock"),
                folder.resolve("run"),
                folder.resolve("cdi"),
                true);
    }

    /** The cluster at a port, as the account sees it whose token is in {@code account}. */
    static ClientConfig cluster(Path folder, String port) throws IOException {
        var environment = Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT", port);
        return ClientConfig.inCluster(environment, folder.resolve("account"));
    }

    /** @param arguments a folder for all of it, and the port of the cluster */
    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        try (var _ = Devices.open(settings(folder), cluster(folder, arguments[1]))) {
            new CountDownLatch(1).await();
        }
    }
}
