package io.smarter.store;

import io.smarter.store.Store.Event;
import io.smarter.store.Store.Event.Kind;
import io.smarter.store.Store.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One write on its way: what it wants, and how it ended. */
final class Write {
    private static final byte[] NOTHING = {};

    private final Kind kind;
    private final String key;
    private final byte[] value;
    private final long expected;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    private Write(Kind kind, String key, byte[] value, long expected) {
        this.kind = kind;
        this.key = key;
        this.value = value;
        this.expected = expected;
    }

    static Write create(String key, byte[] value) {
        return new Write(Kind.CREATED, key, value, 0);
    }

    static Write update(String key, byte[] value, long expected) {
        return new Write(Kind.UPDATED, key, value, expected);
    }

    static Write delete(String key, long expected) {
        return new Write(Kind.DELETED, key, NOTHING, expected);
    }

    String key() {
        return key;
    }

    int weight() {
        return value.length;
    }

    /** What this write makes of a key's present entry at a revision, or null if it expected another entry. */
    @Nullable
    Event over(@Nullable Entry now, long revision) {
        if (now == null)
            return kind == Kind.CREATED ? new Event(kind, new Entry(key, value, revision, revision), null) : null;
        if (kind == Kind.CREATED || now.revision() != expected) return null;
        var next = kind == Kind.DELETED ? now.value() : value;
        return new Event(kind, new Entry(key, next, now.created(), revision), now);
    }

    void end(Outcome how) {
        outcome.complete(how);
    }

    void fail(Throwable why) {
        outcome.completeExceptionally(why);
    }

    /** Waits for the end, whether or not the thread is interrupted: what was asked for is never left unknown. */
    Outcome await() {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new StoreException("%s was not written: %s".formatted(key, cause.getMessage()), cause);
        }
    }
}
