package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edge is deployed and taken away like any application: who deletes it finds the node as it was before. */
@Tag("root")
final class EdgeRemovalTest {
    private static final Path BRIDGE = Path.of("/sys/class/net/smartnet0");
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s}
            spec:
              nodeName: gateway-1
              hostNetwork: %s
              terminationGracePeriodSeconds: 1
              tolerations: [{operator: Exists}]
              containers: [{name: c, image: %s, imagePullPolicy: IfNotPresent, command: [sleep, "100000"]}]
            """;

    @TempDir
    private Path folder;

    @Test
    void itIsTakenAwayAndPutBack() throws Exception {
        try (var edge = new Edge(folder, 16461)) {
            var configuration = edge.gateway().resolveSibling("cni/net.d/0-smarter-bridge.conflist");
            edge.kubectl("rollout", "status", "-n", "kube-system", "daemonset/smarter-edge", "--timeout=60s");
            edge.apply(POD.formatted("first", false, BusyboxImage.NAME));
            edge.awaitReady("first");
            assertThat(BRIDGE).exists();
            assertThat(edge.jsonpath("first", "{.status.podIP}")).startsWith("10.39.");

            edge.kubectl("delete", "pod", "first", "--timeout=30s");
            edge.kubectl("delete", "-f", "edge/k8s/edge.yaml", "--timeout=60s");
            Run.until("the configuration is gone", Edge.PATIENCE, () -> !Files.exists(configuration));
            Run.until("the bridge is gone", Edge.PATIENCE, () -> !Files.exists(BRIDGE));
            assertThat(edge.run().run("nft", "list", "tables").ok()).doesNotContain("smarter");

            edge.apply(POD.formatted("later", false, BusyboxImage.NAME));
            edge.apply(POD.formatted("host", true, BusyboxImage.NAME));
            edge.awaitReady("host");
            Run.until(
                    "an event tells what it waits for",
                    Edge.PATIENCE,
                    () -> edge.kubectl("get", "events").contains("NetworkNotReady"));
            assertThat(edge.jsonpath("later", "{.status.phase}")).isEqualTo("Pending");

            edge.up();
            edge.awaitReady("later");
            assertThat(edge.jsonpath("later", "{.status.podIP}")).startsWith("10.39.");
        }
    }
}
