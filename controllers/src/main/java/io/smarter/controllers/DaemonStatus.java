package io.smarter.controllers;

import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import io.smarter.json.Json;
import java.util.List;

/** Counts what {@code status} of a DaemonSet says (apps/v1 DaemonSetStatus). */
final class DaemonStatus {
    private int current;
    private int misscheduled;
    private int desired;
    private int ready;
    private int available;
    private int updated;

    private DaemonStatus() {}

    /** The status without {@code collisionCount}, which is kept by who makes revisions. */
    static Json.Obj of(DaemonSet daemonSet, List<Node> nodes, List<DaemonPod> pods, Rollout rollout) {
        var status = new DaemonStatus();
        var there = DaemonPlan.byNode(pods);
        for (var node : nodes) status.count(node, there.getOrDefault(node.name(), List.of()), rollout);
        return Json.obj(
                "currentNumberScheduled", status.current,
                "numberMisscheduled", status.misscheduled,
                "desiredNumberScheduled", status.desired,
                "numberReady", status.ready,
                "observedGeneration", daemonSet.generation(),
                "updatedNumberScheduled", status.updated,
                "numberAvailable", status.available,
                "numberUnavailable", status.desired - status.available);
    }

    private void count(Node node, List<DaemonPod> there, Rollout rollout) {
        if (node.fit() != Fit.RUN) {
            if (!there.isEmpty()) misscheduled++;
            return;
        }
        desired++;
        if (there.isEmpty()) return;
        current++;
        var pod = there.getFirst();
        if (pod.ready()) ready++;
        if (rollout.available(pod)) available++;
        if (rollout.isNew(pod)) updated++;
    }
}
