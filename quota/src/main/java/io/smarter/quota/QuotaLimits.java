package io.smarter.quota;

import io.smarter.json.Json;
import io.smarter.storage.Stored;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one quota limits (core/v1 ResourceQuota). Immutable.
 *
 * @param revision of the state that says so
 * @param scopes all of which an object must be in to count; objects other than pods are in none
 */
record QuotaLimits(String name, long revision, Amounts hard, List<Scope> scopes) {
    /** @param operator {@code In}, {@code NotIn}, {@code Exists} or {@code DoesNotExist} */
    record Scope(String name, String operator, List<String> values) {
        boolean matches(QuotaCharge.Traits pod) {
            return switch (name) {
                case "Terminating" -> pod.terminating();
                case "NotTerminating" -> !pod.terminating();
                case "BestEffort" -> pod.bestEffort();
                case "NotBestEffort" -> !pod.bestEffort();
                case "CrossNamespacePodAffinity" -> pod.crossNamespace();
                case "PriorityClass" -> priority(pod.priorityClass());
                default -> false;
            };
        }

        private boolean priority(String of) {
            return switch (operator) {
                case "In" -> values.contains(of) && !of.isEmpty();
                case "NotIn" -> !values.contains(of);
                case "DoesNotExist" -> of.isEmpty();
                default -> !of.isEmpty();
            };
        }
    }

    static QuotaLimits of(Stored quota) {
        var spec = quota.tree().object("spec");
        var scopes = new ArrayList<Scope>();
        for (var scope : spec.items("scopes"))
            if (scope instanceof Json.Str(var name)) scopes.add(new Scope(name, "Exists", List.of()));
        for (var scope : spec.items("scopeSelector", "matchExpressions")) {
            var values = scope.items("values").stream()
                    .map(value -> value instanceof Json.Str(var text) ? text : "")
                    .toList();
            scopes.add(new Scope(scope.textOrEmpty("scopeName"), scope.textOrEmpty("operator"), values));
        }
        var name = quota.tree().textOrEmpty("metadata", "name");
        return new QuotaLimits(name, quota.revision(), Amounts.of(spec.object("hard")), scopes);
    }

    /** Whether something is in all scopes. */
    boolean covers(QuotaCharge charge) {
        var pod = charge.pod();
        return scopes.isEmpty() || pod != null && scopes.stream().allMatch(scope -> scope.matches(pod));
    }

    /** What something counts for here. */
    Amounts share(@Nullable QuotaCharge charge) {
        return charge == null || !covers(charge)
                ? Amounts.NONE
                : charge.amounts().only(hard::has);
    }

    /** Whether it limits the same as another one. */
    boolean sameAs(QuotaLimits other) {
        return hard.json().equals(other.hard.json()) && scopes.equals(other.scopes);
    }
}
