package io.smarter.controllers;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The taints that tell of what a node is short of, as its conditions say: no new pods for it that don't bear that. */
final class PressureTaints {
    private static final String PREFIX = "node.kubernetes.io/";
    private static final Map<String, String> BY_CONDITION = Map.of(
            "MemoryPressure", PREFIX + "memory-pressure",
            "DiskPressure", PREFIX + "disk-pressure",
            "PIDPressure", PREFIX + "pid-pressure");

    private PressureTaints() {}

    /** The taints that a node is to have; null if it has them. Those that tell of other things stay. */
    static @Nullable List<Json> of(Json.Obj node) {
        var taints = new ArrayList<>(node.items("spec", "taints"));
        taints.removeIf(taint -> BY_CONDITION.containsValue(taint.textOrEmpty("key")) && !holds(node, taint));
        BY_CONDITION.keySet().stream()
                .sorted()
                .filter(condition -> Conditions.status(node, condition).equals("True"))
                .map(BY_CONDITION::get)
                .filter(key -> taints.stream()
                        .noneMatch(taint -> taint.textOrEmpty("key").equals(key)))
                .forEach(key -> taints.add(Json.obj("key", key, "effect", "NoSchedule")));
        return taints.equals(node.items("spec", "taints")) ? null : taints;
    }

    private static boolean holds(Json.Obj node, Json taint) {
        return BY_CONDITION.entrySet().stream()
                .anyMatch(entry -> entry.getValue().equals(taint.textOrEmpty("key"))
                        && Conditions.status(node, entry.getKey()).equals("True"));
    }

    /** A merge patch that puts taints in place, valid for this version of the node only. */
    static Json.Obj patch(Json.Obj node, List<Json> taints) {
        var guard = Json.obj(
                "uid", node.text("metadata", "uid"),
                "resourceVersion", node.text("metadata", "resourceVersion"));
        return Json.obj("metadata", guard, "spec", Json.obj("taints", taints));
    }
}
