package io.smarter.auth;

import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.Registry;
import io.smarter.storage.Rerun;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Keeps the rules of cluster roles that are made of others (Kubernetes "Aggregated ClusterRoles"): whenever a cluster role
 * changes, all of them are put together anew.
 */
public final class RbacAggregation implements AutoCloseable {
    private final Registry registry;
    private final ApiType type;
    private final Rerun rerun = new Rerun("aggregation of cluster roles", this::aggregate);

    private RbacAggregation(Registry registry, ApiType type) {
        this.registry = registry;
        this.type = type;
    }

    public static RbacAggregation of(Registry registry, ApiType clusterRoles) {
        return new RbacAggregation(registry, clusterRoles);
    }

    public void start() {
        rerun.start();
    }

    /** Some cluster role has changed. */
    public void changed() {
        rerun.changed();
    }

    @Override
    public void close() {
        rerun.close();
    }

    private void aggregate() throws CompactedException {
        var roles = registry.store().list(type.folder(), null, 0, 0).entries().stream()
                .map(entry -> new Stored(type, entry))
                .toList();
        var trees = roles.stream().map(Stored::tree).toList();
        for (var role : roles) {
            var tree = role.tree();
            if (!tree.has("aggregationRule")) continue;
            var rules = rules(tree, trees);
            // whoever writes at the same time makes a change that leads here again
            if (!SchemaValues.same(rules, new Json.Arr(tree.items("rules"))))
                registry.replace(type, role, tree.with("rules", rules));
        }
    }

    /** The rules of all others that a role selects, in the order of their names. */
    static Json.Arr rules(Json.Obj role, List<Json.Obj> byName) {
        var name = role.textOrEmpty("metadata", "name");
        var rules = new LinkedHashSet<Json>();
        for (var other : byName) {
            boolean selected = role.items("aggregationRule", "clusterRoleSelectors").stream()
                    .anyMatch(selector -> selector instanceof Json.Obj object && matches(object, other));
            if (selected && !other.textOrEmpty("metadata", "name").equals(name)) rules.addAll(other.items("rules"));
        }
        return new Json.Arr(List.copyOf(rules));
    }

    private static boolean matches(Json.Obj selector, Json.Obj role) {
        try {
            return LabelSelector.of(selector).matches(role.texts("metadata", "labels"));
        } catch (SelectorException e) {
            return false; // such a rule is refused when it is written
        }
    }
}
