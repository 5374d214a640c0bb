package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod.QosClass;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PodTest {
    private static final String BOTH = "resources: {limits: {cpu: 1, memory: 1Gi}}";

    static Stream<Arguments> classes() {
        return Stream.of(
                argumentSet("nothing", "containers: [{}]", QosClass.BEST_EFFORT),
                argumentSet("limited", "containers: [{%s}]".formatted(BOTH), QosClass.GUARANTEED),
                argumentSet("one of two limited", "containers: [{%s}, {}]".formatted(BOTH), QosClass.BURSTABLE),
                argumentSet("as a whole", BOTH + ", containers: [{}, {}]", QosClass.GUARANTEED),
                argumentSet(
                        "as a whole, whatever a container says",
                        "resources: {requests: {cpu: 1}}, containers: [{%s}]".formatted(BOTH),
                        QosClass.BURSTABLE),
                argumentSet(
                        "nothing as a whole",
                        "resources: {}, containers: [{%s}]".formatted(BOTH),
                        QosClass.GUARANTEED));
    }

    @ParameterizedTest
    @MethodSource("classes")
    void resourcesDecideOnItsClass(String spec, QosClass expected) {
        var pod = (Json.Obj) Yaml.parse(("spec: {" + spec + "}").getBytes(StandardCharsets.UTF_8));
        assertThat(new Pod(pod).qosClass()).isEqualTo(expected);
    }
}
