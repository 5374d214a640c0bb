package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TolerationTest {
    private static final Taint EDGE = new Taint("smarter.type", "edge", "NoSchedule");

    static Stream<Arguments> tolerations() {
        return Stream.of(
                argumentSet("same", new Toleration("smarter.type", false, "edge", "NoSchedule"), true),
                argumentSet("every effect", new Toleration("smarter.type", false, "edge", ""), true),
                argumentSet("another effect", new Toleration("smarter.type", false, "edge", "NoExecute"), false),
                argumentSet("another value", new Toleration("smarter.type", false, "core", "NoSchedule"), false),
                argumentSet("any value", new Toleration("smarter.type", true, "", "NoSchedule"), true),
                argumentSet("another key", new Toleration("other", true, "", ""), false),
                argumentSet("everything", new Toleration("", true, "", ""), true),
                argumentSet("no key and no Exists", new Toleration("", false, "edge", ""), false));
    }

    @ParameterizedTest
    @MethodSource("tolerations")
    void toleratesWhatItNames(Toleration toleration, boolean tolerates) {
        assertThat(toleration.tolerates(EDGE)).isEqualTo(tolerates);
    }

    @Test
    void readsTaintsAndTolerationsOfObjects() {
        var node = Json.obj("spec", Json.obj("taints", List.of(Json.obj("key", "a", "effect", "NoExecute"))));
        var spec = Json.obj("tolerations", List.of(Json.obj("key", "a", "operator", "Exists")));
        assertThat(Taint.of(node)).containsExactly(new Taint("a", "", "NoExecute"));
        assertThat(Toleration.of(spec)).containsExactly(new Toleration("a", true, "", ""));
        assertThat(Toleration.allTolerated(Taint.of(node), Toleration.of(spec))).isTrue();
        assertThat(Toleration.allTolerated(Taint.of(node), List.of())).isFalse();
    }
}
