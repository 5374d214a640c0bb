package io.smarter.store;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Page;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The entries of now, and the newest events, with which the entries of a short while ago are worked out.
 *
 * <p>Invariant: {@code recent} holds every event after {@code floor}, in order, so the state at any revision from
 * {@code floor} on is the state of now with the events after it undone.
 */
final class Present {
    private static final int EVENT_OVERHEAD = 128;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final ArrayDeque<Event> recent = new ArrayDeque<>();
    private final int maxEvents;
    private final long maxBytes;
    private long recentBytes;
    private long floor;
    private volatile long revision;

    /** @param entries those at that revision */
    Present(NavigableMap<String, Entry> entries, long revision, int maxEvents, long maxBytes) {
        this.entries.putAll(entries);
        this.revision = revision;
        this.floor = revision;
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    long revision() {
        return revision;
    }

    /** The entry of now, without a lock: for who alone may call {@link #apply}. */
    @Nullable
    Entry peek(String key) {
        return entries.get(key);
    }

    Optional<Entry> get(String key) {
        lock.readLock().lock();
        try {
            return Optional.ofNullable(entries.get(key));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** A page as of a revision, 0 for now; null when that is further back than the events reach. */
    @Nullable
    Page page(String prefix, @Nullable String after, int limit, long asOf) {
        lock.readLock().lock();
        try {
            if (asOf != 0 && asOf < floor) return null;
            long at = asOf == 0 ? revision : asOf;
            var range = range(entries, prefix, after);
            if (at == revision) return page(range.values().iterator(), limit, at);
            var undone = range(undo(prefix, at), prefix, after);
            return page(new Merge(range.values().iterator(), undone), limit, at);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The events after a revision; null when that is further back than they reach. */
    @Nullable
    List<Event> since(long after) {
        lock.readLock().lock();
        try {
            if (after < floor) return null;
            var events = new ArrayList<Event>();
            for (var newest = recent.descendingIterator(); newest.hasNext(); ) {
                var event = newest.next();
                if (event.entry().revision() <= after) break;
                events.add(event);
            }
            Collections.reverse(events);
            return events;
        } finally {
            lock.readLock().unlock();
        }
    }

    void apply(List<Event> events) {
        lock.writeLock().lock();
        try {
            for (var event : events) {
                var entry = event.entry();
                if (event.kind() == Event.Kind.DELETED) entries.remove(entry.key());
                else entries.put(entry.key(), entry);
                recent.add(event);
                recentBytes += weight(event);
                revision = entry.revision();
            }
            while (recent.size() > maxEvents || recentBytes > maxBytes) forgetOldest();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Drops the events up to a revision. */
    void forget(long upTo) {
        lock.writeLock().lock();
        try {
            while (!recent.isEmpty() && recent.getFirst().entry().revision() <= upTo) forgetOldest();
            floor = Math.max(floor, Math.min(upTo, revision));
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void forgetOldest() {
        var oldest = recent.remove();
        recentBytes -= weight(oldest);
        floor = oldest.entry().revision();
    }

    private static long weight(Event event) {
        return (long) event.entry().value().length + EVENT_OVERHEAD;
    }

    /** The state at a revision of the keys that changed after it; an empty value for those that were not there. */
    private NavigableMap<String, Optional<Entry>> undo(String prefix, long at) {
        var undone = new TreeMap<String, Optional<Entry>>();
        for (var newest = recent.descendingIterator(); newest.hasNext(); ) {
            var event = newest.next();
            if (event.entry().revision() <= at) break;
            if (event.entry().key().startsWith(prefix))
                undone.put(event.entry().key(), Optional.ofNullable(event.previous()));
        }
        return undone;
    }

    private static <V> NavigableMap<String, V> range(
            NavigableMap<String, V> map, String prefix, @Nullable String after) {
        boolean skips = after != null && after.compareTo(prefix) >= 0;
        var from = skips && after != null ? after : prefix;
        var end = endOf(prefix);
        if (end == null) return map.tailMap(from, !skips);
        if (from.compareTo(end) >= 0) return Collections.emptyNavigableMap();
        return map.subMap(from, !skips, end, false);
    }

    /** The least text greater than all that start with a prefix; null if there is none. */
    static @Nullable String endOf(String prefix) {
        if (prefix.isEmpty()) return null;
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    private static Page page(Iterator<Entry> from, int limit, long at) {
        var page = new ArrayList<Entry>();
        while (from.hasNext() && (limit == 0 || page.size() < limit)) page.add(from.next());
        long remaining = 0;
        for (; from.hasNext(); from.next()) remaining++;
        return new Page(page, at, remaining);
    }

    /** The entries of now in key order, with others in the place of, or besides, those that changed. */
    private static final class Merge implements Iterator<Entry> {
        private final Iterator<Entry> now;
        private final NavigableMap<String, Optional<Entry>> changed;
        private final Iterator<Optional<Entry>> then;
        private @Nullable Entry nextNow;
        private @Nullable Entry nextThen;

        Merge(Iterator<Entry> now, NavigableMap<String, Optional<Entry>> changed) {
            this.now = now;
            this.changed = changed;
            this.then = changed.values().iterator();
            advanceNow();
            advanceThen();
        }

        @Override
        public boolean hasNext() {
            return nextNow != null || nextThen != null;
        }

        @Override
        public Entry next() {
            var left = nextNow;
            var right = nextThen;
            if (left != null && (right == null || left.key().compareTo(right.key()) < 0)) {
                advanceNow();
                return left;
            }
            if (right == null) throw new NoSuchElementException();
            advanceThen();
            return right;
        }

        private void advanceNow() {
            nextNow = null;
            while (nextNow == null && now.hasNext()) {
                var entry = now.next();
                if (!changed.containsKey(entry.key())) nextNow = entry;
            }
        }

        private void advanceThen() {
            nextThen = null;
            while (nextThen == null && then.hasNext()) nextThen = then.next().orElse(null);
        }
    }
}
