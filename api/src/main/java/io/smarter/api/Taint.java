package io.smarter.api;

import io.smarter.json.Json;
import java.util.List;

/**
 * What keeps pods away from a node (core/v1 Taint).
 *
 * @param effect one of {@code NoSchedule}, {@code PreferNoSchedule} and {@code NoExecute}
 */
public record Taint(String key, String value, String effect) {
    public static final String NO_SCHEDULE = "NoSchedule";
    public static final String NO_EXECUTE = "NoExecute";

    /** The taints of a Node object. */
    public static List<Taint> of(Json.Obj node) {
        return node.items("spec", "taints").stream()
                .map(taint ->
                        new Taint(taint.textOrEmpty("key"), taint.textOrEmpty("value"), taint.textOrEmpty("effect")))
                .toList();
    }
}
