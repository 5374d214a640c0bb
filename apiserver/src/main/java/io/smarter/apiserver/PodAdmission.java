package io.smarter.apiserver;

import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.auth.PodTokenVolume;
import io.smarter.json.Json;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.storage.WatchHub;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import io.smarter.types.DataTypes;
import io.smarter.types.Types;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a new pod gets from other objects (Kubernetes "Admission Controllers", ServiceAccount, Priority and RuntimeClass): an
 * account that must exist, with its token and its pull secrets, the priority of its class, and what its runtime class adds.
 * Safe for use by many threads.
 */
final class PodAdmission {
    private static final String USUAL_ACCOUNT = "default";
    private static final Duration ACCOUNT_COMES = Duration.ofMillis(1500);

    private final Registry registry;
    private final WatchHub hub;
    private final ApiType accounts;
    private final ApiType classes;
    private final PodRuntime runtimes;

    PodAdmission(Registry registry, WatchHub hub, Types types) {
        this.registry = registry;
        this.hub = hub;
        accounts = types.of(Types.SERVICE_ACCOUNTS);
        classes = types.of(DataTypes.PRIORITY_CLASSES);
        runtimes = new PodRuntime(registry, types.of(DataTypes.RUNTIME_CLASSES));
    }

    /** An object that is about to be made, with its defaults. */
    Json.Obj admitted(ApiType type, String namespace, Json.Obj object) {
        if (type.equals(classes)) checkOnlyDefault(object);
        if (!type.resource().equals(Resource.PODS)) return object;
        var pod = new Pod(object);
        if (!pod.isMirror()) return runtimes.added(prioritized(withAccount(namespace, object)));
        PodSecrets.refusedToMirror(pod).ifPresent(why -> {
            throw forbidden(object, why);
        });
        return prioritized(object);
    }

    /** An object that is about to be replaced. */
    void checkUpdate(ApiType type, Json.Obj object) {
        if (type.equals(classes)) checkOnlyDefault(object);
    }

    // ---- the account

    private Json.Obj withAccount(String namespace, Json.Obj pod) {
        var named = pod.textOrEmpty("spec", "serviceAccountName");
        var name = named.isEmpty() ? USUAL_ACCOUNT : named;
        var account = account(namespace, name)
                .orElseThrow(() -> forbidden(
                        pod,
                        "error looking up service account %s/%s: serviceaccount \"%s\" not found"
                                .formatted(namespace, name, name)))
                .tree();
        var owned =
                pod.withAt(Json.of(name), "spec", "serviceAccountName").withAt(Json.of(name), "spec", "serviceAccount");
        var admitted = PodTokenVolume.added(account, owned);
        var pulls = account.items("imagePullSecrets");
        if (!pulls.isEmpty() && pod.items("spec", "imagePullSecrets").isEmpty())
            admitted = admitted.withAt(new Json.Arr(pulls), "spec", "imagePullSecrets");
        PodSecrets.refused(account, admitted.object("spec")).ifPresent(why -> {
            throw forbidden(pod, why);
        });
        return admitted;
    }

    /** The account that every namespace gets comes a moment after its namespace, so it is waited for. */
    private Optional<Stored> account(String namespace, String name) {
        var found = registry.find(accounts, namespace, name);
        if (found.isPresent() || !name.equals(USUAL_ACCOUNT)) return found;
        long deadline = System.nanoTime() + ACCOUNT_COMES.toNanos();
        try (var watcher = hub.openAll()) {
            for (long left = ACCOUNT_COMES.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                found = registry.find(accounts, namespace, name);
                if (found.isPresent()) return found;
                watcher.poll(Duration.ofNanos(left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return registry.find(accounts, namespace, name);
    }

    // ---- the priority

    private Json.Obj prioritized(Json.Obj pod) {
        var name = pod.textOrEmpty("spec", "priorityClassName");
        var chosen = name.isEmpty() ? usual() : named(pod, name);
        long priority = chosen == null ? 0 : chosen.number(0, "value");
        var policy = chosen == null ? "" : chosen.textOrEmpty("preemptionPolicy");
        if (policy.isEmpty()) policy = "PreemptLowerPriority";
        if (pod.at("spec", "priority") instanceof Json.Num given && given.asLong() != priority)
            throw forbidden(
                    pod,
                    ("the integer value of priority (%s) must not be provided in pod spec; priority admission controller "
                                    + "computed %d from the given PriorityClass name")
                            .formatted(given.literal(), priority));
        if (pod.at("spec", "preemptionPolicy") instanceof Json.Str(var given) && !given.equals(policy))
            throw forbidden(
                    pod,
                    ("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission "
                                    + "controller computed %s from the given PriorityClass name")
                            .formatted(given, policy));
        if (name.isEmpty() && chosen != null)
            pod = pod.withAt(Json.of(chosen.textOrEmpty("metadata", "name")), "spec", "priorityClassName");
        return pod.withAt(Json.of(priority), "spec", "priority").withAt(Json.of(policy), "spec", "preemptionPolicy");
    }

    private Json.Obj named(Json.Obj pod, String name) {
        return registry.find(classes, "", name)
                .orElseThrow(() -> forbidden(pod, "no PriorityClass with name %s was found".formatted(name)))
                .tree();
    }

    /** The class of pods that name none: of several, the one of the lowest priority. */
    private Json.@Nullable Obj usual() {
        try {
            return registry.store().list(classes.folder(), null, 0, 0).entries().stream()
                    .map(entry -> new Stored(classes, entry).tree())
                    .filter(one -> one.flag("globalDefault"))
                    .min(Comparator.comparingLong(one -> one.number(0, "value")))
                    .orElse(null);
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revision", e);
        }
    }

    private void checkOnlyDefault(Json.Obj sent) {
        if (!sent.flag("globalDefault")) return;
        var usual = usual();
        var name = sent.textOrEmpty("metadata", "name");
        if (usual == null || usual.textOrEmpty("metadata", "name").equals(name)) return;
        throw Status.forbidden(
                        classes.resource(),
                        name,
                        "PriorityClass %s is already marked as default. Only one default can exist"
                                .formatted(usual.textOrEmpty("metadata", "name")))
                .error();
    }

    static StatusException forbidden(Json.Obj pod, String why) {
        var prefix = pod.textOrEmpty("metadata", "generateName");
        var name = prefix.isEmpty() ? pod.textOrEmpty("metadata", "name") : prefix;
        return Status.forbidden(Resource.PODS, name, why).error();
    }
}
