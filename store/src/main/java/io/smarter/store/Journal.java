package io.smarter.store;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store keeps beside its memory. The store calls {@link #append}, {@link #tidy} and {@link #compact} from one thread at a time,
 * the reading methods from any.
 */
interface Journal extends AutoCloseable {
    /** Makes events durable, all or none. */
    void append(List<Event> events) throws StoreException;

    /** Does what was put off while events were appended. A failure is none of theirs, and is logged. */
    void tidy();

    /** A page as of an old revision. */
    Page page(String prefix, @Nullable String after, int limit, long revision) throws CompactedException;

    /** Hands over the events of a prefix in a range of revisions: greater than one, up to another. */
    void replay(String prefix, long after, long upTo, Store.Listener listener) throws CompactedException;

    /** Forgets what was superseded or deleted at revisions greater than one, up to another. */
    void compact(long after, long upTo) throws StoreException;

    @Override
    void close();

    /** Keeps nothing, for a store whose memory holds every event that was not compacted. */
    final class None implements Journal {
        @Override
        public void append(List<Event> events) {}

        @Override
        public void tidy() {}

        @Override
        public Page page(String prefix, @Nullable String after, int limit, long revision) throws CompactedException {
            throw new CompactedException(revision, revision + 1);
        }

        @Override
        public void replay(String prefix, long after, long upTo, Store.Listener listener) throws CompactedException {
            throw new CompactedException(after, after + 1);
        }

        @Override
        public void compact(long after, long upTo) {}

        @Override
        public void close() {}
    }
}
