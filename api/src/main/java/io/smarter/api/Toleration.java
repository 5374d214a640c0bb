package io.smarter.api;

import io.smarter.json.Json;
import java.util.Collection;
import java.util.List;

/**
 * A pod's consent to a taint (core/v1 Toleration).
 *
 * @param key empty, with {@code exists}, for every taint
 * @param exists whether any value of the taint will do
 * @param effect empty for every effect
 */
public record Toleration(String key, boolean exists, String value, String effect) {
    /** The tolerations of a pod's {@code spec}. */
    public static List<Toleration> of(Json.Obj podSpec) {
        return podSpec.items("tolerations").stream().map(Toleration::read).toList();
    }

    private static Toleration read(Json toleration) {
        return new Toleration(
                toleration.textOrEmpty("key"),
                toleration.textOrEmpty("operator").equals("Exists"),
                toleration.textOrEmpty("value"),
                toleration.textOrEmpty("effect"));
    }

    public boolean tolerates(Taint taint) {
        if (!effect.isEmpty() && !effect.equals(taint.effect())) return false;
        if (key.isEmpty() ? !exists : !key.equals(taint.key())) return false;
        return exists || value.equals(taint.value());
    }

    /** Whether every taint of a set is tolerated by at least one of these. */
    public static boolean allTolerated(Collection<Taint> taints, Collection<Toleration> tolerations) {
        return taints.stream().allMatch(taint -> tolerations.stream().anyMatch(one -> one.tolerates(taint)));
    }
}
