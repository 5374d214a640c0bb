package io.smarter.storage;

import io.smarter.json.Json;
import io.smarter.schema.ProtobufAnswers;
import io.smarter.store.Entry;
import io.smarter.types.ApiType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One state of an object, as the store has it and as clients see it. Safe for use by many threads.
 *
 * <p>The store's text has no {@code resourceVersion}: that is the entry's revision. As we write {@code apiVersion},
 * {@code kind} and {@code metadata} first and in this order, it can be put into the text without parsing it; texts that
 * others wrote take the way through the tree.
 */
public final class Stored implements ProtobufAnswers.Item {
    /** So many bytes of objects are read together. */
    private static final int MOST_TOGETHER = 1 << 20;

    private final ApiType type;
    private final Entry entry;
    private final long revision;
    private volatile Json.@Nullable Obj tree;
    private volatile byte @Nullable [] json;

    /** The state that an entry has. */
    public Stored(ApiType type, Entry entry) {
        this(type, entry, entry.revision());
    }

    /** The state of an entry, shown with another revision, as the last state before a deletion is. */
    Stored(ApiType type, Entry entry, long revision) {
        this.type = type;
        this.entry = entry;
        this.revision = revision;
    }

    public ApiType type() {
        return type;
    }

    public Entry entry() {
        return entry;
    }

    public long revision() {
        return revision;
    }

    /** The object as clients see it. */
    public Json.Obj tree() {
        var known = passingTree();
        tree = known;
        return known;
    }

    /** How long the store's text is, in bytes. */
    @Override
    public int length() {
        return entry.value().length;
    }

    /** As {@link #tree()}, for who looks at it once: a tree that is not there yet is not kept. */
    @Override
    public Json.Obj passingTree() {
        var known = tree;
        if (known != null) return known;
        var stored = Json.parse(entry.value()) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        return versioned(type.strategy().fromStored(stored), revision);
    }

    /** The object as the store keeps it: for who looks at what all versions of it have in common. */
    public Json.Obj kept() {
        var known = tree;
        if (known != null || type.strategy().storedAsServed()) return tree();
        return Json.parse(entry.value()) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    }

    /** Reads many of a type at once, where that costs less. */
    static void readTogether(ApiType type, List<Stored> objects) {
        if (!type.strategy().readsTogether()) return;
        for (int from = 0, to; from < objects.size(); from = to) {
            var stored = new ArrayList<Json.Obj>();
            int size = 0;
            for (to = from; to < objects.size() && size < MOST_TOGETHER; to++) {
                size += objects.get(to).entry.value().length;
                stored.add(objects.get(to).kept());
            }
            var read = type.strategy().fromStored(stored);
            for (int i = from; i < to; i++) {
                var object = objects.get(i);
                object.tree = versioned(read.get(i - from), object.revision);
            }
        }
    }

    /** The object's text as clients see it; not to be changed. */
    byte[] json() {
        var known = json;
        if (known != null) return known;
        int at = revision > 0 && type.strategy().storedAsServed() ? metadataAt(type, entry.value()) : -1;
        known = at < 0 ? tree().bytes() : spliced(entry.value(), at);
        json = known;
        return known;
    }

    /** Lets go of what can be made again from the store's text. */
    void trim() {
        tree = null;
        json = null;
    }

    /** An object with its revision; one that is not stored has none. */
    public static Json.Obj versioned(Json.Obj object, long revision) {
        if (revision == 0) return object.withoutAt("metadata", "resourceVersion");
        return object.withAt(Json.of(Long.toString(revision)), "metadata", "resourceVersion");
    }

    /** What the store keeps of an object. */
    public static byte[] bytes(ApiType type, Json.Obj object) {
        var stored = type.strategy().toStored(object.withoutAt("metadata", "resourceVersion"));
        var ordered = new LinkedHashMap<String, Json>();
        for (var first : new String[] {"apiVersion", "kind", "metadata"}) {
            var value = stored.get(first);
            if (value != null) ordered.put(first, value);
        }
        ordered.putAll(stored.members());
        return new Json.Obj(ordered).bytes();
    }

    private byte[] spliced(byte[] value, int at) {
        var member = ("\"resourceVersion\":\"" + revision + "\",").getBytes(StandardCharsets.US_ASCII);
        var spliced = new byte[value.length + member.length];
        System.arraycopy(value, 0, spliced, 0, at);
        System.arraycopy(member, 0, spliced, at, member.length);
        System.arraycopy(value, at, spliced, at + member.length, value.length - at);
        return spliced;
    }

    /** Where the members of the metadata start, or -1 when the text does not start as ours do. */
    private static int metadataAt(ApiType type, byte[] value) {
        var resource = type.resource();
        var start = ("{\"apiVersion\":\"" + resource.apiVersion() + "\",\"kind\":\"" + resource.kind()
                        + "\",\"metadata\":{")
                .getBytes(StandardCharsets.UTF_8);
        int length = start.length;
        if (value.length <= length || !Arrays.equals(value, 0, length, start, 0, length)) return -1;
        return value[length] == '}' ? -1 : length;
    }
}
