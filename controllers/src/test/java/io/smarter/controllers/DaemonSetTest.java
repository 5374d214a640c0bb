package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import io.smarter.controllers.Rollout.Strategy;
import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DaemonSetTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

    static Stream<Arguments> strategies() {
        return Stream.of(
                argumentSet("default", null, null, new Strategy.Stopping(1)),
                argumentSet("a number", 3, 0, new Strategy.Stopping(3)),
                argumentSet("a percentage, rounded up", "25%", 0, new Strategy.Stopping(3)),
                argumentSet("all", "100%", "0%", new Strategy.Stopping(10)),
                argumentSet("never none", "0%", 0, new Strategy.Stopping(1)),
                argumentSet("never zero", 0, null, new Strategy.Stopping(1)),
                argumentSet("nonsense", "many", "more", new Strategy.Stopping(1)),
                argumentSet("surge", 0, 2, new Strategy.Surging(2)),
                argumentSet("surge of a percentage, rounded up", 0, "1%", new Strategy.Surging(1)));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void readsHowPodsAreReplaced(@Nullable Object unavailable, @Nullable Object surge, Strategy expected) {
        var rolling = Json.obj("maxUnavailable", unavailable, "maxSurge", surge);
        var spec = Json.obj("updateStrategy", Json.obj("rollingUpdate", rolling));
        assertThat(new DaemonSet(Json.obj("spec", spec)).strategy(10)).isEqualTo(expected);
    }

    @Test
    void onDeleteNothingIsReplaced() {
        var strategy = Json.obj("type", "OnDelete", "rollingUpdate", Json.obj("maxSurge", 1));
        assertThat(new DaemonSet(Json.obj("spec", Json.obj("updateStrategy", strategy))).strategy(10))
                .isEqualTo(new Strategy.OnDelete());
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
        var rollout = new Rollout("new", new Strategy.Stopping(1), Duration.ofSeconds(10), NOW);
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
