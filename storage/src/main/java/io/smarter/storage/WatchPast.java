package io.smarter.storage;

import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.List;

/** Changes of a type from before those that the hub remembers, taken from the store: a piece of them, as many as fit. */
public final class WatchPast {
    private static final int MAX_WEIGHT = 256 << 10;

    private final ApiType type;
    private final List<Change> changes = new ArrayList<>();
    private long upTo;
    private long weight;
    private boolean ended;

    /** @param after the revision up to which everything is known */
    WatchPast(ApiType type, long after) {
        this.type = type;
        this.upTo = after;
    }

    synchronized void add(List<Store.Event> batch) {
        for (var event : batch) {
            if (ended || weight > MAX_WEIGHT) return;
            var change = new Change(type, event);
            changes.add(change);
            weight += change.weight();
            upTo = change.revision();
        }
    }

    /** @param given up to which revision the store has given everything, if it was taken */
    synchronized void end(long given) {
        ended = true;
        if (weight <= MAX_WEIGHT) upTo = Math.max(upTo, given);
    }

    public synchronized List<Change> changes() {
        return changes;
    }

    /** The revision up to which these are all changes. */
    public synchronized long upTo() {
        return upTo;
    }
}
