package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.quota.LimitRanges;
import io.smarter.quota.Quotas;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.storage.WatchHub;
import io.smarter.store.Entry;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Changes objects in the store, again and again until no other writer came between reading and writing. */
final class Changes {
    private static final int ATTEMPTS = 50;
    static final long IN_FORCE_MILLIS = 500;

    private final Registry registry;
    private final Types types;
    private final Quotas quotas;
    private final WatchHub hub;

    Changes(Registry registry, Types types, Quotas quotas, WatchHub hub) {
        this.registry = registry;
        this.types = types;
        this.quotas = quotas;
        this.hub = hub;
    }

    /** Who tells what is changed. */
    WatchHub hub() {
        return hub;
    }

    /**
     * Changes one object. A change that changes nothing is not written; one that releases an object which was to go
     * removes it.
     *
     * @param change the new state from the newest one; refuses by throwing
     */
    Stored change(ApiRequest of, boolean dryRun, Function<Stored, Json.Obj> change) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var old = registry.get(of.type(), of.namespace(), of.name());
            var changed = change.apply(old);
            if (SchemaValues.same(changed, old.tree())) return old;
            var release = quotas.change(of, changed, dryRun);
            if (dryRun) return unwritten(of.type(), changed, old.revision());
            var written = kept(of.type(), release, () -> written(of.type(), old, changed));
            if (written.isPresent()) return written.get();
        }
        throw Status.modified(of.type().resource(), of.name()).error();
    }

    private Optional<Stored> written(ApiType type, Stored old, Json.Obj changed) {
        return isReleased(type, changed)
                ? registry.remove(type, old).map(gone -> unwritten(type, changed, gone.revision()))
                : registry.replace(type, old, changed);
    }

    /** Gives back what was reserved if nothing is written. Who made or changed limits is answered when they are in force. */
    private Optional<Stored> kept(ApiType type, Runnable release, Supplier<Optional<Stored>> write) {
        boolean done = false;
        try {
            var written = write.get();
            done = written.isPresent();
            boolean limits = type.resource().equals(Quotas.RESOURCE)
                    || type.resource().equals(LimitRanges.RESOURCE)
                    || AdmissionHooks.configures(type);
            if (done && limits) hub.awaitTold(registry.store().revision(), IN_FORCE_MILLIS);
            return written;
        } finally {
            if (!done) release.run();
        }
    }

    Optional<Stored> create(ApiType type, Json.Obj object, boolean dryRun) {
        var release = quotas.reserve(type, object, dryRun);
        if (!dryRun) return kept(type, release, () -> types.making(type, () -> registry.create(type, object)));
        var metadata = object.object("metadata");
        return registry.find(type, metadata.textOrEmpty("namespace"), metadata.textOrEmpty("name"))
                        .isPresent()
                ? Optional.empty()
                : Optional.of(unwritten(type, object, 0));
    }

    /** Whether nothing holds an object any more that was to go. */
    static boolean isReleased(ApiType type, Json.Obj object) {
        return object.text("metadata", "deletionTimestamp") != null
                && object.items("metadata", "finalizers").isEmpty()
                && !type.strategy().held(object);
    }

    /** A state that was not stored. */
    static Stored unwritten(ApiType type, Json.Obj object, long revision) {
        return new Stored(type, new Entry("", Stored.bytes(type, object), revision, revision));
    }
}
