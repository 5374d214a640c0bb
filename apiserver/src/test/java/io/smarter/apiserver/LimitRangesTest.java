package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LimitRangesTest {
    private static final String IN = "/api/v1/namespaces/default/";
    private static final String PODS = IN + "pods";
    private static final String CLAIMS = IN + "persistentvolumeclaims";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void limits(String limits) {
        var made = ask(
                IN + "limitranges",
                "{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [%s]}}".formatted(limits));
        assertThat(made.status).as(() -> made.json().pretty()).isEqualTo(201);
    }

    private FakeExchange ask(String path, String yaml) {
        return api.ask(
                "POST", path, Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)).compact());
    }

    private static String pod(String... resources) {
        return podWith("", resources);
    }

    private static String podWith(String more, String... resources) {
        var containers = new StringBuilder();
        for (int i = 0; i < resources.length; i++)
            containers.append("{name: c%d, image: i, resources: {%s}},".formatted(i, resources[i]));
        return "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [%s], %s}}"
                .formatted(containers, more);
    }

    private static String claim(String storage) {
        return "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: p}, spec: {accessModes: [ReadWriteOnce], "
                + "resources: {requests: {storage: %s}}}}".formatted(storage);
    }

    @Test
    void containersGetWhatTheyDoNotSay() {
        limits("{type: Container, default: {cpu: 500m, memory: 500Mi}, defaultRequest: {cpu: 100m}}");
        var pod = ask(PODS, pod("", "requests: {cpu: 200m}, limits: {memory: 1Gi}"))
                .json();
        var first = pod.items("spec", "containers").getFirst();
        assertThat(first.object("resources", "limits").compact()).isEqualTo("{\"cpu\":\"500m\",\"memory\":\"500Mi\"}");
        assertThat(first.object("resources", "requests").compact())
                .isEqualTo("{\"cpu\":\"100m\",\"memory\":\"500Mi\"}");
        var second = pod.items("spec", "containers").getLast();
        assertThat(second.textOrEmpty("resources", "limits", "cpu")).isEqualTo("500m");
        assertThat(second.textOrEmpty("resources", "limits", "memory")).isEqualTo("1Gi");
        assertThat(second.textOrEmpty("resources", "requests", "cpu")).isEqualTo("200m");
        assertThat(pod.textOrEmpty("status", "qosClass")).isEqualTo("Burstable");
        assertThat(pod.textOrEmpty("metadata", "annotations", "kubernetes.io/limit-ranger"))
                .isEqualTo(
                        "LimitRanger plugin set: cpu, memory request for container c0; cpu, memory limit for container "
                                + "c0; cpu limit for container c1");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                argumentSet(
                        "too little",
                        "{type: Container, min: {cpu: 100m}}",
                        pod("requests: {cpu: 50m}, limits: {cpu: 1}"),
                        "minimum cpu usage per Container is 100m, but request is 50m"),
                argumentSet(
                        "too much",
                        "{type: Container, max: {memory: 1Gi}}",
                        pod("limits: {memory: 2Gi}"),
                        "[maximum memory usage per Container is 1Gi, but limit is 2Gi]"
                                .replace("[", "")
                                .replace("]", "")),
                argumentSet(
                        "nothing said",
                        "{type: Pod, max: {cpu: 1}}",
                        pod("limits: {memory: 1Gi}", ""),
                        "maximum cpu usage per Pod is 1.  No limit is specified"),
                argumentSet(
                        "said by one of two",
                        "{type: Pod, max: {cpu: 1}}",
                        pod("limits: {cpu: 2}", ""),
                        "maximum cpu usage per Pod is 1, but limit is 2"),
                argumentSet(
                        "said for the pod as a whole",
                        "{type: Pod, max: {cpu: 1}}",
                        podWith("resources: {limits: {cpu: 2}}", "limits: {cpu: 500m}"),
                        "maximum cpu usage per Pod is 1, but limit is 2"),
                argumentSet(
                        "huge pages of the pod's containers",
                        "{type: Pod, max: {hugepages-2Mi: 2Mi}}",
                        podWith(
                                "resources: {limits: {cpu: 1, hugepages-2Mi: 8Mi}}",
                                "limits: {cpu: 500m, hugepages-2Mi: 4Mi}"),
                        "maximum hugepages-2Mi usage per Pod is 2Mi, but limit is 4Mi"),
                argumentSet(
                        "with what starts after a sidecar",
                        "{type: Pod, max: {cpu: 1}}",
                        podWith(
                                "initContainers: [{name: s, image: i, restartPolicy: Always, resources: {limits: {cpu: 400m}}},"
                                        + "{name: f, image: i, resources: {limits: {cpu: 700m}}}]",
                                "limits: {cpu: 500m}"),
                        "maximum cpu usage per Pod is 1, but limit is 1100m"),
                argumentSet(
                        "together too much",
                        "{type: Pod, max: {memory: 1Gi}}",
                        pod("limits: {memory: 1Gi}", "limits: {memory: 1Gi}"),
                        "maximum memory usage per Pod is 1Gi, but limit is 2Gi"),
                argumentSet(
                        "too far apart",
                        "{type: Container, maxLimitRequestRatio: {cpu: 2}}",
                        pod("requests: {cpu: 100m}, limits: {cpu: 500m}"),
                        "cpu max limit to request ratio per Container is 2, but provided ratio is 5.000000"),
                argumentSet(
                        "two problems",
                        "{type: Container, min: {cpu: 1, memory: 1Gi}}",
                        pod("requests: {cpu: 500m, memory: 1Mi}, limits: {cpu: 1, memory: 2Gi}"),
                        "[minimum cpu usage per Container is 1, but request is 500m, minimum memory usage per Container is "
                                + "1Gi, but request is 1Mi]"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void podsOutsideOfTheLimitsAreRefused(String limits, String pod, String why) {
        limits(limits);
        var refused = ask(PODS, pod);
        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.json().text("message")).isEqualTo("pods \"p\" is forbidden: " + why);
    }

    @Test
    void whatAPodSaysAsAWholeCountsAndItsContainersNeedNotSayIt() {
        limits("{type: Pod, max: {cpu: 1}}");
        assertThat(ask(PODS, podWith("resources: {limits: {cpu: 1}}", "", "")).status)
                .isEqualTo(201);
    }

    @Test
    void wrongLimitsAreRefused() {
        var refused = ask(IN + "limitranges", """
                {apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [
                {type: Container, min: {cpu: 2}, max: {cpu: 1}}, {type: Container}, {type: Pod, default: {cpu: 1}},
                {type: PersistentVolumeClaim}]}}""");
        assertThat(refused.status).isEqualTo(422);
        assertThat(refused.json().text("message"))
                .contains("spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1")
                .contains("spec.limits[1].type: Duplicate value: \"Container\"")
                .contains("spec.limits[2].default: Forbidden: may not be specified when `type` is 'Pod'")
                .contains("spec.limits[3].limits: Required value: either minimum or maximum storage value is required, "
                        + "but neither was provided");
    }

    @Test
    void claimsOutsideOfTheLimitsAreRefused() {
        limits("{type: PersistentVolumeClaim, min: {storage: 1Gi}, max: {storage: 3Gi}}");
        assertThat(ask(CLAIMS, claim("10Gi")).json().text("message"))
                .isEqualTo(
                        "persistentvolumeclaims \"p\" is forbidden: maximum storage usage per PersistentVolumeClaim is "
                                + "3Gi, but request is 10Gi");
        assertThat(ask(CLAIMS, claim("1Mi")).status).isEqualTo(403);
        assertThat(ask(CLAIMS, claim("2Gi")).status).isEqualTo(201);
    }

    @Test
    void limitsThatGoOrChangeAreForgotten() throws Exception {
        limits("{type: Container, default: {cpu: 1}}");
        api.ask(
                "PATCH",
                IN + "limitranges/l",
                "{\"spec\":{\"limits\":[{\"type\":\"Container\",\"default\":{\"cpu\":\"2\"}}]}}",
                TestApi.MERGE_PATCH);
        assertThat(ask(PODS + "?dryRun=All", pod("")).json().items("spec", "containers"))
                .first()
                .matches(container ->
                        container.textOrEmpty("resources", "limits", "cpu").equals("2"));
        api.restart();
        assertThat(ask(PODS + "?dryRun=All", pod("")).json().compact()).contains("limit-ranger");
        api.ask("DELETE", IN + "limitranges/l", "");
        TestDefinitions.await(
                () -> !ask(PODS + "?dryRun=All", pod("")).json().compact().contains("limit-ranger"));
    }
}
