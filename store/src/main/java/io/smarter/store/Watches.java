package io.smarter.store;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The running watches. Joining and delivering exclude each other, and every watch remembers the newest revision that it
 * was offered: so whatever the order of a commit's steps and a join, each event is given once.
 */
final class Watches {
    private final System.Logger log = System.getLogger(Watches.class.getPackageName());
    private final ReentrantLock delivery = new ReentrantLock();
    private final Set<Subscription> joined = ConcurrentHashMap.newKeySet();
    private boolean closed;

    Subscription make(String prefix, long after, Listener listener) {
        return new Subscription(prefix, after, listener);
    }

    /** Gives a watch the events that memory holds after a revision, and joins it; false if memory begins later. */
    boolean join(Subscription watch, Present present, long after) {
        delivery.lock();
        try {
            var missed = present.since(after);
            if (missed == null) return false;
            // Up to the last of these, not to the newest revision: memory may have moved on since they were taken.
            if (!missed.isEmpty()) watch.offer(missed, missed.getLast().entry().revision());
            if (watch.open && !closed) joined.add(watch);
            else watch.close();
            return true;
        } finally {
            delivery.unlock();
        }
    }

    void deliver(List<Event> events) {
        delivery.lock();
        try {
            long revision = events.getLast().entry().revision();
            for (var watch : joined) watch.offer(events, revision);
        } finally {
            delivery.unlock();
        }
    }

    void close() {
        delivery.lock();
        try {
            closed = true;
            joined.forEach(Subscription::close);
        } finally {
            delivery.unlock();
        }
    }

    /** One watch. */
    final class Subscription implements Store.Watch {
        private final String prefix;
        private final Listener listener;
        private volatile long seen;
        private volatile boolean open = true;

        private Subscription(String prefix, long after, Listener listener) {
            this.prefix = prefix;
            this.seen = after;
            this.listener = listener;
        }

        /** Gives what it has not seen of the events up to a revision. */
        void offer(List<Event> events, long upTo) {
            if (!open || upTo <= seen) return;
            var matching = new ArrayList<Event>();
            for (var event : events) {
                var entry = event.entry();
                if (entry.revision() > seen && entry.key().startsWith(prefix)) matching.add(event);
            }
            if (!matching.isEmpty()) call(matching);
            seen = upTo;
        }

        private void call(List<Event> events) {
            try {
                listener.events(events);
            } catch (RuntimeException e) {
                close();
                log.log(WARNING, "the watch of " + prefix + " ends, its listener failed", e);
            }
        }

        @Override
        public long revision() {
            return seen;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
            joined.remove(this);
        }
    }
}
