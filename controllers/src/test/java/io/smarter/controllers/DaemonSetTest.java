package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.controllers.DaemonPlan.Rollout;
import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DaemonSetTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

    static Stream<Arguments> unavailable() {
        return Stream.of(
                argumentSet("default", null, 10, 1),
                argumentSet("a number", 3, 10, 3),
                argumentSet("a percentage, rounded up", "25%", 10, 3),
                argumentSet("all", "100%", 10, 10),
                argumentSet("never none", "0%", 10, 1),
                argumentSet("never zero", 0, 10, 1),
                argumentSet("nonsense", "many", 10, 1));
    }

    @ParameterizedTest
    @MethodSource("unavailable")
    void countsHowManyMayBeUnavailable(Object given, int of, int expected) {
        var rolling = Json.obj("maxUnavailable", given);
        var spec = Json.obj("updateStrategy", Json.obj("rollingUpdate", rolling));
        assertThat(new DaemonSet(Json.obj("spec", spec)).maxUnavailable(of)).isEqualTo(expected);
    }

    @Test
    void anEmptySelectorSelectsNothing() {
        assertThat(new DaemonSet(Json.obj()).selector().matches(Map.of())).isFalse();
        assertThat(RevisionsTest.daemonSet("i").selector().matches(Map.of("app", "sensor")))
                .isTrue();
    }

    @Test
    void statusCountsNodesAndPods() {
        var nodes = List.of(
                new Node("n1", Fit.RUN, true),
                new Node("n2", Fit.RUN, true),
                new Node("n3", Fit.RUN, true),
                new Node("n4", Fit.KEEP, true));
        var pods = List.of(
                pod("n1", "new", NOW.minusSeconds(60)),
                pod("n2", "old", NOW.minusSeconds(5)),
                pod("n4", "old", NOW.minusSeconds(60)));
        var rollout = new Rollout("new", true, 1, Duration.ofSeconds(10), NOW);
        var status = DaemonStatus.of(RevisionsTest.daemonSet("i"), nodes, pods, rollout);
        assertThat(status)
                .isEqualTo(Json.obj(
                        "currentNumberScheduled", 2,
                        "numberMisscheduled", 1,
                        "desiredNumberScheduled", 3,
                        "numberReady", 2,
                        "observedGeneration", 7,
                        "updatedNumberScheduled", 1,
                        "numberAvailable", 1,
                        "numberUnavailable", 2));
    }

    private static DaemonPod pod(String node, String hash, Instant ready) {
        return new DaemonPod("p-" + node, "uid", node, hash, "Running", false, ready, ready);
    }
}
