package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodStatusTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Sandbox UP = new Sandbox("s0", 0, true, NOW.minusSeconds(100), List.of("10.39.0.5"));

    static Stream<Arguments> phases() {
        var always = PlanSamples.pod("Always", List.of(), "a", "b");
        var never = PlanSamples.pod("Never", List.of(), "a", "b");
        var init = PlanSamples.pod("Always", List.of("i"), "a");
        return Stream.of(
                argumentSet("nothing yet", always, Observed.NOTHING, "Pending"),
                argumentSet("one is missing", always, seen(PlanSamples.running("a", 0)), "Pending"),
                argumentSet("init runs", init, seen(PlanSamples.running("i", 0)), "Pending"),
                argumentSet(
                        "all run", always, seen(PlanSamples.running("a", 0), PlanSamples.running("b", 0)), "Running"),
                argumentSet(
                        "one crashed",
                        always,
                        seen(PlanSamples.running("a", 0), PlanSamples.exited("b", 0, 1)),
                        "Running"),
                argumentSet(
                        "all crashed and come back",
                        always,
                        seen(PlanSamples.exited("a", 0, 1), PlanSamples.exited("b", 0, 1)),
                        "Running"),
                argumentSet(
                        "all did well",
                        never,
                        seen(PlanSamples.exited("a", 0, 0), PlanSamples.exited("b", 0, 0)),
                        "Succeeded"),
                argumentSet(
                        "one did well and is not started again, and one is",
                        PlanSamples.own(always, "containers", 0, "Never"),
                        seen(PlanSamples.exited("a", 0, 0), PlanSamples.exited("b", 0, 0)),
                        "Running"),
                argumentSet(
                        "none is started again",
                        PlanSamples.own(PlanSamples.pod("Always", List.of(), "a"), "containers", 0, "Never"),
                        seen(PlanSamples.exited("a", 0, 2)),
                        "Failed"),
                argumentSet(
                        "an init container failed for good",
                        PlanSamples.own(init, "initContainers", 0, "Never"),
                        seen(PlanSamples.exited("i", 0, 2)),
                        "Failed"),
                argumentSet(
                        "one failed for good",
                        never,
                        seen(PlanSamples.exited("a", 0, 0), PlanSamples.exited("b", 0, 3)),
                        "Failed"));
    }

    @ParameterizedTest
    @MethodSource("phases")
    void tellsThePhase(Pod pod, Observed seen, String phase) {
        assertThat(status(pod, seen, Json.Obj.EMPTY).text("phase")).isEqualTo(phase);
    }

    @Test
    void tellsOfARunningContainer() {
        var status = status(
                PlanSamples.pod("Always", List.of(), "a"),
                seen(PlanSamples.running("a", 1), PlanSamples.exited("a", 0, 2)),
                Json.Obj.EMPTY);
        var container = status.items("containerStatuses").getFirst();
        assertThat(container.text("state", "running", "startedAt")).isEqualTo("2026-11-24T11:59:10Z");
        assertThat(container.number(0, "lastState", "terminated", "exitCode")).isEqualTo(2);
        assertThat(container.text("lastState", "terminated", "reason")).isEqualTo("Error");
        assertThat(container.number(0, "restartCount")).isEqualTo(1);
        assertThat(container.text("containerID")).isEqualTo("containerd://a-1");
        assertThat(container.flag("ready")).isTrue();
        assertThat(status.text("podIP")).isEqualTo("10.39.0.5");
        assertThat(condition(status, "Ready").text("status")).isEqualTo("True");
    }

    @Test
    void tellsWhichContainersAreNotReady() {
        var status = status(
                PlanSamples.pod("Always", List.of(), "a", "b"), seen(PlanSamples.running("a", 0)), Json.Obj.EMPTY);
        assertThat(condition(status, "Ready").text("message")).isEqualTo("containers with unready status: [b]");
        assertThat(condition(status, "Initialized").text("status")).isEqualTo("True");
        assertThat(status.items("containerStatuses").getLast().text("state", "waiting", "reason"))
                .isEqualTo("ContainerCreating");
    }

    @Test
    void aPodOfWhichNothingWasToldStartedWithItsFirstSandbox() {
        var pod = PlanSamples.pod("Always", List.of(), "a");
        var first = new Sandbox("s9", 0, false, NOW.minusSeconds(7200), List.of());
        var both = new Observed(List.of(UP, first), List.of());
        assertThat(status(pod, both, Json.Obj.EMPTY).text("startTime")).isEqualTo("2026-11-24T10:00:00Z");
        assertThat(status(pod, Observed.NOTHING, Json.Obj.EMPTY).text("startTime"))
                .isEqualTo("2026-11-24T12:00:00Z");
    }

    @Test
    void keepsTheTimeOfAConditionThatDidNotChange() {
        var old = Json.obj(
                "startTime",
                "2026-11-24T10:00:00Z",
                "conditions",
                List.of(Json.obj("type", "Ready", "status", "True", "lastTransitionTime", "2026-11-24T10:00:01Z")));
        var status = status(PlanSamples.pod("Always", List.of(), "a"), seen(PlanSamples.running("a", 0)), old);
        assertThat(status.text("startTime")).isEqualTo("2026-11-24T10:00:00Z");
        assertThat(condition(status, "Ready").text("lastTransitionTime")).isEqualTo("2026-11-24T10:00:01Z");
        assertThat(condition(status, "ContainersReady").text("lastTransitionTime"))
                .isEqualTo("2026-11-24T12:00:00Z");
    }

    @Test
    void keepsTheEndOfAPodThatIsOverThoughItsContainersAreGone() {
        var end = Json.obj("name", "a", "state", Json.obj("terminated", Json.obj("exitCode", 0)));
        var old = Json.obj("phase", "Succeeded", "containerStatuses", List.of(end));
        var pod = new Pod(PlanSamples.pod("Never", List.of(), "a").tree().with("status", old));
        var status = status(pod, Observed.NOTHING, old);
        assertThat(status.text("phase")).isEqualTo("Succeeded");
        assertThat(status.items("containerStatuses")).isEqualTo(List.of(end));
    }

    @Test
    void whatOnlyLooksAtAPodIsToldOfAndChangesNothingElse() {
        var pod = PlanSamples.debugged("app");
        var seen = seen(
                PlanSamples.exited("init", 0, 0), PlanSamples.running("app", 0), PlanSamples.exited("debug", 0, 1));
        var status = status(pod, seen, Json.Obj.EMPTY);
        var told = status.items("ephemeralContainerStatuses").getFirst();
        assertThat(told.number(0, "state", "terminated", "exitCode")).isEqualTo(1);
        assertThat(told.flag("ready")).isFalse();
        assertThat(told.at("started")).isNull();
        assertThat(status.text("phase")).isEqualTo("Running");
        assertThat(condition(status, "Ready").text("status")).isEqualTo("True");
    }

    @Test
    void aPodThatMayNotRunHasNoContainersToTellOf() {
        var pod = GivenUp.refused("SysctlForbidden", "no").of(PlanSamples.pod("Always", List.of(), "a"));
        var status = status(pod, Observed.NOTHING, Json.Obj.EMPTY);
        assertThat(status.text("reason")).isEqualTo("SysctlForbidden");
        assertThat(status.items("containerStatuses")).isEmpty();
        assertThat(condition(status, "Ready").text("status")).isEqualTo("False");
        assertThat(condition(status, "Ready").text("reason")).isEqualTo("PodFailed");
    }

    private static Observed seen(Observed.Instance... instances) {
        return PlanSamples.seen(UP, instances);
    }

    private static Json.Obj status(Pod pod, Observed seen, Json.Obj previous) {
        var plan = Plan.of(pod, seen, Memory.NONE, NOW);
        return new PodStatus(pod, seen, Memory.NONE, plan, previous, "192.0.2.7", NOW).status();
    }

    private static Json condition(Json.Obj status, String type) {
        return status.items("conditions").stream()
                .filter(condition -> type.equals(condition.text("type")))
                .findFirst()
                .orElseThrow();
    }
}
