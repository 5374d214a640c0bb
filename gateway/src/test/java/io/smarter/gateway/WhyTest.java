package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.gateway.Memory.Failure;
import io.smarter.gateway.Memory.Health;
import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WhyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Sandbox UP = new Sandbox("s0", 0, true, NOW.minusSeconds(100), List.of("10.39.0.5"));
    private static final Pod PLAIN = PlanSamples.pod("Always", List.of(), "app");
    private static final Pod WITH_INIT = PlanSamples.pod("Always", List.of("init"), "app");
    private static final Instance RUNNING = PlanSamples.running("app", 0);

    static Stream<Arguments> verdicts() {
        var pull = new Failure("ErrImagePull", "no such host", NOW.minusSeconds(5), NOW.plusSeconds(40));
        var secret = new Failure("ContainerCreating", "secret \"x\" not found", NOW, NOW.plusSeconds(4));
        var evicted = GivenUp.evicted("The node was low on resource: memory. ", Duration.ofSeconds(1), NOW);
        return Stream.of(
                argumentSet(
                        "ready",
                        PLAIN,
                        seen(RUNNING),
                        Memory.NONE,
                        "Running: 1 container, ready since 2026-11-24T11:59:10Z"),
                argumentSet(
                        "no image",
                        PLAIN,
                        seen(),
                        failed("app", pull),
                        "Not running: container app has no image, img cannot be pulled: no such host;"
                                + " next try at 2026-11-24T12:00:40Z (in 40 s)"),
                argumentSet(
                        "no secret",
                        PLAIN,
                        Observed.NOTHING,
                        failed(Memory.SANDBOX, secret),
                        "Not running: secret \"x\" not found; next try at 2026-11-24T12:00:04Z (in 4 s)"),
                argumentSet(
                        "a crash loop",
                        PLAIN,
                        seen(PlanSamples.exited("app", 2, 1)),
                        crashed("app", 40),
                        "Not running: container app ended with exit code 1 at 2026-11-24T11:59:55Z, the 3rd time, and"
                                + " waits out its back-off of 40 s; next try at 2026-11-24T12:00:35Z (in 35 s)"),
                argumentSet(
                        "an init container that runs",
                        WITH_INIT,
                        seen(PlanSamples.running("init", 0)),
                        Memory.NONE,
                        "Not running: container init runs since 2026-11-24T11:59:10Z and has to end before the"
                                + " others start"),
                argumentSet(
                        "not ready",
                        PLAIN,
                        seen(RUNNING),
                        health("app-0", new Health(true, false, true)),
                        "Running, not ready: container app has not passed its readiness probe: Readiness probe failed:"
                                + " HTTP probe failed with statuscode: 500 (2026-11-24T11:59:58Z, 7 times in a row)"),
                argumentSet(
                        "evicted",
                        evicted.of(PLAIN),
                        Observed.NOTHING,
                        Memory.NONE,
                        "Failed for good: Evicted: The node was low on resource: memory."),
                argumentSet(
                        "deleted",
                        PlanSamples.deleted(PLAIN, 30),
                        Observed.NOTHING,
                        Memory.NONE,
                        "Ending: it is being deleted; nothing of it runs, its sandbox is being removed"));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void saysInOneLineWhyAPodIsAsItIs(Pod pod, Observed seen, Memory memory, String verdict) {
        assertThat(why(pod, seen, memory, null).verdict()).isEqualTo(verdict);
    }

    static Stream<Arguments> shutdowns() {
        return Stream.of(
                argumentSet(
                        "to run again",
                        PLAIN,
                        "Running",
                        "Not running: the node goes down; its next start runs the pod again"),
                argumentSet(
                        "failed by it",
                        PlanSamples.pod("Never", List.of(), "app"),
                        "Failed",
                        "Failed for good: Terminated: Pod was terminated."));
    }

    @ParameterizedTest
    @MethodSource("shutdowns")
    void whatAShutdownEndedRunsAgainUnlessItFailed(Pod pod, String phase, String verdict) {
        var status = Json.obj("phase", phase, "reason", "Terminated", "message", "Pod was terminated.");
        var seen = seen(PlanSamples.exited("app", 0, 143));
        assertThat(why(pod, seen, Memory.NONE, null, status).verdict()).isEqualTo(verdict);
    }

    @Test
    void aContainerThatEndedForGoodIsNotStartedAgain() {
        var json = why(
                        PlanSamples.pod("Never", List.of(), "app"),
                        seen(PlanSamples.exited("app", 0, 143)),
                        Memory.NONE,
                        null)
                .json("");
        assertThat(json.items("containers").getFirst().text("text"))
                .isEqualTo("ended with exit code 143 at 2026-11-24T11:59:55Z");
    }

    @Test
    void saysThatTheRuntimeIsOutOfReach() {
        var trouble = new Failure("Error", "connection refused", NOW, NOW.plusSeconds(2));
        assertThat(why(PLAIN, seen(RUNNING), Memory.NONE, trouble).verdict())
                .isEqualTo("Unknown: the pod cannot be looked after: connection refused;"
                        + " next try at 2026-11-24T12:00:02Z (in 2 s)");
    }

    @Test
    void tellsWhereTheLastWordsAre() {
        var json = why(PLAIN, seen(PlanSamples.exited("app", 2, 1)), crashed("app", 40), null)
                .json("");
        assertThat(json.items("next")).containsExactly(Json.of("read what it said last: tail -n 20 /logs/app/2.log"));
        assertThat(json.items("containers").getFirst().number(0, "restarts")).isEqualTo(2);
    }

    @Test
    void aContainerThatWaitsForAnotherNamesIt() {
        var json = why(WITH_INIT, seen(PlanSamples.running("init", 0)), Memory.NONE, null)
                .json("app");
        assertThat(json.items("containers"))
                .singleElement()
                .extracting(part -> part.text("text"))
                .isEqualTo("waits for init container init");
    }

    static Stream<Arguments> guests() {
        return Stream.of(
                argumentSet("runs", "app", PlanSamples.running("debug", 0), true, "runs since 2026-11-24T11:59:10Z"),
                argumentSet(
                        "ended",
                        "app",
                        PlanSamples.exited("debug", 0, 1),
                        true,
                        "ended with exit code 1 at 2026-11-24T11:59:55Z"),
                argumentSet("comes", "app", PlanSamples.exited("other", 0, 1), false, "is about to be started"),
                argumentSet(
                        "finds nobody",
                        "none",
                        PlanSamples.exited("other", 0, 1),
                        false,
                        "is not started: unable to find target container none"));
    }

    @ParameterizedTest
    @MethodSource("guests")
    void aContainerThatOnlyLooksIsToldOfAndChangesNothingElse(
            String target, Instance guest, boolean fine, String text) {
        var why = why(
                PlanSamples.debugged(target),
                seen(PlanSamples.exited("init", 0, 0), RUNNING, guest),
                Memory.NONE,
                null);
        assertThat(why.verdict()).startsWith("Running: 1 container");
        var part = why.json("debug").items("containers").getFirst();
        assertThat(part.text("kind")).isEqualTo("ephemeral");
        assertThat(part.flag("fine")).isEqualTo(fine);
        assertThat(part.text("text")).isEqualTo(text);
    }

    private static Why why(Pod pod, Observed seen, Memory memory, @Nullable Failure trouble) {
        var status = Json.obj(
                "conditions",
                List.of(Json.obj("type", "Ready", "status", "True", "lastTransitionTime", "2026-11-24T11:59:10Z")));
        return why(pod, seen, memory, trouble, status);
    }

    private static Why why(Pod pod, Observed seen, Memory memory, @Nullable Failure trouble, Json.Obj status) {
        var plan = Plan.of(pod, seen, memory, NOW);
        var unhealthy = new Diary.Entry(
                NOW.minusSeconds(2),
                "app",
                "Unhealthy",
                "Readiness probe failed: HTTP probe failed with statuscode: 500",
                7);
        return new Why(pod, seen, memory, plan, status, trouble, List.of(unhealthy), WhyTest::log, NOW);
    }

    private static Path log(Instance instance) {
        return Path.of("/logs", instance.name(), instance.restarts() + ".log");
    }

    private static Observed seen(Instance... instances) {
        return PlanSamples.seen(UP, instances);
    }

    private static Memory failed(String name, Failure failure) {
        return new Memory(Map.of(name, failure), Map.of(), Set.of(), Set.of(), Map.of(), false);
    }

    private static Memory crashed(String name, int seconds) {
        var backOff = new BackOff(Duration.ofSeconds(seconds), NOW.minusSeconds(30));
        return new Memory(Map.of(), Map.of(name, backOff), Set.of(), Set.of(), Map.of(), false);
    }

    private static Memory health(String id, Health health) {
        return new Memory(Map.of(), Map.of(), Set.of(), Set.of(), Map.of(id, health), false);
    }
}
