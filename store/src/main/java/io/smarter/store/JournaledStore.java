package io.smarter.store;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A store whose entries of now are in memory and whose events are in a journal.
 *
 * <p>One thread at a time commits. It takes all writes that wait, checks each against memory and the ones before it
 * in the same batch, appends what they make to the journal, and only when that is durable changes the memory and tells the
 * callers. So nobody ever sees what a crash could take back, and a refused append leaves no trace.
 *
 * <p>That thread is the writer, but for a caller who comes when nobody else writes: it commits by itself, since to wake the
 * writer and be woken by it would take as long as the sync. The writer alone feeds the watches and tidies up, in either case.
 */
abstract sealed class JournaledStore implements Store permits MemoryStore, SqliteStore {
    private static final int COMPACTION_STEP = 500;

    /** A virtual thread that syncs takes one of those away that carry them all, of which there is one for each processor. */
    private static final boolean CALLERS_MAY_SYNC = Runtime.getRuntime().availableProcessors() > 1;

    private final System.Logger log = System.getLogger(JournaledStore.class.getPackageName());
    private final Journal journal;
    private final Present present;
    private final StoreOptions options;
    private final Retention retention;
    private final Watches watches = new Watches();
    private final Mailbox mailbox = new Mailbox();
    private final Queue<List<Event>> untold = new ConcurrentLinkedQueue<>();

    /** Held by who commits or compacts. */
    private final ReentrantLock appending = new ReentrantLock();

    private final Thread writer;
    private volatile long compacted;

