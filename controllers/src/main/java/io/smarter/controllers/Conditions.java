package io.smarter.controllers;

import io.smarter.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What becomes of the conditions of nodes and pods when nobody hears of a node, and when it is back. */
final class Conditions {
    static final String UNKNOWN = "NodeStatusUnknown";
    private static final String MESSAGE = "Kubelet stopped posting node status.";
    private static final Set<String> OF_NODES = Set.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    private Conditions() {}

    /** The conditions of a node that is not heard of; null if they say so already. */
    static @Nullable List<Json> lost(Json.Obj node, Instant now) {
        if (status(node, "Ready").equals("Unknown")) return null;
        var conditions = new ArrayList<Json>();
        for (var condition : node.items("status", "conditions")) {
            boolean ours = OF_NODES.contains(condition.textOrEmpty("type"));
            conditions.add(ours && condition instanceof Json.Obj one ? unknown(one, now) : condition);
        }
        if (status(node, "Ready").isEmpty()) conditions.add(unknown(Json.obj("type", "Ready"), now));
        return conditions;
    }

    /** The conditions of a pod on a node that is not heard of: it is not ready; null if it was not. */
    static @Nullable List<Json> notReady(Json.Obj pod, Instant now) {
        if (!status(pod, "Ready").equals("True")) return null;
        return changed(
                pod,
                "Ready",
                one -> turned(one, "False", now)
                        .with("reason", Json.of(UNKNOWN))
                        .with("message", Json.of("its node is not heard of")));
    }

    /** The conditions of a pod whose node is back, if it was {@link #notReady} only by that; null if not. */
    static @Nullable List<Json> readyAgain(Json.Obj pod, Instant now) {
        if (!status(pod, "ContainersReady").equals("True")) return null;
        boolean ours = pod.items("status", "conditions").stream()
                .anyMatch(one -> one.textOrEmpty("type").equals("Ready")
                        && one.textOrEmpty("status").equals("False")
                        && one.textOrEmpty("reason").equals(UNKNOWN));
        if (!ours) return null;
        return changed(
                pod, "Ready", one -> turned(one, "True", now).without("reason").without("message"));
    }

    /** The status of a condition; empty if there is none of that type. */
    static String status(Json.Obj object, String type) {
        for (var condition : object.items("status", "conditions"))
            if (condition.textOrEmpty("type").equals(type)) return condition.textOrEmpty("status");
        return "";
    }

    /** A merge patch that puts conditions in place, valid for this version of the object only. */
    static Json.Obj patch(Json.Obj object, List<Json> conditions) {
        var guard = Json.obj(
                "uid", object.text("metadata", "uid"),
                "resourceVersion", object.text("metadata", "resourceVersion"));
        return Json.obj("metadata", guard, "status", Json.obj("conditions", conditions));
    }

    private static Json.Obj unknown(Json.Obj condition, Instant now) {
        return turned(condition, "Unknown", now)
                .with("reason", Json.of(UNKNOWN))
                .with("message", Json.of(MESSAGE));
    }

    /** A condition with a status, and the time since when it has that. */
    static Json.Obj turned(Json.Obj condition, String status, Instant now) {
        if (condition.textOrEmpty("status").equals(status)) return condition;
        var time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return condition.with("status", Json.of(status)).with("lastTransitionTime", Json.of(time));
    }

    private static List<Json> changed(Json.Obj object, String type, Change change) {
        var conditions = new ArrayList<Json>();
        for (var condition : object.items("status", "conditions")) {
            boolean that = condition.textOrEmpty("type").equals(type);
            conditions.add(that && condition instanceof Json.Obj one ? change.of(one) : condition);
        }
        return conditions;
    }

    private interface Change {
        Json.Obj of(Json.Obj condition);
    }
}
