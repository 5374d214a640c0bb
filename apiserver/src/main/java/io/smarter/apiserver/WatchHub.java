package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells every watch of the server what changes, from one subscription to the store. A watch that starts at a revision
 * which the hub does not remember gets a subscription of its own. Safe for use by many threads.
 */
final class WatchHub implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final long REMEMBERED_AT_START = 2000;

    /** So many changes keep the texts and trees that were made of them. */
    private static final int MAX_WARM = 32;

    private final Store store;
    private final Map<ApiType, WatchTopic> topics = new HashMap<>();
    private final Map<String, List<ApiType>> byFolder = new HashMap<>();
    private final Map<ApiType, Consumer<Change>> first;
    private final ArrayDeque<Change> warm = new ArrayDeque<>();
    private final Object progress = new Object();
    private volatile long revision;
    private final Store.Watch subscription;

    /** @param first for some types, who is told of a change before any watcher is; must not block */
    WatchHub(Store store, List<ApiType> types, Map<ApiType, Consumer<Change>> first) {
        this.store = store;
        this.first = Map.copyOf(first);
        long start = Math.max(store.compacted(), store.revision() - REMEMBERED_AT_START);
        this.revision = start;
        for (var type : types) {
            if (type.folder().isEmpty()) continue;
            topics.put(type, new WatchTopic(start));
            byFolder.computeIfAbsent(type.folder(), _ -> new ArrayList<>()).add(type);
        }
        try {
            subscription = store.watch("", start, this::tell);
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revisions while the server started", e);
        }
    }

    /** The revision up to which every watcher was told everything. */
    long revision() {
        return revision;
    }

    /** Waits a while until everything up to a revision was told; false when it was not, or the thread is interrupted. */
    boolean awaitTold(long wanted, long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        synchronized (progress) {
            while (revision < wanted) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) return false;
                try {
                    progress.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Starts to watch a type.
     *
     * @param after only later changes are told
     * @param node of whose pods only changes are of interest; null for all
     * @throws CompactedException if changes after that revision are no longer kept
     */
    Watcher open(ApiType type, long after, @Nullable String node) throws CompactedException {
        var watcher = new Watcher(after);
        var topic = topics.get(type);
        if (topic == null)
            throw new IllegalArgumentException(
                    "%s are not stored".formatted(type.resource().plural()));
        if (topic.open(watcher, after, node)) return watcher;
        watcher.ownSubscription();
        var own = store.watch(type.folder(), after, batch -> {
            for (var event : batch) watcher.offer(new Change(type, event));
        });
        watcher.onClose(own::close);
        return watcher;
    }

    @Override
    public void close() {
        subscription.close();
    }

    /** The store ends the subscription when this throws, and with it every watch: what one event does wrong stays with it. */
    private void tell(List<Store.Event> batch) {
        for (var event : batch) {
            try {
                tell(event);
            } catch (RuntimeException e) {
                LOG.log(
                        ERROR,
                        "change not told {key=%s}".formatted(event.entry().key()),
                        e);
            }
        }
        synchronized (progress) {
            revision = batch.getLast().entry().revision();
            progress.notifyAll();
        }
    }

    private void tell(Store.Event event) {
        for (var type : byFolder.getOrDefault(folder(event.entry().key()), List.of())) {
            var change = new Change(type, event);
            var ahead = first.get(type);
            if (ahead != null) ahead.accept(change);
            var topic = topics.get(type);
            if (topic != null) topic.tell(change);
            warm.add(change);
            if (warm.size() > MAX_WARM) warm.remove().trim();
        }
    }

    /** The folder of a key: {@code /registry/<folder>/}, or the two folders of services. */
    private static String folder(String key) {
        int end = key.startsWith("/registry/services/") ? "/registry/services/".length() : "/registry/".length();
        int slash = key.indexOf('/', Math.min(end, key.length()));
        return slash < 0 ? "" : key.substring(0, slash + 1);
    }
}