    JournaledStore(Journal journal, Present present, long compacted, StoreOptions options) {
        this.journal = journal;
        this.present = present;
        this.compacted = compacted;
        this.options = options;
        this.retention = new Retention(options);
        this.writer = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::write);
    }

    /** Starts the writer; called once, by the constructor of the driver as its last step. */
    final void start() {
        writer.start();
    }

    @Override
    public final long revision() {
        return present.revision();
    }

    @Override
    public final long compacted() {
        return compacted;
    }

    @Override
    public final Optional<Entry> get(String key) {
        return present.get(key);
    }

    @Override
    public final Page list(String prefix, @Nullable String after, int limit, long revision) throws CompactedException {
        if (limit < 0) throw new IllegalArgumentException("limit must be 0 or more, was " + limit);
        if (revision > present.revision())
            throw new IllegalArgumentException(
                    "revision %d is yet to come, the newest is %d".formatted(revision, present.revision()));
        if (revision != 0) requireKept(revision);
        var page = present.page(prefix, after, limit, revision);
        return page != null ? page : journal.page(prefix, after, limit, revision);
    }

    @Override
    public final Outcome create(String key, byte[] value) {
        return perform(Write.create(requireKey(key), requireValue(key, value)));
    }

    @Override
    public final Outcome update(String key, byte[] value, long expectedRevision) {
        return perform(Write.update(requireKey(key), requireValue(key, value), expectedRevision));
    }

    @Override
    public final Outcome delete(String key, long expectedRevision) {
        return perform(Write.delete(requireKey(key), expectedRevision));
    }

    @Override
    public final Watch watch(String prefix, long afterRevision, Listener listener) throws CompactedException {
        long cursor = Math.max(afterRevision, 1);
        var watch = watches.make(prefix, cursor, listener);
        requireKept(cursor);
        while (!watches.join(watch, present, cursor)) {
            long upTo = present.revision();
            journal.replay(prefix, cursor, upTo, events -> watch.offer(events, last(events)));
            cursor = upTo;
        }
        return watch;
    }

    @Override
    public final void compact(long revision) {
        long upTo = Math.min(revision, present.revision());
        while (compacted < upTo) compactStep(upTo);
    }

    @Override
    public final void close() {
        mailbox.close();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        watches.close();
        appending.lock();
        try {
            journal.close();
        } finally {
            appending.unlock();
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private Outcome perform(Write write) {
        if (!committedAlone(write) && !mailbox.put(write))
            throw new StoreException("%s was not written: the store is closed".formatted(write.key()));
        return write.await();
    }

    private boolean committedAlone(Write write) {
        boolean quiet = CALLERS_MAY_SYNC && mailbox.isQuiet() && untold.isEmpty();
        if (!quiet || !appending.tryLock()) return false;
        try {
            commit(List.of(write));
        } finally {
            appending.unlock();
        }
        mailbox.wake();
        return true;
    }

    private void write() {
        while (!mailbox.isDone()) {
            var batch = mailbox.take();
            if (!batch.isEmpty()) {
                appending.lock();
                try {
                    commit(batch);
                } finally {
                    appending.unlock();
                }
            }
            tell();
        }
        tell();
    }

    private void commit(List<Write> batch) {
        try {
            var events = new ArrayList<Event>(batch.size());
            var outcomes = decide(batch, events);
            if (!events.isEmpty()) {
                journal.append(events);
                present.apply(events);
                untold.add(events);
            }
            for (int i = 0; i < batch.size(); i++) batch.get(i).end(outcomes.get(i));
        } catch (StoreException e) {
            for (var write : batch) write.fail(e);
        } catch (Throwable e) { // whatever it is, it is these writers' and must not end the writer
            log.log(ERROR, "a batch of %d writes failed".formatted(batch.size()), e);
            for (var write : batch) write.fail(e);
        }
    }

    /** Feeds the watches with what was committed, and tidies up behind it. */
    private void tell() {
        if (untold.isEmpty()) return;
        try {
            for (var events = untold.poll(); events != null; events = untold.poll()) watches.deliver(events);
            tidy();
        } catch (RuntimeException e) { // nor may this end the writer
            log.log(ERROR, "what was committed is not told", e);
        }
    }

    private List<Outcome> decide(List<Write> batch, List<Event> events) {
        var changed = new HashMap<String, Optional<Entry>>();
        var outcomes = new ArrayList<Outcome>(batch.size());
        for (var write : batch) {
            var pending = changed.get(write.key());
            var now = pending != null ? pending.orElse(null) : present.peek(write.key());
            var event = write.over(now, present.revision() + events.size() + 1);
            if (event == null) {
                outcomes.add(new Outcome.Conflict(Optional.ofNullable(now)));
                continue;
            }
            events.add(event);
            boolean gone = event.kind() == Event.Kind.DELETED;
            changed.put(write.key(), gone ? Optional.empty() : Optional.of(event.entry()));
            outcomes.add(new Outcome.Written(event.entry()));
        }
        return outcomes;
    }

    private void tidy() {
        appending.lock();
        try {
            journal.tidy();
        } finally {
            appending.unlock();
        }
        long now = System.nanoTime();
        retention.mark(now, present.revision());
        long upTo = retention.forgettable(now, present.revision());
        if (upTo - compacted < COMPACTION_STEP) return;
        try {
            compactStep(upTo);
        } catch (StoreException e) {
            log.log(WARNING, "compaction up to revision %d failed, is tried again".formatted(upTo), e);
        }
    }

    private void compactStep(long upTo) {
        appending.lock();
        try {
            long from = compacted;
            long to = Math.min(upTo, from + COMPACTION_STEP);
            if (to <= from) return;
            journal.compact(from, to);
            compacted = to;
            present.forget(to);
        } finally {
            appending.unlock();
        }
    }

    private void requireKept(long revision) throws CompactedException {
        if (revision < compacted) throw new CompactedException(revision, compacted);
    }

    private static String requireKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY)
            throw new IllegalArgumentException("a key has 1 to %d characters, not %d".formatted(MAX_KEY, key.length()));
        for (int i = 0; i < key.length(); i++)
            if (Character.isSurrogate(key.charAt(i)))
                throw new IllegalArgumentException(
                        "key %s: only characters of the basic multilingual plane".formatted(key));
        return key;
    }

    private byte[] requireValue(String key, byte[] value) {
        Objects.requireNonNull(value, key);
        if (value.length > options.maxValue())
            throw new IllegalArgumentException(
                    "%s: the value has %d bytes, at most %d fit".formatted(key, value.length, options.maxValue()));
        return value;
    }

    private static long last(List<Event> events) {
        return events.getLast().entry().revision();
    }
}
