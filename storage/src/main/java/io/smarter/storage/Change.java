package io.smarter.storage;

import io.smarter.json.JsonWriter;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A committed change of one object, shared by all who watch: its text is made once for each form in which it is wanted.
 * Safe for use by many threads.
 */
public final class Change {
    private final ApiType type;
    private final long revision;
    private final @Nullable Stored now;
    private final @Nullable Stored before;
    private final Map<Frame, byte[]> frames = new ConcurrentHashMap<>(2);

    /** The frame that was wanted last, as most watches want the same. */
    private volatile Map.@Nullable Entry<Frame, byte[]> last;

    private record Frame(View view, String event) {}

    Change(ApiType type, Store.Event event) {
        this.type = type;
        this.revision = event.entry().revision();
        boolean deleted = event.kind() == Store.Event.Kind.DELETED;
        var last = event.previous();
        this.now = deleted ? null : new Stored(type, event.entry());
        if (deleted) this.before = new Stored(type, event.entry());
        else this.before = last == null ? null : new Stored(type, last, revision);
    }

    public ApiType type() {
        return type;
    }

    public long revision() {
        return revision;
    }

    /** Of the object in the store. */
    String key() {
        var any = now == null ? before : now;
        return any == null ? "" : any.entry().key();
    }

    /** The object's new state; null when it is gone. */
    public @Nullable Stored now() {
        return now;
    }

    /** The object's state before, or its last one; null when it is new. */
    public @Nullable Stored before() {
        return before;
    }

    /** How many bytes it holds, about. */
    int weight() {
        int weight = 256;
        if (now != null) weight += now.entry().value().length;
        if (before != null) weight += before.entry().value().length;
        return weight;
    }

    /** Lets go of what can be made again, when most have been told. */
    void trim() {
        frames.clear();
        last = null;
        if (now != null) now.trim();
        if (before != null) before.trim();
    }

    /**
     * The event of a watch's answer, or null when the change does not concern it. An object that comes into a selection
     * is added to it, one that leaves it is deleted from it.
     */
    public byte @Nullable [] event(View view, Selection selection) {
        boolean is = now != null && (selection.isEverything() || selection.matches(now.tree()));
        boolean was = before != null && (selection.isEverything() || selection.matches(before.tree()));
        if (is && now != null) return framed(view, was ? "MODIFIED" : "ADDED", now);
        return was && before != null ? framed(view, "DELETED", before) : null;
    }

    /** One line of a watch's answer in JSON. */
    public static byte[] line(String event, byte[] object) {
        return new JsonWriter(object.length + 40)
                .raw("{\"type\":\"" + event + "\",\"object\":")
                .raw(object)
                .raw("}\n")
                .bytes();
    }

    private byte[] framed(View view, String event, Stored object) {
        var made = last;
        var wanted = new Frame(view, event);
        if (made != null && made.getKey().equals(wanted)) return made.getValue();
        var bytes = frames.computeIfAbsent(wanted, _ -> view.event(event, view.object(type, object, Instant.now())));
        last = Map.entry(wanted, bytes);
        return bytes;
    }
}
