package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.storage.Change;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has configured to look at writes before they are done (admissionregistration.k8s.io), read once and kept by
 * the store's events. What configures it is never subject to it, so that nobody is locked out. Safe for use by many threads.
 */
final class AdmissionHooks {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final String GROUP = "admissionregistration.k8s.io";

    private final Map<String, Policy> policies = new TreeMap<>();
    private final Map<String, PolicyBinding> bindings = new TreeMap<>();
    private final Map<String, MutatingPolicy> changing = new TreeMap<>();
    private final Map<String, PolicyBinding> changingBindings = new TreeMap<>();
    private final Map<String, List<Webhook>> mutating = new TreeMap<>();
    private final Map<String, List<Webhook>> validating = new TreeMap<>();
    private final List<Stored> unseen = new ArrayList<>();
    private @Nullable Consumer<Stored> onPolicy;
    private volatile @Nullable Configured configured;

    /**
     * All of it, each in the order in which it is asked.
     *
     * @param changing policies that change objects, of those that something puts in force
     * @param policies those that refuse
     */
    record Configured(
            List<MutatingPolicies.Bound> changing,
            List<Policies.Bound> policies,
            List<Webhook> mutating,
            List<Webhook> validating) {}

    /** Takes what is configured already. */
    void load(Store store, Types types) {
        try {
            for (var type : types.builtIn())
                if (configures(type))
                    for (var entry : store.list(type.folder(), null, 0, 0).entries()) put(new Stored(type, entry));
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revision", e);
        }
        publish();
    }

    /** Shows every policy that is there, and then each that changes. */
    synchronized void onPolicy(Consumer<Stored> listener) {
        onPolicy = listener;
        unseen.forEach(listener);
        unseen.clear();
    }

    static boolean configures(ApiType type) {
        return type.resource().group().equals(GROUP);
    }

    /** What is there to look at writes of a type; null when nothing is, which costs one look. */
    @Nullable
    Configured of(ApiType type) {
        var now = configured;
        return now == null || configures(type) ? null : now;
    }

    /** Told of every change of what configures it. */
    void changed(Change change) {
        var now = change.now();
        var state = now == null ? change.before() : now;
        if (state == null) return;
        if (now != null) put(now);
        else remove(state);
        publish();
    }

    /** What cannot be read must keep neither the server from starting nor the others from being asked. */
    private synchronized void put(Stored stored) {
        var object = stored.tree();
        var name = object.textOrEmpty("metadata", "name");
        try {
            switch (stored.type().resource().kind()) {
                case "ValidatingAdmissionPolicy" -> {
                    policies.put(name, Policy.of(object));
                    if (onPolicy == null) unseen.add(stored);
                    else onPolicy.accept(stored);
                }
                case "ValidatingAdmissionPolicyBinding" -> bindings.put(name, PolicyBinding.of(object));
                case "MutatingAdmissionPolicy" -> changing.put(name, MutatingPolicy.of(object));
                case "MutatingAdmissionPolicyBinding" -> changingBindings.put(name, PolicyBinding.of(object));
                case "MutatingWebhookConfiguration" -> mutating.put(name, Webhook.all(object));
                case "ValidatingWebhookConfiguration" -> validating.put(name, Webhook.all(object));
                default -> {}
            }
        } catch (RuntimeException e) {
            remove(stored);
            LOG.log(ERROR, "not in force {key=%s}".formatted(stored.entry().key()), e);
        }
    }

    private synchronized void remove(Stored gone) {
        var name = gone.tree().textOrEmpty("metadata", "name");
        switch (gone.type().resource().kind()) {
            case "ValidatingAdmissionPolicy" -> policies.remove(name);
            case "ValidatingAdmissionPolicyBinding" -> bindings.remove(name);
            case "MutatingAdmissionPolicy" -> changing.remove(name);
            case "MutatingAdmissionPolicyBinding" -> changingBindings.remove(name);
            case "MutatingWebhookConfiguration" -> mutating.remove(name);
            case "ValidatingWebhookConfiguration" -> validating.remove(name);
            default -> {}
        }
    }

    private synchronized void publish() {
        if (bindings.isEmpty() && changingBindings.isEmpty() && mutating.isEmpty() && validating.isEmpty()) {
            configured = null;
            return;
        }
        var bound = new ArrayList<Policies.Bound>();
        for (var policy : policies.values()) {
            var of = of(bindings, policy.name());
            if (!of.isEmpty()) bound.add(new Policies.Bound(policy, of));
        }
        var changes = new ArrayList<MutatingPolicies.Bound>();
        for (var policy : changing.values()) {
            var of = of(changingBindings, policy.of().name());
            if (!of.isEmpty()) changes.add(new MutatingPolicies.Bound(policy, of));
        }
        configured = new Configured(List.copyOf(changes), List.copyOf(bound), joined(mutating), joined(validating));
    }

    private static List<PolicyBinding> of(Map<String, PolicyBinding> bindings, String policy) {
        return bindings.values().stream()
                .filter(binding -> binding.policy().equals(policy))
                .toList();
    }

    private static List<Webhook> joined(Map<String, List<Webhook>> configurations) {
        return configurations.values().stream().flatMap(List::stream).toList();
    }
}
