package io.smarter.storage;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The watchers of one type, and its last changes. Watchers of the pods of one node are found by its name, so that a pod's
 * change touches its own gateway only.
 *
 * <p>Invariant: a watcher that was opened after a revision gets every later change once. The lock makes it so: a change
 * is remembered and told in one step, and a watcher is told what is remembered and enters in one step.
 */
final class WatchTopic {
    private static final int MAX_CHANGES = 1024;
    private static final long LEAST_WEIGHT = 1 << 20;

    /** How many bytes of changes are remembered: more where there is more memory, and more clients. */
    private static final long MAX_WEIGHT =
            Math.max(LEAST_WEIGHT, Runtime.getRuntime().maxMemory() / 512);

    private final ArrayDeque<Change> recent = new ArrayDeque<>();
    private final Set<Watcher> watchers = Collections.newSetFromMap(new ConcurrentHashMap<>());
    private final Set<Watcher> beside = Collections.newSetFromMap(new ConcurrentHashMap<>());
    private final Map<String, Set<Watcher>> byNode = new HashMap<>();
    private long forgotten;
    private boolean ended;
    private long weight;

    /** @param start changes after this revision are remembered */
    WatchTopic(long start) {
        this.forgotten = start;
    }

    /** Lets a watcher in; false when changes after its revision are no longer remembered. */
    synchronized boolean open(Watcher watcher, long after, @Nullable String node) {
        if (ended) watcher.end();
        if (after < forgotten) return false;
        for (var change : recent) if (node == null || concerns(change, node)) watcher.offer(change);
        if (node == null) watchers.add(watcher);
        else byNode.computeIfAbsent(node, _ -> new LinkedHashSet<>()).add(watcher);
        watcher.onClose(() -> leave(watcher, node));
        return true;
    }

    synchronized void tell(Change change) {
        remember(change);
        for (var watcher : watchers) watcher.offer(change);
        if (byNode.isEmpty()) return;
        var nodes = new LinkedHashSet<String>();
        nodes.add(node(change.now()));
        nodes.add(node(change.before()));
        for (var node : nodes) {
            for (var watcher : byNode.getOrDefault(node, Set.of())) watcher.offer(change);
        }
    }

    /** Notes a watcher that is told by its own subscription, so that it ends with the type. */
    synchronized void alongside(Watcher watcher) {
        if (ended) watcher.end();
        else beside.add(watcher);
    }

    void leave(Watcher watcher) {
        beside.remove(watcher);
    }

    /** Ends every watcher: there is nothing more to tell of this type. */
    synchronized void end() {
        ended = true;
        watchers.forEach(Watcher::end);
        beside.forEach(Watcher::end);
        byNode.values().forEach(set -> set.forEach(Watcher::end));
    }

    private synchronized void leave(Watcher watcher, @Nullable String node) {
        watchers.remove(watcher);
        if (node != null) byNode.computeIfPresent(node, (_, set) -> set.remove(watcher) && set.isEmpty() ? null : set);
    }

    private void remember(Change change) {
        recent.add(change);
        weight += change.weight();
        while (recent.size() > MAX_CHANGES || weight > MAX_WEIGHT && recent.size() > 1) {
            var oldest = recent.remove();
            weight -= oldest.weight();
            forgotten = oldest.revision();
        }
    }

    private static boolean concerns(Change change, String node) {
        return node.equals(node(change.now())) || node.equals(node(change.before()));
    }

    private static String node(@Nullable Stored pod) {
        return pod == null ? "" : pod.tree().textOrEmpty("spec", "nodeName");
    }
}
