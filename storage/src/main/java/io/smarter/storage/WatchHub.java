package io.smarter.storage;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells every watch of the server what changes, from one subscription to the store, and remembers the last changes. What
 * came before those a watch takes from the store. Safe for use by many threads.
 */
public final class WatchHub implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.storage");
    private static final long REMEMBERED_AT_START = 2000;

    private static final String ROOT = "/registry/";

    /** How many changes are remembered, and how many bytes of them: more where there is more memory. */
    private static final int MAX_CHANGES = 4096;

    private static final long MAX_WEIGHT =
            Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 64);

    /** So many changes keep the texts and trees that were made of them. */
    private static final int MAX_WARM = 32;

    private final Store store;
    private final Types types;
    private final BiConsumer<ApiType, Change> first;

    /** The types of which the topics are; read by many, changed by who tells. */
    private volatile Topics topics;

    private final ArrayDeque<Change> warm = new ArrayDeque<>();

    /** Of each change that is remembered, in order, who remembers it. */
    private final ArrayDeque<WatchTopic> remembering = new ArrayDeque<>();

    private long weight;
    private final Object progress = new Object();
    private final Set<Watcher> ofAll = Collections.newSetFromMap(new ConcurrentHashMap<>());
    private volatile long revision;
    private final Store.Watch subscription;

    private record Topics(List<ApiType> types, Map<ApiType, WatchTopic> byType, Map<String, List<ApiType>> byFolder) {}

    /** @param first who is told of a change before any watcher is; must not block, and may change the types */
    public WatchHub(Store store, Types types, BiConsumer<ApiType, Change> first) {
        this.store = store;
        this.types = types;
        this.first = first;
        long start = Math.max(store.compacted(), store.revision() - REMEMBERED_AT_START);
        this.revision = start;
        this.topics = topics(types.all(), Map.of(), start);
        try {
            subscription = store.watch("", start, this::tell);
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revisions while the server started", e);
        }
    }

    /** The topics of some types: those that are there already, and new ones which remember what comes. */
    private static Topics topics(List<ApiType> types, Map<ApiType, WatchTopic> known, long start) {
        var byType = new HashMap<ApiType, WatchTopic>();
        var byFolder = new HashMap<String, List<ApiType>>();
        for (var type : types) {
            if (type.folder().isEmpty()) continue;
            var topic = known.get(type);
            byType.put(type, topic == null ? new WatchTopic(start) : topic);
            byFolder.computeIfAbsent(type.folder(), _ -> new ArrayList<>()).add(type);
        }
        return new Topics(types, byType, byFolder);
    }

    /** Who watches a type that is gone, or is another one now, is told to look anew. */
    private void renew(long after) {
        var old = topics;
        var now = types.all();
        if (old.types.equals(now)) return;
        topics = topics(now, old.byType, after);
        old.byType.forEach((type, topic) -> {
            if (!topics.byType.containsKey(type)) topic.end();
        });
    }

    /** The revision up to which every watcher was told everything. */
    public long revision() {
        return revision;
    }

    /** Waits a while until everything up to a revision was told; false when it was not, or the thread is interrupted. */
    public boolean awaitTold(long wanted, long millis) {
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

    /** Where a type's changes are told; null when there is no such type any more. */
    public @Nullable WatchTopic topic(ApiType type) {
        return topics.byType.get(type);
    }

    /**
     * The first of a type's changes that the store remembers after a revision.
     *
     * @throws CompactedException if they are no longer kept
     */
    public WatchPast past(ApiType type, long after) throws CompactedException {
        var past = new WatchPast(type, after);
        try (var watch = store.watch(type.folder(), after, past::add)) {
            past.end(watch.revision());
        }
        return past;
    }

    /** Starts to watch every type, each object once: everything that is written from now on is told. */
    public Watcher openAll() {
        var watcher = new Watcher(ofAll::remove);
        ofAll.add(watcher);
        return watcher;
    }

    @Override
    public void close() {
        ofAll.forEach(Watcher::end);
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
        var now = topics;
        boolean told = false;
        for (var type : now.byFolder.getOrDefault(folder(event.entry().key()), List.of())) {
            var change = new Change(type, event);
            if (!told) for (var watcher : ofAll) watcher.offer(change);
            told = true;
            first.accept(type, change);
            var topic = now.byType.get(type);
            if (topic != null) {
                topic.tell(change);
                remember(topic, change);
            }
            warm.add(change);
            if (warm.size() > MAX_WARM) warm.remove().trim();
        }
        renew(event.entry().revision());
    }

    private void remember(WatchTopic topic, Change change) {
        remembering.add(topic);
        weight += change.weight();
        while (remembering.size() > MAX_CHANGES || weight > MAX_WEIGHT && remembering.size() > 1)
            weight -= remembering.remove().forget().weight();
    }

    /** The folder of a key: {@code /registry/<folder>/}, two of them where the first is a group or that of services. */
    public static String folder(String key) {
        int slash = key.indexOf('/', Math.min(ROOT.length(), key.length()));
        if (slash < 0) return "";
        var first = key.substring(ROOT.length(), slash);
        if (first.indexOf('.') >= 0 || first.equals("services")) slash = key.indexOf('/', slash + 1);
        return slash < 0 ? "" : key.substring(0, slash + 1);
    }
}
