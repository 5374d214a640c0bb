package io.smarter.storage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The watches of one type, and its last changes. Watches of the pods of one node are found by its name, so that a pod's
 * change touches its own gateway only. Safe for use by many threads.
 *
 * <p>A watch has no queue: it has a place in the log, and is woken when it had seen everything and there is more that
 * concerns it. What many slow watches hold is therefore the log, whose length the hub limits. The lock makes it so that a
 * watch gets each change after its revision once: a change is noted and its watches are marked in one step, and a watch
 * that has come to the end is marked as such in one step.
 */
public final class WatchTopic {
    private final ChangeLog log = new ChangeLog();
    private final Set<LiveWatch> ofAll = new LinkedHashSet<>();
    private final Map<String, Set<LiveWatch>> byNode = new HashMap<>();
    private long forgotten;
    private boolean ended;

    /** @param start changes after this revision are remembered */
    WatchTopic(long start) {
        this.forgotten = start;
    }

    /** Lets a watch in, to be begun; false when changes after its revision are no longer remembered. */
    public synchronized boolean join(LiveWatch watch, long after) {
        if (after < forgotten) return false;
        watch.place = log.after(after);
        watch.behind = true;
        if (watch.node() == null) ofAll.add(watch);
        else byNode.computeIfAbsent(watch.node(), _ -> new LinkedHashSet<>()).add(watch);
        return true;
    }

    synchronized void leave(LiveWatch watch) {
        ofAll.remove(watch);
        if (watch.node() != null)
            byNode.computeIfPresent(watch.node(), (_, set) -> set.remove(watch) && set.isEmpty() ? null : set);
    }

    void tell(Change change) {
        var woken = new ArrayList<LiveWatch>();
        synchronized (this) {
            var before = byNode.isEmpty() ? "" : node(change.before());
            var now = byNode.isEmpty() ? "" : node(change.now());
            log.add(change);
            mark(ofAll, woken);
            mark(byNode.getOrDefault(before, Set.of()), woken);
            mark(byNode.getOrDefault(now, Set.of()), woken);
        }
        woken.forEach(LiveWatch::wake);
    }

    private void mark(Collection<LiveWatch> watches, List<LiveWatch> woken) {
        for (var watch : watches) {
            if (watch.behind) continue;
            watch.behind = true;
            watch.place = log.end() - 1;
            woken.add(watch);
        }
    }

    synchronized boolean isBehind(LiveWatch watch) {
        return watch.behind;
    }

    /** Whether there is nothing for a watch any more: its type is gone, or what is next was forgotten as it was so slow. */
    synchronized boolean isOver(LiveWatch watch) {
        return watch.behind ? watch.place < log.first() : ended;
    }

    /** The oldest change that a watch has not seen and that concerns it, or null when it has seen, or lost, them. */
    synchronized @Nullable Change next(LiveWatch watch) {
        if (!watch.behind || watch.place < log.first()) return null;
        Change next = null;
        while (next == null && watch.place < log.end()) {
            var change = log.get(watch.place++);
            if (watch.node() == null || concerns(change, watch.node())) next = change;
        }
        if (watch.place == log.end()) watch.behind = false;
        return next;
    }

    /** Lets go of the oldest change that is remembered. */
    synchronized Change forget() {
        var oldest = log.forgetFirst();
        forgotten = oldest.revision();
        return oldest;
    }

    /** There is nothing more to tell of this type. */
    void end() {
        var woken = new ArrayList<LiveWatch>();
        synchronized (this) {
            ended = true;
            woken.addAll(ofAll);
            byNode.values().forEach(woken::addAll);
        }
        woken.forEach(LiveWatch::wake);
    }

    private static boolean concerns(Change change, String node) {
        return node.equals(node(change.now())) || node.equals(node(change.before()));
    }

    private static String node(@Nullable Stored pod) {
        return pod == null ? "" : pod.tree().textOrEmpty("spec", "nodeName");
    }
}
