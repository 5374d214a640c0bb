package io.smarter.devices;

import io.smarter.client.ClientConfig;
import java.nio.file.Path;
import java.util.List;
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

    /** @param arguments a folder for all of it, and a kubeconfig */
    public static void main(String[] arguments) throws Exception {
        var cluster = ClientConfig.kubeconfig(Path.of(arguments[1]));
        try (var _ = Devices.open(settings(Path.of(arguments[0])), cluster)) {
            new CountDownLatch(1).await();
        }
    }
}
