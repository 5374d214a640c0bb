package io.smarter.apiserver;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.store.CompactedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Keeps the rules of cluster roles that are made of others (Kubernetes "Aggregated ClusterRoles"): whenever a cluster role
 * changes, all of them are put together anew.
 */
final class RbacAggregation implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");

    private final Registry registry;
    private final ApiType type;
    private final Semaphore changes = new Semaphore(1);
    private final Thread thread;

    private RbacAggregation(Registry registry, ApiType type) {
        this.registry = registry;
        this.type = type;
        this.thread = Thread.ofVirtual().name("rbac aggregation").unstarted(this::run);
    }

    static RbacAggregation of(Registry registry, ApiType clusterRoles) {
        return new RbacAggregation(registry, clusterRoles);
    }

    void start() {
        thread.start();
    }

    /** Some cluster role has changed. */
    void changed() {
        changes.release();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                try {
                    aggregate();
                } catch (RuntimeException | CompactedException e) {
                    if (Thread.currentThread().isInterrupted()) return;
                    LOG.log(WARNING, "cluster roles not aggregated", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
