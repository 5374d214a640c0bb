package io.smarter.gateway;

import static io.smarter.gateway.PlanSamples.NOW;
import static io.smarter.gateway.PlanSamples.WITH_INIT;
import static io.smarter.gateway.PlanSamples.crashed;
import static io.smarter.gateway.PlanSamples.debugged;
import static io.smarter.gateway.PlanSamples.deleted;
import static io.smarter.gateway.PlanSamples.exited;
import static io.smarter.gateway.PlanSamples.expired;
import static io.smarter.gateway.PlanSamples.health;
import static io.smarter.gateway.PlanSamples.image;
import static io.smarter.gateway.PlanSamples.instance;
import static io.smarter.gateway.PlanSamples.own;
import static io.smarter.gateway.PlanSamples.phase;
import static io.smarter.gateway.PlanSamples.pod;
import static io.smarter.gateway.PlanSamples.running;
import static io.smarter.gateway.PlanSamples.seen;
import static io.smarter.gateway.PlanSamples.sidecar;
import static io.smarter.gateway.PlanSamples.starting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.gateway.Memory.Failure;
import io.smarter.gateway.Memory.Health;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.gateway.Observed.State;
import io.smarter.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
    private static final Sandbox UP = new Sandbox("s0", 0, true, NOW.minusSeconds(100), List.of("10.39.0.5"));
    private static final Sandbox DOWN = new Sandbox("s0", 0, false, NOW.minusSeconds(100), List.of());
    private static final Pod PLAIN = pod("Always", List.of(), "app");

    static Stream<Arguments> cases() {
        return Stream.of(
                argumentSet("a new pod gets its sandbox", PLAIN, seen(), Memory.NONE, List.of("sandbox 0")),
                argumentSet(
                        "a sandbox that died is replaced",
                        PLAIN,
                        seen(DOWN),
                        Memory.NONE,
                        List.of("stop sandbox s0", "sandbox 1")),
                argumentSet(
                        "a sandbox without an address is replaced",
                        PLAIN,
                        seen(new Sandbox("s0", 0, true, NOW, List.of())),
                        Memory.NONE,
                        List.of("stop sandbox s0", "sandbox 1")),
                argumentSet("a container is started", PLAIN, seen(UP), Memory.NONE, List.of("start app 0")),
                argumentSet("a container is not started twice", PLAIN, seen(UP), starting("app"), List.of()),
                argumentSet(
                        "a running container is left alone",
                        PLAIN,
                        seen(UP, running("app", 0)),
                        Memory.NONE,
                        List.of()),
                argumentSet(
                        "a container that ended comes back at once the first time",
                        PLAIN,
                        seen(UP, exited("app", 0, 1)),
                        Memory.NONE,
                        List.of("start app 1")),
                argumentSet(
                        "a container that crashes waits for its back-off",
                        PLAIN,
                        seen(UP, exited("app", 1, 1)),
                        crashed("app", 10),
                        List.of()),
                argumentSet(
                        "only the last dead container is kept",
                        PLAIN,
                        seen(UP, running("app", 2), exited("app", 1, 1), exited("app", 0, 1)),
                        Memory.NONE,
                        List.of("remove app-0")),
                argumentSet(
                        "a container that was made and not started is made anew",
                        PLAIN,
                        seen(UP, instance("app", 0, new State.Created())),
                        Memory.NONE,
                        List.of("remove app-0", "start app 0")),
                argumentSet(
                        "a container of another image is stopped",
                        image(PLAIN, "other"),
                        seen(UP, running("app", 0)),
                        Memory.NONE,
                        List.of("stop app-0 30")),
                argumentSet(
                        "a container that is not alive is stopped",
                        PLAIN,
                        seen(UP, running("app", 0)),
                        health("app-0", new Health(true, true, false)),
                        List.of("stop app-0 30")),
                argumentSet("init containers come first", WITH_INIT, seen(UP), Memory.NONE, List.of("start init 0")),
                argumentSet(
                        "others wait for a running init container",
                        WITH_INIT,
                        seen(UP, running("init", 0)),
                        Memory.NONE,
                        List.of()),
                argumentSet(
                        "others follow a good init container",
                        WITH_INIT,
                        seen(UP, exited("init", 0, 0)),
                        Memory.NONE,
                        List.of("start app 0")),
                argumentSet(
                        "a failed init container is repeated",
                        WITH_INIT,
                        seen(UP, exited("init", 0, 1)),
                        Memory.NONE,
                        List.of("start init 1")),
                argumentSet(
                        "a failed init container ends a pod that is never restarted",
                        pod("Never", List.of("init"), "app"),
                        seen(UP, exited("init", 0, 1)),
                        Memory.NONE,
                        List.of("stop sandbox s0")),
                argumentSet(
                        "a good end is the end on failure only",
                        pod("OnFailure", List.of(), "app"),
                        seen(UP, exited("app", 0, 0)),
                        Memory.NONE,
                        List.of("stop sandbox s0")),
                argumentSet(
                        "a bad end is repeated on failure",
                        pod("OnFailure", List.of(), "app"),
                        seen(UP, exited("app", 0, 2)),
                        Memory.NONE,
                        List.of("start app 1")),
                argumentSet(
                        "a container that is never started again leaves the others alone",
                        own(pod("Always", List.of(), "app", "once"), "containers", 1, "Never"),
                        seen(UP, running("app", 0), exited("once", 0, 1)),
                        Memory.NONE,
                        List.of()),
                argumentSet(
                        "a container may be started again where the others are not",
                        own(pod("Never", List.of(), "app", "other"), "containers", 0, "OnFailure"),
                        seen(UP, exited("app", 0, 1), exited("other", 0, 1)),
                        Memory.NONE,
                        List.of("start app 1")),
                argumentSet(
                        "a pod is over when none of its containers is started again",
                        own(PLAIN, "containers", 0, "Never"),
                        seen(UP, exited("app", 0, 0)),
                        Memory.NONE,
                        List.of("stop sandbox s0")),
                argumentSet(
                        "an init container that is not repeated ends its pod",
                        own(WITH_INIT, "initContainers", 0, "Never"),
                        seen(UP, exited("init", 0, 1)),
                        Memory.NONE,
                        List.of("stop sandbox s0")),
                argumentSet(
                        "an init container may be repeated in a pod that is not",
                        own(pod("Never", List.of("init"), "app"), "initContainers", 0, "OnFailure"),
                        seen(UP, exited("init", 0, 1)),
                        Memory.NONE,
                        List.of("start init 1")),
                argumentSet(
                        "what was said to be over stays so", phase(PLAIN, "Failed"), seen(), Memory.NONE, List.of()),
                argumentSet(
                        "after a reboot a job that is done is not done again",
                        pod("Never", List.of(), "app"),
                        seen(DOWN, exited("app", 0, 0)),
                        Memory.NONE,
                        List.of()),
                argumentSet(
                        "a pod that may run no longer ends",
                        expired(PLAIN),
                        seen(UP, running("app", 0)),
                        Memory.NONE,
                        List.of("stop app-0 30")),
                argumentSet(
                        "a container that is to look at the pod is put in",
                        debugged("app"),
                        seen(UP, running("app", 0)),
                        Memory.NONE,
                        List.of("start debug 0 at app-0")),
                argumentSet(
                        "it does not wait for init containers",
                        debugged("init"),
                        seen(UP, running("init", 0)),
                        Memory.NONE,
                        List.of("start debug 0 at init-0")),
                argumentSet(
                        "it waits for its target",
                        debugged("app"),
                        seen(UP, running("init", 0)),
                        Memory.NONE,
                        List.of()),
                argumentSet(
                        "once it is over it stays so",
                        debugged("app"),
                        seen(UP, running("app", 0), exited("debug", 0, 1)),
                        Memory.NONE,
                        List.of()),
                argumentSet(
                        "a deleted pod ends its containers first",
                        deleted(PLAIN, 7),
                        seen(UP, running("app", 0)),
                        Memory.NONE,
                        List.of("stop app-0 7")),
                argumentSet(
                        "a deleted pod waits for its containers",
                        deleted(PLAIN, 7),
                        seen(UP, running("app", 0)),
                        new Memory(Map.of(), Map.of(), Set.of(), Set.of("app-0"), Map.of(), false),
                        List.of()),
                argumentSet(
                        "a deleted pod then leaves nothing",
                        deleted(PLAIN, 7),
                        seen(UP, exited("app", 0, 137)),
                        Memory.NONE,
                        List.of("stop sandbox s0", "remove sandbox s0", "finish")),
                argumentSet(
                        "a pod that the cloud forgot ends too",
                        PLAIN,
                        seen(UP, running("app", 0)),
                        new Memory(Map.of(), Map.of(), Set.of(), Set.of(), Map.of(), true),
                        List.of("stop app-0 30")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void turnsWhatIsThereIntoWhatIsWanted(Pod pod, Observed seen, Memory memory, List<String> steps) {
        assertThat(Plan.of(pod, seen, memory, NOW).steps().stream().map(PlanTest::text))
                .isEqualTo(steps);
    }

    @Test
    void saysWhichTargetIsMissing() {
        var plan = Plan.of(debugged("app"), seen(UP, running("init", 0)), Memory.NONE, NOW);
        assertThat(plan.waiting().get("debug"))
                .isEqualTo(new Plan.Waiting("CreateContainerConfigError", "unable to find target container app"));
    }

    @Test
    void saysUntilWhenACrashKeepsAContainerWaiting() {
        var plan = Plan.of(PLAIN, seen(UP, exited("app", 1, 1)), crashed("app", 10), NOW);
        assertThat(plan.wakeAt()).isEqualTo(NOW.minusSeconds(5).plusSeconds(10));
        assertThat(plan.waiting().get("app"))
                .isEqualTo(new Plan.Waiting(
                        "CrashLoopBackOff", "back-off 10s restarting failed container=app pod=p_farm(u1)"));
    }

    @Test
    void showsAFailedPullFirstAsErrorAndThenAsBackOff() {
        var failure = new Failure("ErrImagePull", "no such image", NOW, NOW.plusSeconds(10));
        var memory = new Memory(Map.of("app", failure), Map.of(), Set.of(), Set.of(), Map.of(), false);
        var first = Plan.of(PLAIN, seen(UP), memory, NOW);
        assertThat(first.waiting().get("app")).isEqualTo(new Plan.Waiting("ErrImagePull", "no such image"));
        var later = Plan.of(PLAIN, seen(UP), memory, NOW.plusSeconds(5));
        assertThat(later.waiting().get("app"))
                .isEqualTo(new Plan.Waiting("ImagePullBackOff", "Back-off pulling image \"img\""));
        assertThat(later.wakeAt()).isEqualTo(NOW.plusSeconds(10));
    }

    @Test
    void waitsForNothingThatHappenedBeforeTheClockWasSetBack() {
        var before = NOW.minus(Duration.ofDays(1500));
        var failure = new Failure("ErrImagePull", "no such image", NOW, NOW.plusSeconds(10));
        var memory = new Memory(
                Map.of("app", failure, Memory.SANDBOX, failure), Map.of(), Set.of(), Set.of(), Map.of(), false);
        assertThat(Plan.of(PLAIN, seen(UP), memory, before).steps().stream().map(PlanTest::text))
                .containsExactly("start app 0");
        assertThat(Plan.of(PLAIN, seen(), memory, before).steps().stream().map(PlanTest::text))
                .containsExactly("sandbox 0");
        var crashed = Plan.of(PLAIN, seen(UP, exited("app", 1, 1)), crashed("app", 10), before);
        assertThat(crashed.steps().stream().map(PlanTest::text)).containsExactly("start app 2");
    }

    @Test
    void endsSidecarsTheLastOneFirstInWhatTimeIsLeft() {
        var sidecars = Stream.of("one", "two")
                .map(name -> Json.obj("name", name, "image", "img", "restartPolicy", "Always"))
                .toList();
        var pod = deleted(new Pod(PLAIN.tree().withAt(Json.arr(sidecars), "spec", "initContainers")), 30);
        assertThat(Plan.of(pod, seen(UP, running("one", 0), running("two", 0)), Memory.NONE, NOW.minusSeconds(9))
                        .steps()
                        .stream()
                        .map(PlanTest::text))
                .containsExactly("stop two-0 9");
        assertThat(Plan.of(pod, seen(UP, running("one", 0)), Memory.NONE, NOW).steps().stream()
                        .map(PlanTest::text))
                .containsExactly("stop one-0 2");
    }

    @Test
    void showsAFailureUntilItIsOver() {
        var failure = new Failure("ErrImageNeverPull", "not here", NOW.minusSeconds(9), NOW.minusSeconds(1));
        var memory = new Memory(Map.of("app", failure), Map.of(), Set.of(), Set.of(), Map.of(), false);
        var again = Plan.of(PLAIN, seen(UP), memory, NOW);
        assertThat(again.steps().stream().map(PlanTest::text)).containsExactly("start app 0");
        assertThat(again.waiting().get("app")).isEqualTo(new Plan.Waiting("ErrImageNeverPull", "not here"));
    }

    @Test
    void givesAnUnwellContainerTheTimeOfItsProbe() {
        var container =
                Json.obj("name", "app", "image", "img", "livenessProbe", Json.obj("terminationGracePeriodSeconds", 2));
        var pod = new Pod(PLAIN.tree().withAt(Json.arr(container), "spec", "containers"));
        var memory = health("app-0", new Health(true, true, false));
        assertThat(Plan.of(pod, seen(UP, running("app", 0)), memory, NOW).steps().stream()
                        .map(PlanTest::text))
                .containsExactly("stop app-0 2");
    }

    @Test
    void startsContainersBesideTheirSidecar() {
        var pod = sidecar(WITH_INIT);
        assertThat(Plan.of(pod, seen(UP, running("init", 0)), Memory.NONE, NOW).steps().stream()
                        .map(PlanTest::text))
                .containsExactly("start app 0");
        var ending = deleted(pod, 5);
        assertThat(Plan.of(ending, seen(UP, running("init", 0), running("app", 0)), Memory.NONE, NOW).steps().stream()
                        .map(PlanTest::text))
                .containsExactly("stop app-0 5");
    }

    private static String text(Step step) {
        return switch (step) {
            case Step.RunSandbox(var attempt) -> "sandbox " + attempt;
            case Step.StopSandbox(var id) -> "stop sandbox " + id;
            case Step.RemoveSandbox(var id) -> "remove sandbox " + id;
            case Step.Start start ->
                "start %s %d".formatted(start.container().name(), start.restarts())
                        + (start.target() == null ? "" : " at " + start.target());
            case Step.Stop stop ->
                "stop %s %d".formatted(stop.instance().id(), stop.grace().toSeconds());
            case Step.Remove(var instance) -> "remove " + instance.id();
            case Step.Finish _ -> "finish";
        };
    }
}
