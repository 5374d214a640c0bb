package io.smarter.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import io.smarter.schema.Schema;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class QuotaChargeTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final ApiType PODS = new Types(Schema.load()).of(Resource.PODS);

    static Stream<Arguments> pods() {
        return Stream.of(
                argumentSet("nothing wanted", "spec: {containers: [{}]}", "count/pods=1,pods=1"),
                argumentSet(
                        "containers together",
                        "spec: {containers: [%s, %s]}".formatted(wanting("1"), wanting("500m")),
                        "count/pods=1,cpu=1500m,pods=1,requests.cpu=1500m"),
                argumentSet(
                        "an init container that takes more",
                        "spec: {containers: [%s], initContainers: [%s, %s]}"
                                .formatted(wanting("1"), wanting("2"), wanting("3")),
                        "count/pods=1,cpu=3,pods=1,requests.cpu=3"),
                argumentSet(
                        "a sidecar beside both",
                        "spec: {containers: [%s], initContainers: [%s, %s]}"
                                .formatted(
                                        wanting("1"), "{restartPolicy: Always, " + resources("1") + "}", wanting("3")),
                        "count/pods=1,cpu=4,pods=1,requests.cpu=4"),
                argumentSet(
                        "as a whole",
                        "spec: {resources: {requests: {cpu: '3'}, limits: {memory: 1Gi}}, containers: [%s, {}]}"
                                .formatted(wanting("1")),
                        "count/pods=1,cpu=3,limits.memory=1Gi,pods=1,requests.cpu=3"),
                argumentSet(
                        "what the runtime takes itself",
                        "spec: {overhead: {cpu: 250m}, containers: [%s]}".formatted(wanting("1")),
                        "count/pods=1,cpu=1250m,pods=1,requests.cpu=1250m"),
                argumentSet(
                        "huge pages and devices",
                        "spec: {containers: [{resources: {requests: {hugepages-2Mi: 4Mi, example.org/gpu: '2'}}}]}",
                        "count/pods=1,hugepages-2Mi=4Mi,pods=1,requests.example.org/gpu=2,requests.hugepages-2Mi=4Mi"),
                argumentSet("ended", "{status: {phase: Failed}, spec: {containers: [{}]}}", "count/pods=1"),
                argumentSet(
                        "ending",
                        "{metadata: {deletionTimestamp: '2026-01-01T00:00:40Z', deletionGracePeriodSeconds: 30}, "
                                + "spec: {containers: [{}]}}",
                        "count/pods=1,pods=1"),
                argumentSet(
                        "lost",
                        "{metadata: {deletionTimestamp: '2026-01-01T00:00:20Z', deletionGracePeriodSeconds: 30}, "
                                + "spec: {containers: [{}]}}",
                        "count/pods=1"));
    }

    private static String wanting(String cpu) {
        return "{" + resources(cpu) + "}";
    }

    private static String resources(String cpu) {
        return "resources: {requests: {cpu: '%s'}}".formatted(cpu);
    }

    @ParameterizedTest
    @MethodSource("pods")
    void podsCountForWhatTheyTakeAtMost(String yaml, String amounts) {
        assertThat(QuotaCharge.of(PODS, pod(yaml), NOW).amounts()).hasToString(amounts);
    }

    @Test
    void whatThePodStatesItsContainersNeedNot() {
        var hard = Amounts.one("cpu", "memory");
        var spec = "spec: {%scontainers: [{name: a, %s}, {name: b}]}";
        assertThat(QuotaCharge.missing(pod(spec.formatted("", resources("1"))), hard))
                .isEqualTo("cpu for: b; memory for: a,b");
        assertThat(QuotaCharge.missing(pod(spec.formatted(resources("1") + ", ", resources("1"))), hard))
                .isEqualTo("memory for: a,b");
    }

    private static Json.Obj pod(String yaml) {
        return (Json.Obj) Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8));
    }
}
