package io.smarter.apiserver;

import io.smarter.json.Json;
import io.smarter.store.Entry;
import java.util.Optional;
import java.util.function.Function;

/** Changes objects in the store, again and again until no other writer came between reading and writing. */
final class Changes {
    private static final int ATTEMPTS = 50;

    private final Registry registry;
    private final Types types;

    Changes(Registry registry, Types types) {
        this.registry = registry;
        this.types = types;
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
            if (dryRun) return unwritten(of.type(), changed, old.revision());
            var written = isReleased(of.type(), changed)
                    ? registry.remove(of.type(), old).map(gone -> unwritten(of.type(), changed, gone.revision()))
                    : registry.replace(of.type(), old, changed);
            if (written.isPresent()) return written.get();
        }
        throw Status.modified(of.type().resource(), of.name()).error();
    }

    Optional<Stored> create(ApiType type, Json.Obj object, boolean dryRun) {
        if (!dryRun) return types.making(type, () -> registry.create(type, object));
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
