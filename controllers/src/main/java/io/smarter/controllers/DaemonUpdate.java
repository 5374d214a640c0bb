package io.smarter.controllers;

import io.smarter.controllers.DaemonPlan.Step;
import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import io.smarter.controllers.Rollout.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decides which pods of another revision are replaced next, on nodes where there is nothing else to do. */
final class DaemonUpdate {
    private final List<Node> nodes;
    private final Map<String, List<DaemonPod>> pods;
    private final Rollout rollout;

    /** What is done at once: replacing pods that serve nobody. */
    private final List<Step> now = new ArrayList<>();

    /** What is done as far as the strategy permits. */
    private final List<Step> candidates = new ArrayList<>();

    private DaemonUpdate(List<Node> nodes, Map<String, List<DaemonPod>> pods, Rollout rollout) {
        this.nodes = nodes.stream()
                .filter(node -> node.fit() != Fit.NONE && node.reachable())
                .toList();
        this.pods = pods;
        this.rollout = rollout;
    }

    static List<Step> steps(List<Node> nodes, Map<String, List<DaemonPod>> pods, Rollout rollout) {
        var update = new DaemonUpdate(nodes, pods, rollout);
        return switch (rollout.strategy()) {
            case Strategy.OnDelete() -> List.of();
            case Strategy.Stopping(var maxUnavailable) -> update.stop(maxUnavailable);
            case Strategy.Surging(var maxSurge) -> update.surge(maxSurge);
        };
    }

    private List<DaemonPod> living(Node node) {
        return pods.getOrDefault(node.name(), List.of()).stream()
                .filter(pod -> !pod.terminating())
                .toList();
    }

    private Step delete(DaemonPod pod) {
        return new Step.Delete(pod, "revision %s is old".formatted(pod.hash()));
    }

    private List<Step> stop(int maxUnavailable) {
        int unavailable = 0;
        for (var node : nodes) {
            var living = living(node);
            if (living.isEmpty()) {
                if (node.fit() == Fit.RUN) unavailable++;
                continue;
            }
            var pod = living.getFirst();
            boolean available = rollout.available(pod);
            if (!available) unavailable++;
            if (!rollout.isNew(pod)) (available ? candidates : now).add(delete(pod));
        }
        return nowAnd(candidates, maxUnavailable - unavailable);
    }

    /*
     * A node with a new pod beside an old one that serves is surging; when the new one is available or the old one fails,
     * the plan removes the old one. Nodes that keep their pod but get no other one let it go once enough others serve.
     */
    private List<Step> surge(int maxSurge) {
        var leaving = new ArrayList<Step>();
        int surging = 0;
        int available = 0;
        int desired = 0;
        for (var node : nodes) {
            if (node.fit() == Fit.RUN) desired++;
            var living = living(node);
            if (living.isEmpty()) continue;
            var pod = living.stream()
                    .filter(one -> !rollout.isNew(one))
                    .findFirst()
                    .orElse(living.getFirst());
            boolean serves = rollout.available(pod);
            if (serves) available++;
            if (living.size() > 1) surging++;
            else if (!rollout.isNew(pod) && node.fit() == Fit.RUN)
                (serves ? candidates : now).add(new Step.Create(node.name()));
            else if (!rollout.isNew(pod)) (serves ? leaving : now).add(delete(pod));
        }
        now.addAll(leaving.subList(0, Math.clamp(available - desired, 0, leaving.size())));
        return nowAnd(candidates, maxSurge - surging);
    }

    private List<Step> nowAnd(List<Step> more, int howMany) {
        now.addAll(more.subList(0, Math.clamp(howMany, 0, more.size())));
        return now;
    }
}
