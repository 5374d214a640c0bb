package io.smarter.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Revisioned keys: every committed write gets the next revision of the whole store, as in etcd's data model (etcd API
 * v3, KV and Watch). A write is on disk before its method returns and before anybody reads it. Safe for use by many
 * threads; writers that come together share one sync.
 *
 * <p>Keys are compared by their characters, hold none outside the basic multilingual plane, and have at most
 * {@value #MAX_KEY} of them; a value has at most {@link StoreOptions#maxValue} bytes. What breaks that is an
 * {@link IllegalArgumentException}. An {@link StoreException} says that the disk refused: the write is not visible, and
 * later ones succeed again once the disk accepts them; only after a crash in that moment it may turn out to be there.
 */
public interface Store extends AutoCloseable {
    /** The length of the longest key. */
    int MAX_KEY = 2048;

    /** The revision of the newest committed write; 1 in a store that was never written. Never goes back. */
    long revision();

    /** The oldest revision that can still be read or watched from. */
    long compacted();

    /** The entry that a key has now. */
    Optional<Entry> get(String key);

    /**
     * A page of the entries whose keys start with a prefix, in key order.
     *
     * @param after only keys greater than this one; null from the start
     * @param limit how many at most; 0 for all
     * @param revision as of which revision; 0 for now
     * @throws CompactedException if that revision is no longer kept
     * @throws IllegalArgumentException if that revision is yet to come
     */
    Page list(String prefix, @Nullable String after, int limit, long revision) throws CompactedException;

    /** Makes a key; {@link Outcome.Conflict} with the present entry if there is one. */
    Outcome create(String key, byte[] value);

    /** Replaces the value of a key whose revision is the expected one; {@link Outcome.Conflict} otherwise. */
    Outcome update(String key, byte[] value, long expectedRevision);

    /** Removes a key whose revision is the expected one; {@link Outcome.Conflict} otherwise. */
    Outcome delete(String key, long expectedRevision);

    /**
     * Calls a listener with every event after a revision for keys that start with a prefix: first what is retained, also
     * from before this process, then what comes, in revision order, each once. A batch holds one or more events.
     *
     * <p>What is retained is handed over by the calling thread before this method returns, what comes by a thread of the
     * store, which writes wait for: the listener must not block (a slow receiver needs a queue of its own), nor take a
     * lock that the caller holds. When it throws, the watch ends. A write may return before or after its event is given.
     *
     * @param afterRevision may lie in the future; then nothing is given until the store has passed it
     * @throws CompactedException if events after that revision are no longer kept
     */
    Watch watch(String prefix, long afterRevision, Listener listener) throws CompactedException;

    /**
     * Forgets what was overwritten or deleted at or before a revision, or the newest one if that is less. Without being
     * asked the store does so for what is older than its {@link StoreOptions} say.
     */
    void compact(long revision);

    /** Ends when all writes that were accepted are done; those that come later throw {@link StoreException}. */
    @Override
    void close();

    /** Receives events. */
    @FunctionalInterface
    interface Listener {
        void events(List<Event> batch);
    }

    /** A running watch; closing it ends the calls, but for one that is under way. */
    interface Watch extends AutoCloseable {
        /** The listener has been given every event up to this revision; what a bookmark may say. */
        long revision();

        /** False once it was closed, the store was closed, or the listener threw. */
        boolean isOpen();

        @Override
        void close();
    }

    /**
     * @param entries in key order
     * @param revision that of the store when the page was read, or the one that was asked for
     * @param remaining how many more entries follow this page
     */
    record Page(List<Entry> entries, long revision, long remaining) {}

    /**
     * One committed change.
     *
     * @param entry the key's new state; of a deletion its revision is that of the deletion and its value the last one
     * @param previous the state before, null when the key was made
     */
    record Event(Kind kind, Entry entry, @Nullable Entry previous) {
        public enum Kind {
            CREATED,
            UPDATED,
            DELETED
        }
    }

    /** How a write ended. */
    sealed interface Outcome {
        /** Done and durable; of a deletion the entry carries the last value and the deletion's revision. */
        record Written(Entry entry) implements Outcome {}

        /** Not done: the key has this entry, or none. */
        record Conflict(Optional<Entry> actual) implements Outcome {}
    }
}
