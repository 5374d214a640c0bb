package io.smarter.controllers;

import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Decides what a DaemonSet does next, as Kubernetes' does with {@code maxSurge} 0, with one difference that gateways need:
 * pods on a node that nobody hears of are neither replaced nor counted as unavailable. They run on, for all we know; an
 * update neither waits for them nor takes them down all at once on the day they return.
 */
final class DaemonPlan {
    private static final Comparator<DaemonPod> OLDEST_FIRST =
            Comparator.comparing(DaemonPod::created).thenComparing(DaemonPod::name);

    private final List<Node> nodes;
    private final Map<String, List<DaemonPod>> pods;
    private final Rollout rollout;

    /**
     * How pods are replaced.
     *
     * @param hash that of the revision which all pods are to have
     * @param rolls whether pods of other revisions are replaced
     * @param maxUnavailable how many pods that should be available may not be
     */
    record Rollout(String hash, boolean rolls, int maxUnavailable, Duration minReady, Instant now) {
        boolean available(DaemonPod pod) {
            return pod.available(minReady, now);
        }
    }

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

    /** The next steps; a pod that terminates keeps its place until it is gone. */
    static List<Step> plan(List<Node> nodes, List<DaemonPod> pods, Rollout rollout) {
        var plan = new DaemonPlan(nodes, pods, rollout);
        var steps = plan.settle();
        return steps.isEmpty() && rollout.rolls() ? plan.roll() : steps;
    }

    /** The pods that are on a node, oldest first. */
    static Map<String, List<DaemonPod>> byNode(List<DaemonPod> pods) {
        return pods.stream().sorted(OLDEST_FIRST).collect(Collectors.groupingBy(DaemonPod::node));
    }

    private List<DaemonPod> on(Node node) {
        return pods.getOrDefault(node.name(), List.of());
    }

    /** One pod on each node where one belongs, none elsewhere. */
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

    private static void settle(Node node, List<DaemonPod> there, List<Step> steps) {
        if (node.fit() == Fit.NONE) {
            delete(there, "node %s does not match".formatted(node.name()), steps);
        } else if (there.isEmpty()) {
            if (node.fit() == Fit.RUN) steps.add(new Step.Create(node.name()));
        } else {
            for (var pod : there) if (pod.ended() && !pod.terminating()) steps.add(new Step.Replace(pod));
            var running = there.stream()
                    .filter(pod -> !pod.ended() && !pod.terminating())
                    .toList();
            if (running.size() > 1)
                delete(running.subList(1, running.size()), "node %s has one".formatted(node.name()), steps);
        }
    }

    private static void delete(List<DaemonPod> pods, String why, List<Step> steps) {
        for (var pod : pods) if (!pod.terminating()) steps.add(new Step.Delete(pod, why));
    }

    /** Pods of another revision: those that are of no use at once, the others as far as may be. */
    private List<Step> roll() {
        var useless = new ArrayList<Step>();
        var useful = new ArrayList<Step>();
        int unavailable = 0;
        for (var node : nodes) {
            if (node.fit() == Fit.NONE || !node.reachable()) continue;
            var living = on(node).stream().filter(pod -> !pod.terminating()).findFirst();
            if (living.isEmpty()) {
                if (node.fit() == Fit.RUN) unavailable++;
                continue;
            }
            var pod = living.get();
            boolean available = rollout.available(pod);
            if (!available) unavailable++;
            if (pod.hash().equals(rollout.hash())) continue;
            (available ? useful : useless).add(new Step.Delete(pod, "revision %s is old".formatted(pod.hash())));
        }
        int more = Math.clamp((long) rollout.maxUnavailable() - unavailable, 0, useful.size());
        useless.addAll(useful.subList(0, more));
        return useless;
    }
}
