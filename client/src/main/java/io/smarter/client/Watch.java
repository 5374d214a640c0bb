package io.smarter.client;

import io.smarter.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Events from one watch request, read by one thread; another may close it, which wakes the reader. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // signatures first; bodies follow
public final class Watch implements AutoCloseable {
    /** How long one event may be, in bytes. */
    public static final int MAX_EVENT = 8 << 20;

    /** What happened to an object. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        /** Nothing but the revision up to which everything has been told. */
        BOOKMARK,
        /** The object is a Status; the watch ends. */
        ERROR
    }

    public record Event(Type type, Json.Obj object) {}

    Watch() {}

    /** Waits for the next event; null when the server ended the watch, as it does at its timeout. */
    public @Nullable Event next() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
