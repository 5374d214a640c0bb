package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PressureTaintsTest {
    private static final Json.Obj EDGE = Json.obj("key", "smarter.type", "value", "edge", "effect", "NoSchedule");
    private static final Json.Obj MEMORY =
            Json.obj("key", "node.kubernetes.io/memory-pressure", "effect", "NoSchedule");
    private static final Json.Obj DISK = Json.obj("key", "node.kubernetes.io/disk-pressure", "effect", "NoSchedule");

    static Stream<Arguments> cases() {
        return Stream.of(
                argumentSet("enough of all", List.of(EDGE), List.of(), null),
                argumentSet("short of memory", List.of(EDGE), List.of("MemoryPressure"), List.of(EDGE, MEMORY)),
                argumentSet("said already", List.of(EDGE, MEMORY), List.of("MemoryPressure"), null),
                argumentSet("enough again", List.of(MEMORY, EDGE), List.of(), List.of(EDGE)),
                argumentSet(
                        "short of two", List.of(), List.of("DiskPressure", "MemoryPressure"), List.of(DISK, MEMORY)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void taintsFollowConditions(List<Json.Obj> taints, List<String> holding, @Nullable List<Json.Obj> wanted) {
        var conditions = Stream.of("MemoryPressure", "DiskPressure", "PIDPressure")
                .map(type -> Json.obj("type", type, "status", holding.contains(type) ? "True" : "False"))
                .toList();
        var node = Json.obj("spec", Json.obj("taints", taints), "status", Json.obj("conditions", conditions));
        assertThat(PressureTaints.of(node)).isEqualTo(wanted);
    }
}
