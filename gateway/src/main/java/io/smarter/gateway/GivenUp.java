package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import io.smarter.resources.Eviction;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of a pod that was given up for the node's sake, which is put over what the cloud says of it until the cloud
 * knows.
 *
 * @param grace how long its containers may take to end; null for as long as the pod says
 * @param at when it was evicted; null if it was never run
 */
record GivenUp(
        String reason,
        String message,
        @Nullable Duration grace,
        @Nullable Instant at) {
    private static final String DISRUPTED = "DisruptionTarget";

    /** A pod that ran. */
    static GivenUp evicted(String message, Duration grace, Instant at) {
        return new GivenUp(Eviction.REASON, message, grace, at);
    }

    /** A pod that may not begin to run. */
    static GivenUp refused(String reason, String message) {
        return new GivenUp(reason, message, null, null);
    }

    /** The pod with its end. */
    Pod of(Pod pod) {
        var tree = pod.tree()
                .withAt(Json.of("Failed"), "status", "phase")
                .withAt(Json.of(reason), "status", "reason")
                .withAt(Json.of(message), "status", "message");
        if (grace != null && !pod.isDeleting())
            tree = tree.withAt(Json.of(Math.max(1, grace.toSeconds())), "metadata", "deletionGracePeriodSeconds");
        if (at == null || tree.items("status", "conditions").stream().anyMatch(GivenUp::isDisruption))
            return new Pod(tree);
        var condition = Json.obj(
                "type",
                DISRUPTED,
                "status",
                "True",
                "lastProbeTime",
                Json.Null.NULL,
                "lastTransitionTime",
                PodStatus.time(at),
                "reason",
                "TerminationByKubelet",
                "message",
                message);
        var conditions = new Json.Arr(tree.items("status", "conditions")).plus(condition);
        return new Pod(tree.withAt(conditions, "status", "conditions"));
    }

    private static boolean isDisruption(Json condition) {
        return DISRUPTED.equals(condition.text("type"));
    }

    /** Whether a pod was given up for what it held of the node. */
    static boolean is(Pod pod) {
        return Plan.isOver(pod) && Eviction.REASON.equals(pod.tree().text("status", "reason"));
    }
}
