package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StaticPodTest {
    private static final Path FILE = Path.of("/manifests/web.yaml");
    private static final String WEB = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              uid: "../../etc"
              labels: {app: web}
              deletionTimestamp: "2026-11-24T12:00:00Z"
            spec:
              containers:
              - {name: app, image: img}
            """;

    static Pod read(String manifest) throws ConfigException {
        return StaticPod.read(FILE, manifest.getBytes(StandardCharsets.UTF_8), "Edge1");
    }

    @Test
    void isOfItsNodeAndStaysThere() throws ConfigException {
        var pod = read(WEB);
        assertThat(pod.key()).isEqualTo("default/web-edge1");
        assertThat(pod.uid()).matches("[0-9a-f]{32}");
        assertThat(pod.isDeleting()).isFalse();
        assertThat(pod.spec().text("nodeName")).isEqualTo("Edge1");
        assertThat(pod.spec().items("tolerations").getFirst().text("effect")).isEqualTo("NoExecute");
        assertThat(pod.metadata().annotations())
                .isEqualTo(Map.of("kubernetes.io/config.source", "file", "kubernetes.io/config.hash", pod.uid()));
        assertThat(StaticPod.is(pod)).isTrue();
    }

    @Test
    void isAnotherOneWhenItSaysSomethingElse() throws ConfigException {
        var same = "{'kind':'Pod','apiVersion':'v1','spec':{'containers':[{'image':'img','name':'app'}]},"
                + "'metadata':{'deletionTimestamp':'2026-11-24T12:00:00Z','name':'web','labels':{'app':'web'},"
                + "'uid':'../../etc'}}";
        assertThat(read(same.replace('\'', '"')).uid()).isEqualTo(read(WEB).uid());
        assertThat(read(WEB.replace("image: img", "image: other")).uid())
                .isNotEqualTo(read(WEB).uid());
        var moved = StaticPod.read(Path.of("/other"), WEB.getBytes(StandardCharsets.UTF_8), "Edge1");
        assertThat(moved.uid()).isNotEqualTo(read(WEB).uid());
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                argumentSet("no object", "[]", "must be one object"),
                argumentSet("no YAML", "a: [", "invalid YAML"),
                argumentSet(
                        "another kind", WEB.replace("kind: Pod", "kind: Service"), "must be a Pod of apiVersion v1"),
                argumentSet("no name", WEB.replace("name: web", "name: ''"), "metadata.name"),
                argumentSet("a bad namespace", WEB.replace("uid:", "namespace: a/b\n  uid:"), "metadata.namespace"),
                argumentSet("no containers", WEB.substring(0, WEB.indexOf("spec:")), "spec.containers"),
                argumentSet("no image", WEB.replace("image: img", "image: ''"), "container 'app': must have an image"),
                argumentSet("a path as a name", WEB.replace("name: app", "name: ../app"), "container name"),
                argumentSet(
                        "a service account",
                        WEB + "  serviceAccountName: default\n",
                        "static pods may not reference serviceaccounts"),
                argumentSet(
                        "a secret",
                        WEB + "  volumes: [{name: v, secret: {secretName: s}}]\n",
                        "static pods may not reference secrets"),
                argumentSet(
                        "a config map",
                        WEB.replace("image: img", "image: img, envFrom: [{configMapRef: {name: c}}]"),
                        "static pods may not reference configmaps"),
                argumentSet(
                        "a token",
                        WEB + "  volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}]}}]\n",
                        "static pods may not reference serviceaccounts"),
                argumentSet(
                        "a claim",
                        WEB + "  volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]\n",
                        "static pods may not reference persistentvolumeclaims"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatIsWrong(String manifest, String message) {
        assertThatThrownBy(() -> read(manifest))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    // ---- mirrors

    private static Pod mirror(Pod pod) {
        return new Pod(StaticPod.mirror(pod, "Edge1", "n1").withAt(Json.of("m1"), "metadata", "uid"));
    }

    @Test
    void aMirrorNamesItsPodAndItsNode() throws ConfigException {
        var mirror = mirror(read(WEB));
        assertThat(mirror.isMirror()).isTrue();
        assertThat(StaticPod.isMirrored(read(WEB), mirror)).isTrue();
        assertThat(mirror.tree().items("metadata", "ownerReferences").getFirst().text("uid"))
                .isEqualTo("n1");
    }

    static Stream<Arguments> plans() throws ConfigException {
        var pod = read(WEB);
        var other = read(WEB.replace("image: img", "image: other"));
        var deleted = PlanSamples.deleted(mirror(pod), 30);
        return Stream.of(
                argumentSet("a pod is shown", List.of(pod), List.of(), "create web-edge1"),
                argumentSet("it is shown once", List.of(pod), List.of(mirror(pod)), ""),
                argumentSet("what shows an older one goes", List.of(other), List.of(mirror(pod)), "delete m1"),
                argumentSet("what somebody deletes goes at once", List.of(pod), List.of(deleted), "delete m1"),
                argumentSet("what shows nothing goes", List.of(), List.of(mirror(pod)), "delete m1"));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void theCloudShowsTheseAndNoOthers(List<Pod> pods, List<Pod> mirrors, String steps) {
        var shown = mirrors.stream().collect(Collectors.toMap(Pod::key, mirror -> mirror));
        assertThat(Mirrors.plan(pods, shown).stream().map(StaticPodTest::text).collect(Collectors.joining(" ")))
                .isEqualTo(steps);
    }

    private static String text(Mirrors.Step step) {
        return switch (step) {
            case Mirrors.Step.Create(var pod) -> "create " + pod.name();
            case Mirrors.Step.Delete(var mirror) -> "delete " + mirror.uid();
        };
    }
}
