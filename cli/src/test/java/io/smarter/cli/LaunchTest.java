package io.smarter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LaunchTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    static Stream<Arguments> nodes() {
        return Stream.of(
                argumentSet("no conditions yet", Json.Obj.EMPTY, false),
                argumentSet("ready in this run", node("True", "2026-11-24T12:00:00Z"), true),
                argumentSet("ready in the run before", node("True", "2026-11-24T11:59:59Z"), false),
                argumentSet("not ready", node("False", "2026-11-24T12:00:03Z"), false),
                argumentSet("of no known time", node("True", ""), false));
    }

    private static Json.Obj node(String ready, String heartbeat) {
        var condition = Json.obj("type", "Ready", "status", ready, "lastHeartbeatTime", heartbeat);
        return Json.obj("status", Json.obj("conditions", List.of(condition)));
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whatTheRunBeforeSaidDoesNotCount(Json.Obj node, boolean ready) {
        assertThat(Launch.saidSince(node, "True", START)).isEqualTo(ready);
    }
}
