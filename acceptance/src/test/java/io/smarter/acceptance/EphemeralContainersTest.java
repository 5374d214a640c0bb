package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kubectl debug} with a real gateway and containerd. */
@Tag("root")
final class EphemeralContainersTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: app}
            spec:
              nodeName: gateway-1
              terminationGracePeriodSeconds: 1
              tolerations: [{operator: Exists}]
              containers:
              - name: app
                image: busybox:1.36
                command: [sh, -c, "trap exit TERM; while true; do sleep 1 & wait $!; done"]
            """;

    @Test
    void aContainerLooksAtARunningPod(@TempDir Path folder) throws Exception {
        try (var edge = new Edge(folder, 16451)) {
            edge.apply(POD);
            edge.awaitReady("app");
            var app = container(edge);
            seesItsTarget(edge);
            isRunOnceOnly(edge);
            outlivesTheAgent(edge);
            assertThat(container(edge)).isEqualTo(app);
            assertThat(edge.jsonpath("app", "{.status.phase}")).isEqualTo("Running");
            edge.awaitReady("app");
            edge.kubectl("delete", "pod", "app", "--timeout=30s");
        }
    }

    private static void seesItsTarget(Edge edge) throws Exception {
        debug(edge, "look", "--target=app", "--", "sh", "-c", "ps; sleep 1000");
        Run.until("it looks", Edge.PATIENCE, () -> state(edge, "look").contains("running"));
        Run.until(
                "its output is there",
                Edge.PATIENCE,
                () -> edge.kubectl("logs", "app", "-c", "look").contains("trap exit TERM"));
        assertThat(edge.kubectl("exec", "app", "-c", "look", "--", "cat", "/proc/1/cmdline"))
                .contains("trap exit TERM");
        var attached = edge.run().feed("", "timeout", "5", "kubectl", "attach", "app", "-c", "look");
        assertThat(attached.err()).doesNotContain("error");
    }

    private static void isRunOnceOnly(Edge edge) throws Exception {
        debug(edge, "ended", "--", "sh", "-c", "exit 3");
        Run.until("it ended", Edge.PATIENCE, () -> state(edge, "ended").contains("\"exitCode\":3"));
        debug(edge, "broken", "--", "/nope");
        Run.until("it did not start", Edge.PATIENCE, () -> state(edge, "broken").contains("StartError"));
    }

    private static void outlivesTheAgent(Edge edge) throws Exception {
        var before = ephemerals(edge);
        edge.killAgent();
        edge.up();
        assertThat(edge.kubectl("exec", "app", "-c", "look", "--", "echo", "still here"))
                .isEqualTo("still here\n");
        assertThat(ephemerals(edge)).isEqualTo(before);
    }

    private static void debug(Edge edge, String name, String... more) throws Exception {
        var command =
                new ArrayList<>(List.of("debug", "app", "--image=busybox:1.36", "--profile=general", "--attach=false"));
        command.addAll(List.of("-c", name));
        command.addAll(List.of(more));
        edge.kubectl(command.toArray(String[]::new));
    }

    private static String state(Edge edge, String name) throws Exception {
        return edge.jsonpath("app", "{.status.ephemeralContainerStatuses[?(@.name==\"%s\")].state}".formatted(name));
    }

    private static String ephemerals(Edge edge) throws Exception {
        return edge.jsonpath("app", "{.status.ephemeralContainerStatuses[*].containerID}");
    }

    private static String container(Edge edge) throws Exception {
        return edge.jsonpath("app", "{.status.containerStatuses[0].containerID}");
    }
}
