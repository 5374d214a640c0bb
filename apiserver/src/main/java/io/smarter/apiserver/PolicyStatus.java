package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.json.Json;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.store.StoreException;
import io.smarter.types.ApiType;

/** Writes to policies whether their expressions go together with the types that they are about. */
final class PolicyStatus {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final int ATTEMPTS = 10;

    private final Registry registry;
    private final AdmissionSources sources;

    PolicyStatus(Registry registry, AdmissionSources sources) {
        this.registry = registry;
        this.sources = sources;
    }

    /** Looks at a policy that has changed, on a thread of its own. */
    void changed(Stored policy) {
        if (isChecked(policy.tree())) return;
        Thread.ofVirtual().name("policy status").start(() -> {
            try {
                check(policy.type(), policy.tree().textOrEmpty("metadata", "name"));
            } catch (StoreException e) {
                LOG.log(
                        WARNING,
                        "policy not checked {key=%s}: %s"
                                .formatted(policy.entry().key(), e.getMessage()));
            } catch (RuntimeException e) {
                LOG.log(
                        ERROR,
                        "policy not checked {key=%s}".formatted(policy.entry().key()),
                        e);
            }
        });
    }

    private static boolean isChecked(Json.Obj policy) {
        return policy.number(0, "status", "observedGeneration") == policy.number(0, "metadata", "generation");
    }

    private void check(ApiType type, String name) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var found = registry.find(type, "", name);
            if (found.isEmpty() || isChecked(found.get().tree())) return;
            var policy = found.get().tree();
            var warnings = PolicyWarnings.of(policy, sources);
            var checked = warnings.items().isEmpty() ? Json.Obj.EMPTY : Json.obj("expressionWarnings", warnings);
            var status = policy.object("status")
                    .with("observedGeneration", Json.of(policy.number(0, "metadata", "generation")))
                    .with("typeChecking", checked);
            if (registry.replace(type, found.get(), policy.with("status", status))
                    .isPresent()) return;
        }
    }
}
