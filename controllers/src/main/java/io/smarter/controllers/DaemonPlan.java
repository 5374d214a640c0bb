package io.smarter.controllers;

import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import io.smarter.controllers.Rollout.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Decides what a DaemonSet does next, as Kubernetes' does, with one difference that gateways need: pods on a node that
 * nobody hears of are neither replaced nor counted as unavailable. They run on, for all we know; an update neither waits
 * for them nor takes them down all at once on the day they return.
 */
final class DaemonPlan {
    private static final Comparator<DaemonPod> OLDEST_FIRST =
            Comparator.comparing(DaemonPod::created).thenComparing(DaemonPod::name);

    private final List<Node> nodes;
    private final Map<String, List<DaemonPod>> pods;
    private final Rollout rollout;

    /** Something to be done. */
    sealed interface Step {
        /** A pod is missing on a node. */
        record Create(String node) implements Step {}

        /** A pod is one too many, at the wrong place, or of an old revision. */
        record Delete(DaemonPod pod, String why) implements Step {}

        /** A pod has ended and makes room for another, not too often. */
        record Replace(DaemonPod pod) implements Step {}
    }

    private DaemonPlan(List<Node> nodes, List<DaemonPod> pods, Rollout rollout) {
        this.nodes = nodes;
        this.pods = byNode(pods);
        this.rollout = rollout;
    }

    /** The next steps; a pod that terminates keeps its place until it has ended, unless new pods may run beside old ones. */
    static List<Step> plan(List<Node> nodes, List<DaemonPod> pods, Rollout rollout) {
        var plan = new DaemonPlan(nodes, pods, rollout);
        var steps = plan.settle();
        return steps.isEmpty() ? DaemonUpdate.steps(nodes, plan.pods, rollout) : steps;
    }

    /** The pods that are on a node, oldest first, without those that have ended and only wait to be removed. */
    static Map<String, List<DaemonPod>> byNode(List<DaemonPod> pods) {
        return pods.stream()
                .filter(pod -> !(pod.ended() && pod.terminating()))
                .sorted(OLDEST_FIRST)
                .collect(Collectors.groupingBy(DaemonPod::node));
    }

    private List<DaemonPod> on(Node node) {
        return pods.getOrDefault(node.name(), List.of());
    }

    /** One pod on each node where one belongs, two while one takes over from the other, none elsewhere. */
    private List<Step> settle() {
        var steps = new ArrayList<Step>();
        var known = new HashSet<String>();
        for (var node : nodes) {
            known.add(node.name());
            settle(node, on(node), steps);
        }
        pods.forEach((node, there) -> {
            if (!known.contains(node)) delete(there, "node %s does not exist".formatted(node), steps);
        });
        return steps;
    }

    private void settle(Node node, List<DaemonPod> there, List<Step> steps) {
        if (node.fit() == Fit.NONE) {
            delete(there, "node %s does not match".formatted(node.name()), steps);
            return;
        }
        for (var pod : there) if (pod.ended()) steps.add(new Step.Replace(pod));
        var living =
                there.stream().filter(pod -> !pod.ended() && !pod.terminating()).toList();
        boolean surges = rollout.strategy() instanceof Strategy.Surging;
        boolean free = surges ? there.stream().allMatch(DaemonPod::terminating) : there.isEmpty();
        if (free && node.fit() == Fit.RUN) steps.add(new Step.Create(node.name()));
        if (surges) thinOut(node, living, steps);
        else keepFirst(node, living, steps);
    }

    private static void keepFirst(Node node, List<DaemonPod> living, List<Step> steps) {
        var others = living.subList(Math.min(1, living.size()), living.size());
        delete(others, "node %s has one".formatted(node.name()), steps);
    }

    private static void delete(List<DaemonPod> pods, String why, List<Step> steps) {
        for (var pod : pods) if (!pod.terminating()) steps.add(new Step.Delete(pod, why));
    }

    /** Leaves one pod of the new and one of another revision; the latter only while it serves in place of the former. */
    private void thinOut(Node node, List<DaemonPod> living, List<Step> steps) {
        var byNewness = living.stream().collect(Collectors.partitioningBy(rollout::isNew));
        var fresh = byNewness.getOrDefault(true, List.of());
        var old = byNewness.getOrDefault(false, List.of());
        keepFirst(node, fresh, steps);
        keepFirst(node, old, steps);
        if (fresh.isEmpty() || old.isEmpty() || !node.reachable()) return;
        if (!old.getFirst().ready() || rollout.available(fresh.getFirst()))
            delete(List.of(old.getFirst()), "a new pod takes over", steps);
    }
}
