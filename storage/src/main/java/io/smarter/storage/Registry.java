package io.smarter.storage;

import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.requests.Body;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.util.Optional;

/** The objects in the store. Every write is durable when its method returns. Safe for use by many threads. */
public final class Registry {
    private final Store store;

    public Registry(Store store) {
        this.store = store;
    }

    public Store store() {
        return store;
    }

    public Optional<Stored> find(ApiType type, String namespace, String name) {
        return store.get(type.key(namespace, name)).map(entry -> new Stored(type, entry));
    }

    public Stored get(ApiType type, String namespace, String name) {
        return find(type, namespace, name)
                .orElseThrow(() -> Status.notFound(type.resource(), name).error());
    }

    /** The new object, or nothing when the name is taken. */
    public Optional<Stored> create(ApiType type, Json.Obj object) {
        var bytes = checkedBytes(type, object);
        var key = type.key(object.textOrEmpty("metadata", "namespace"), object.textOrEmpty("metadata", "name"));
        return switch (store.create(key, bytes)) {
            case Store.Outcome.Written(var entry) -> Optional.of(new Stored(type, entry));
            case Store.Outcome.Conflict _ -> Optional.empty();
        };
    }

    /** The new state, or nothing when somebody else wrote since the old one. */
    public Optional<Stored> replace(ApiType type, Stored old, Json.Obj object) {
        return switch (store.update(
                old.entry().key(), checkedBytes(type, object), old.entry().revision())) {
            case Store.Outcome.Written(var entry) -> Optional.of(new Stored(type, entry));
            case Store.Outcome.Conflict _ -> Optional.empty();
        };
    }

    /** The last state, with the revision of the removal, or nothing when somebody else wrote since the old one. */
    public Optional<Stored> remove(ApiType type, Stored old) {
        return switch (store.delete(old.entry().key(), old.entry().revision())) {
            case Store.Outcome.Written(var entry) -> Optional.of(new Stored(type, old.entry(), entry.revision()));
            case Store.Outcome.Conflict _ -> Optional.empty();
        };
    }

    private static byte[] checkedBytes(ApiType type, Json.Obj object) {
        var bytes = Stored.bytes(type, object);
        if (bytes.length > Body.STORED_LIMIT)
            throw Status.tooLarge(Body.STORED_LIMIT).error();
        return bytes;
    }
}
