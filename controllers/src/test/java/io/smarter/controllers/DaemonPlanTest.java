package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.controllers.DaemonPlan.Step;
import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import io.smarter.controllers.Rollout.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DaemonPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");
    private static final List<Node> TWO = List.of(run("n1"), run("n2"));
    private static final List<Node> THREE = List.of(run("n1"), run("n2"), run("n3"));

    static Stream<Arguments> plans() {
        return Stream.of(
                argumentSet("no nodes", List.of(), List.of(), rolling(1), ""),
                argumentSet("a pod on each node", TWO, List.of(), rolling(1), "create n1, create n2"),
                argumentSet("all there", TWO, List.of(pod("n1"), pod("n2")), rolling(1), ""),
                argumentSet("one is missing", TWO, List.of(pod("n1")), rolling(1), "create n2"),
                argumentSet("a node without fit", List.of(none("n1")), List.of(), rolling(1), ""),
                argumentSet(
                        "a node that fits no longer", List.of(none("n1")), List.of(pod("n1")), rolling(1), "delete n1"),
                argumentSet("a node that only keeps", List.of(keep("n1")), List.of(pod("n1")), rolling(1), ""),
                argumentSet("a node that keeps nothing", List.of(keep("n1")), List.of(), rolling(1), ""),
                argumentSet("a node that is gone", List.of(), List.of(pod("n1")), rolling(1), "delete n1"),
                argumentSet("a node not heard of gets a pod", List.of(lost("n1")), List.of(), rolling(1), "create n1"),
                argumentSet(
                        "a terminating pod keeps its place",
                        TWO,
                        List.of(pod("n1").ends(), pod("n2")),
                        rolling(1),
                        ""),
                argumentSet(
                        "and is not deleted twice",
                        List.of(none("n1")),
                        List.of(pod("n1").ends()),
                        rolling(1),
                        ""),
                argumentSet(
                        "a pod that ended and waits for a finalizer keeps none",
                        List.of(run("n1")),
                        List.of(pod("n1").in("Failed").ends()),
                        rolling(1),
                        "create n1"),
                argumentSet("a failed pod", TWO, List.of(pod("n1").in("Failed"), pod("n2")), rolling(1), "replace n1"),
                argumentSet(
                        "a pod that succeeded",
                        TWO,
                        List.of(pod("n1").in("Succeeded"), pod("n2")),
                        rolling(1),
                        "replace n1"),
                argumentSet(
                        "of two on a node the older stays",
                        List.of(run("n1")),
                        List.of(
                                pod("n1").named("young").aged(1),
                                pod("n1").named("old").aged(9)),
                        rolling(1),
                        "delete young"),
                argumentSet(
                        "an old revision", THREE, List.of(old("n1"), old("n2"), old("n3")), rolling(1), "delete n1"),
                argumentSet(
                        "two at a time",
                        THREE,
                        List.of(old("n1"), old("n2"), old("n3")),
                        rolling(2),
                        "delete n1, delete n2"),
                argumentSet(
                        "waits for the last one",
                        THREE,
                        List.of(pod("n1").unready(), old("n2"), old("n3")),
                        rolling(1),
                        ""),
                argumentSet(
                        "waits for a terminating one",
                        THREE,
                        List.of(old("n1").ends(), old("n2"), old("n3")),
                        rolling(1),
                        ""),
                argumentSet("goes on", THREE, List.of(pod("n1"), old("n2"), old("n3")), rolling(1), "delete n2"),
                argumentSet("ends", THREE, List.of(pod("n1"), pod("n2"), pod("n3")), rolling(1), ""),
                argumentSet(
                        "what does not work anyway is replaced at once",
                        THREE,
                        List.of(old("n1").unready(), old("n2").unready(), old("n3")),
                        rolling(1),
                        "delete n1, delete n2"),
                argumentSet(
                        "missing pods come before updates",
                        THREE,
                        List.of(old("n1"), old("n2")),
                        rolling(3),
                        "create n3"),
                argumentSet("OnDelete", THREE, List.of(old("n1"), old("n2"), old("n3")), onDelete(), ""),
                argumentSet(
                        "a lost node neither blocks nor is updated",
                        List.of(lost("n1"), run("n2"), run("n3")),
                        List.of(old("n1").unready(), old("n2"), old("n3")),
                        rolling(1),
                        "delete n2"),
                argumentSet(
                        "not ready for long enough",
                        TWO,
                        List.of(pod("n1").readyFor(9), old("n2")),
                        rolling(1, Duration.ofSeconds(10)),
                        ""),
                argumentSet(
                        "ready for long enough",
                        TWO,
                        List.of(pod("n1").readyFor(10), old("n2")),
                        rolling(1, Duration.ofSeconds(10)),
                        "delete n2"));
    }

    static Stream<Arguments> surges() {
        return Stream.of(
                argumentSet("a pod on each node", TWO, List.of(), surging(1), "create n1, create n2"),
                argumentSet(
                        "a new pod beside an old one",
                        THREE,
                        List.of(old("n1"), old("n2"), pod("n3")),
                        surging(1),
                        "create n1"),
                argumentSet(
                        "two at a time",
                        THREE,
                        List.of(old("n1"), old("n2"), old("n3")),
                        surging(2),
                        "create n1, create n2"),
                argumentSet(
                        "no other while one starts",
                        TWO,
                        List.of(old("n1"), pod("n1").named("new").unready(), old("n2")),
                        surging(1),
                        ""),
                argumentSet(
                        "nor before it is ready for long enough",
                        TWO,
                        List.of(old("n1"), pod("n1").named("new").readyFor(9), old("n2")),
                        surging(1),
                        ""),
                argumentSet(
                        "the old one goes when the new one serves",
                        TWO,
                        List.of(old("n1"), pod("n1").named("new").readyFor(10), old("n2")),
                        surging(1),
                        "delete n1"),
                argumentSet(
                        "or when it fails itself",
                        TWO,
                        List.of(old("n1").unready(), pod("n1").named("new").unready(), old("n2")),
                        surging(1),
                        "delete n1"),
                argumentSet(
                        "the next node while it goes",
                        TWO,
                        List.of(old("n1").ends(), pod("n1").named("new"), old("n2")),
                        surging(1),
                        "create n2"),
                argumentSet(
                        "pods that serve nobody need no place among the surging",
                        THREE,
                        List.of(old("n1").unready(), old("n2").unready(), old("n3")),
                        surging(1),
                        "create n1, create n2, create n3"),
                argumentSet(
                        "of each revision one stays",
                        List.of(run("n1")),
                        List.of(
                                old("n1"),
                                pod("n1").named("new").unready(),
                                pod("n1").named("third").aged(1)),
                        surging(1),
                        "delete third"),
                argumentSet(
                        "no place is kept by a pod that terminates",
                        List.of(run("n1")),
                        List.of(old("n1").ends()),
                        surging(1),
                        "create n1"),
                argumentSet(
                        "a failed pod is replaced first",
                        List.of(run("n1")),
                        List.of(pod("n1").in("Failed")),
                        surging(1),
                        "replace n1"),
                argumentSet(
                        "a lost node is left alone",
                        List.of(lost("n1"), run("n2")),
                        List.of(old("n1").unready(), pod("n1").named("new").unready(), old("n2")),
                        surging(1),
                        "create n2"),
                argumentSet(
                        "a node that only keeps waits until enough others serve",
                        List.of(keep("n1"), run("n2")),
                        List.of(old("n1"), pod("n2").unready()),
                        surging(1),
                        ""),
                argumentSet(
                        "and then lets go",
                        List.of(keep("n1"), run("n2")),
                        List.of(old("n1"), pod("n2")),
                        surging(1),
                        "delete n1"));
    }

    @ParameterizedTest
    @MethodSource({"plans", "surges"})
    void plansTheNextSteps(List<Node> nodes, List<Given> pods, Rollout rollout, String steps) {
        var planned = DaemonPlan.plan(nodes, pods.stream().map(Given::pod).toList(), rollout);
        assertThat(planned.stream().map(DaemonPlanTest::text)).containsExactlyElementsOf(split(steps));
    }

    private static List<String> split(String steps) {
        return steps.isEmpty() ? List.of() : List.of(steps.split(", "));
    }

    private static String text(Step step) {
        return switch (step) {
            case Step.Create(var node) -> "create " + node;
            case Step.Delete delete -> "delete " + delete.pod().name();
            case Step.Replace(var pod) -> "replace " + pod.name();
        };
    }

    private static Rollout rolling(int maxUnavailable) {
        return rolling(maxUnavailable, Duration.ZERO);
    }

    private static Rollout rolling(int maxUnavailable, Duration minReady) {
        return new Rollout("new", new Strategy.Stopping(maxUnavailable), minReady, NOW);
    }

    private static Rollout surging(int maxSurge) {
        return new Rollout("new", new Strategy.Surging(maxSurge), Duration.ofSeconds(10), NOW);
    }

    private static Rollout onDelete() {
        return new Rollout("new", new Strategy.OnDelete(), Duration.ZERO, NOW);
    }

    private static Node run(String name) {
        return new Node(name, Fit.RUN, true);
    }

    private static Node keep(String name) {
        return new Node(name, Fit.KEEP, true);
    }

    private static Node none(String name) {
        return new Node(name, Fit.NONE, true);
    }

    private static Node lost(String name) {
        return new Node(name, Fit.RUN, false);
    }

    private static Given pod(String node) {
        var made = NOW.minusSeconds(100);
        return new Given(new DaemonPod(node, "uid", node, "new", "Running", false, made, made));
    }

    private static Given old(String node) {
        var pod = pod(node).pod;
        return new Given(
                new DaemonPod(pod.name(), "uid", node, "old", "Running", false, pod.created(), pod.readySince()));
    }

    /** A pod that says how it differs from one that runs well. */
    record Given(DaemonPod pod) {
        Given named(String name) {
            return new Given(new DaemonPod(
                    name, "uid", pod.node(), pod.hash(), pod.phase(), false, pod.created(), pod.readySince()));
        }

        Given in(String phase) {
            return new Given(
                    new DaemonPod(pod.name(), "uid", pod.node(), pod.hash(), phase, false, pod.created(), null));
        }

        Given ends() {
            return new Given(new DaemonPod(
                    pod.name(), "uid", pod.node(), pod.hash(), pod.phase(), true, pod.created(), pod.readySince()));
        }

        Given unready() {
            return in("Running");
        }

        Given aged(int seconds) {
            return new Given(new DaemonPod(
                    pod.name(), "uid", pod.node(), pod.hash(), pod.phase(), false, NOW.minusSeconds(seconds), null));
        }

        Given readyFor(int seconds) {
            return new Given(new DaemonPod(
                    pod.name(),
                    "uid",
                    pod.node(),
                    pod.hash(),
                    pod.phase(),
                    false,
                    pod.created(),
                    NOW.minusSeconds(seconds)));
        }
    }
}
