package io.smarter.gateway;

import io.smarter.client.ApiClient;
import io.smarter.client.Informer;
import io.smarter.client.ListOptions;
import io.smarter.gateway.ConfigFolder.Reference;
import io.smarter.json.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches single ConfigMaps and Secrets: a node may read no others, and asking again and again would cost bytes on the
 * uplink while nothing changes. Safe for use by many threads.
 */
final class ConfigWatches implements AutoCloseable {
    private final ApiClient client;
    private final Listener listener;
    private final Map<Reference, Informer> informers = new HashMap<>();
    /** What is watched no more, since it stays as it is. */
    private final Set<Reference> settled = new HashSet<>();

    private boolean closed;

    /** Is told what the cloud has under a name; null for nothing. */
    @FunctionalInterface
    interface Listener {
        void changed(Reference reference, Json.@Nullable Obj now);
    }

    /** Watches nothing yet. */
    ConfigWatches(ApiClient client, Listener listener) {
        this.client = client;
        this.listener = listener;
    }

    /** Watches these objects and no others. */
    synchronized void watch(Supplier<Set<Reference>> current) {
        if (closed) return;
        var wanted = new HashSet<>(current.get());
        settled.retainAll(wanted);
        wanted.removeAll(settled);
        informers.entrySet().removeIf(entry -> {
            boolean unwanted = !wanted.contains(entry.getKey());
            if (unwanted) entry.getValue().close();
            return unwanted;
        });
        for (var reference : wanted) {
            if (reference.isSafe()) informers.computeIfAbsent(reference, this::start);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        informers.values().forEach(Informer::close);
        informers.clear();
    }

    /** Whether an object is what it will be as long as somebody uses it. */
    private static boolean isSettled(Json.Obj object) {
        return object.flag("immutable") || ClaimedVolume.volumeOf(object) != null;
    }

    private synchronized void settle(Reference reference) {
        settled.add(reference);
        var informer = informers.remove(reference);
        if (informer != null) informer.close();
    }

    private Informer start(Reference reference) {
        var which = ListOptions.fields("metadata.name=" + reference.name());
        return Informer.start(client, reference.resource(), reference.namespace(), which, new Informer.Listener() {
            private boolean present;

            @Override
            public void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
                present = now != null;
                listener.changed(reference, now);
                // Not on this thread, for which closing the watch would wait.
                if (now != null && isSettled(now)) Thread.ofVirtual().start(() -> settle(reference));
            }

            @Override
            public void synced() {
                if (!present) listener.changed(reference, null);
            }
        });
    }
}
