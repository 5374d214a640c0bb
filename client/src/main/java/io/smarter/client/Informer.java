package io.smarter.client;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a set of objects that is kept up to date. Keys are {@code namespace/name}, or {@code name} of a
 * cluster-scoped object. Reading is safe from many threads; the listener is called by one.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // signatures first; bodies follow
public final class Informer implements AutoCloseable {
    /** Is told of every change, in order, after {@link #get} shows it. */
    public interface Listener {
        /** An object was added ({@code old} is null), changed, or deleted ({@code now} is null). */
        void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now);

        /** The copy is as new as the server was at some moment since the start; called once. */
        default void synced() {}
    }

    private Informer() {}

    /** Starts from nothing. */
    public static Informer start(
            ApiClient client, Resource resource, @Nullable String namespace, ListOptions which, Listener listener) {
        throw new UnsupportedOperationException();
    }

    /** Starts from objects that were kept, of which the listener is told first; goes on from their revision. */
    public static Informer startFrom(
            ApiClient client,
            Resource resource,
            @Nullable String namespace,
            ListOptions which,
            Listing kept,
            Listener listener) {
        throw new UnsupportedOperationException();
    }

    /** All objects at this moment, by key. */
    public Map<String, Json.Obj> snapshot() {
        throw new UnsupportedOperationException();
    }

    public Json.@Nullable Obj get(String key) {
        throw new UnsupportedOperationException();
    }

    /** All objects at this moment and the revision that they reflect, to be kept for {@link #startFrom}. */
    public Listing listing() {
        return new Listing(List.of(), "");
    }

    /** Waits until the copy has been synchronised with the server; false when that took too long. */
    public boolean awaitSync(Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Ends; the listener is not called any more once this returns. */
    @Override
    public void close() {}
}
