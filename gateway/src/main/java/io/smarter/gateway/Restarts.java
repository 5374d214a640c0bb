package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.json.Json;

/**
 * Which containers that ended are started again: a container's own rules come first, then its own policy, then its pod's
 * (Kubernetes "Container restart policy and rules"). Rules of other actions than {@code Restart} count for nothing.
 */
final class Restarts {
    private Restarts() {}

    /** Whether a container that ended with a code is started again. */
    static boolean follow(Pod pod, Container container, int code) {
        var own = container.restartPolicy();
        if (own != null && container.tree().items("restartPolicyRules").stream().anyMatch(rule -> asks(rule, code)))
            return true;
        return switch (own == null ? pod.restartPolicy() : own) {
            case ALWAYS -> true;
            case ON_FAILURE -> code != 0;
            case NEVER -> false;
        };
    }

    private static boolean asks(Json rule, int code) {
        if (!"Restart".equals(rule.text("action"))) return false;
        boolean listed = rule.items("exitCodes", "values").contains(Json.of(code));
        return switch (rule.textOrEmpty("exitCodes", "operator")) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            default -> false;
        };
    }
}
