package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HaltTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Sandbox UP = new Sandbox("s0", 0, true, NOW.minusSeconds(100), List.of("10.39.0.5"));
    private static final Sandbox DOWN = new Sandbox("s0", 0, false, NOW.minusSeconds(100), List.of());
    private static final Pod POD = PlanSamples.pod("Always", List.of(), "app");

    private final Halt halt = new Halt();

    private List<Step> steps(Pod pod, Observed seen) {
        return halt.plan(pod, seen, Memory.NONE, NOW).steps();
    }

    @Test
    void aPodRunsUntilItIsToldToHalt() {
        assertThat(steps(POD, PlanSamples.seen(UP))).singleElement().isInstanceOf(Step.Start.class);
    }

    @Test
    void whatRunsEndsInTimeAndStaysInTheRuntime() throws InterruptedException {
        halt.begin(Duration.ofSeconds(5));
        var running = PlanSamples.seen(UP, PlanSamples.running("app", 0));
        assertThat(steps(POD, running))
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Stop.class, stop -> assertThat(stop.grace()).isEqualTo(Duration.ofSeconds(5)));
        halt.look(running);
        assertThat(halt.await(Duration.ZERO)).isFalse();
        assertThat(steps(POD, PlanSamples.seen(UP, PlanSamples.exited("app", 0, 143))))
                .containsExactly(new Step.StopSandbox("s0"));
        var down = PlanSamples.seen(DOWN, PlanSamples.exited("app", 0, 143));
        assertThat(steps(POD, down)).isEmpty();
        halt.look(down);
        assertThat(halt.await(Duration.ZERO)).isTrue();
    }

    @Test
    void aShutdownShortensTheTimeOfAPodButNeverMakesItLonger() {
        var pod = new Pod(Json.obj("spec", Json.obj("terminationGracePeriodSeconds", 30)));
        assertThat(Halt.shortened(pod, Duration.ofSeconds(5)).gracePeriod()).isEqualTo(Duration.ofSeconds(5));
        assertThat(Halt.shortened(pod, Duration.ofSeconds(60))).isEqualTo(pod);
    }

    @Test
    void whatWasOverBeforeItIsNotWaitedFor() throws InterruptedException {
        halt.over();
        halt.begin(Duration.ofSeconds(5));
        assertThat(halt.await(Duration.ZERO)).isTrue();
    }

    @Test
    void whatIsDeletedMeanwhileEndsForGood() {
        halt.begin(Duration.ofSeconds(5));
        assertThat(steps(PlanSamples.deleted(POD, 1), Observed.NOTHING)).containsExactly(new Step.Finish());
    }
}
