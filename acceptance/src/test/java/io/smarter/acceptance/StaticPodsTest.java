package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests in a folder of a real gateway, and what a real kubectl sees of them. */
@Tag("root")
final class StaticPodsTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: app
                image: busybox:1.36
                command: [sh, -c, "trap exit TERM; echo WORD; while true; do sleep 1 & wait $!; done"]
            """;

    private static final String NAME = "web-gateway-1";

    @Test
    void aManifestIsAPodOfItsNode(@TempDir Path folder) throws Exception {
        try (var edge = new Edge(folder, 16452)) {
            write(edge, "web.yaml", POD.replace("WORD", "one"));
            awaitShown(edge);
            edge.awaitReady(NAME);
            assertThat(edge.kubectl("logs", NAME)).isEqualTo("one\n");
            whoDeletesTheMirrorGetsAnother(edge);
            anotherManifestIsAnotherPod(edge);
            badManifestsAreToldOf(edge);
            aNameThatIsTakenIsHadOnceItIsFree(edge);
            whatWasRemovedMeanwhileEnds(edge);
        }
    }

    private static void whoDeletesTheMirrorGetsAnother(Edge edge) throws Exception {
        var container = container(edge);
        var mirror = edge.jsonpath(NAME, "{.metadata.uid}");
        edge.kubectl("delete", "pod", NAME, "--timeout=30s");
        Run.until(
                "there is another mirror",
                Edge.PATIENCE,
                () -> isShown(edge) && !edge.jsonpath(NAME, "{.metadata.uid}").equals(mirror));
        edge.awaitReady(NAME);
        assertThat(container(edge)).isEqualTo(container);
    }

    private static void anotherManifestIsAnotherPod(Edge edge) throws Exception {
        write(edge, "web.yaml", POD.replace("WORD", "two"));
        Run.until(
                "the other one runs",
                Edge.PATIENCE,
                () -> edge.attempt("logs", NAME).out().equals("two\n"));
    }

    private static void badManifestsAreToldOf(Edge edge) throws Exception {
        write(edge, "bad.yaml", POD + "  serviceAccountName: default\n");
        Run.until(
                "an event names the file",
                Edge.PATIENCE,
                () -> edge.kubectl("get", "events")
                        .contains("bad.yaml: static pods may not reference serviceaccounts"));
        edge.awaitReady(NAME);
    }

    private static void aNameThatIsTakenIsHadOnceItIsFree(Edge edge) throws Exception {
        var name = "own-gateway-1";
        edge.apply(POD.replace("{name: web}", "{name: %s}".formatted(name))
                .replace("spec:", "spec:\n  nodeName: gateway-1\n  tolerations: [{operator: Exists}]"));
        edge.awaitReady(name);
        write(edge, "own.yaml", POD.replace("name: web", "name: own"));
        Run.until("both run", Edge.PATIENCE, () -> pods(edge) == 3);
        assertThat(mirrored(edge, name)).isEmpty();
        edge.kubectl("delete", "pod", name, "--timeout=30s");
        Run.until(
                "there is a mirror", Edge.PATIENCE, () -> !mirrored(edge, name).isEmpty());
        edge.awaitReady(name);
        Files.delete(edge.gateway().resolve("manifests/own.yaml"));
        Run.until("it is gone", Edge.PATIENCE, () -> pods(edge) == 1);
    }

    /** How many pods the gateway has, but for the system's. */
    private static long pods(Edge edge) throws Exception {
        long pods = 0;
        try (var files = Files.newDirectoryStream(edge.gateway().resolve("pods"), "*.json")) {
            for (var file : files) if (!Files.readString(file).contains("kube-system")) pods++;
        }
        return pods;
    }

    private static String mirrored(Edge edge, String name) throws Exception {
        return edge.attempt(
                        "get", "pod", name, "-o", "jsonpath={.metadata.annotations.kubernetes\\.io/config\\.mirror}")
                .out();
    }

    private static void whatWasRemovedMeanwhileEnds(Edge edge) throws Exception {
        edge.killAgent();
        Files.delete(edge.gateway().resolve("manifests/web.yaml"));
        edge.up();
        Run.until("the mirror is gone", Edge.PATIENCE, () -> !isShown(edge));
        assertThat(pods(edge)).isZero();
    }

    private static void write(Edge edge, String file, String manifest) throws Exception {
        var manifests = edge.gateway().resolve("manifests");
        var temporary = Files.writeString(manifests.resolve("." + file), manifest);
        Files.move(temporary, manifests.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void awaitShown(Edge edge) throws Exception {
        Run.until("there is a mirror", Edge.PATIENCE, () -> isShown(edge));
    }

    private static boolean isShown(Edge edge) throws Exception {
        return edge.attempt("get", "pod", NAME).status() == 0;
    }

    private static String container(Edge edge) throws Exception {
        return edge.jsonpath(NAME, "{.status.containerStatuses[0].containerID}");
    }
}
