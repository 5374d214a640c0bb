package io.smarter.schema;

import io.smarter.json.Json;
import io.smarter.schema.SchemaType.Struct;
import java.util.List;
import java.util.Map;

/**
 * Writes whole answers in Kubernetes' protobuf encoding: the four bytes {@code k8s\0}, an envelope with kind and version,
 * the object inside. Pure functions.
 */
public final class ProtobufAnswers {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int USUAL = 1024;

    private ProtobufAnswers() {}

    /** An object of a list. Its tree is made when it is written, and not kept. */
    public interface Item {
        /** How long its text is, in bytes. */
        int length();

        Json.Obj passingTree();
    }

    public static byte[] object(SchemaKind kind, Json.Obj object) {
        var out = envelope(USUAL);
        int before = out.size();
        new ProtobufValues(out).struct(layout(kind), object);
        return enveloped(out, before, kind.apiVersion(), kind.kind());
    }

    /** A list of objects, whose trees are made one after the other. */
    public static byte[] list(SchemaKind kind, String listKind, List<? extends Item> objects, Json.Obj metadata) {
        int size = USUAL;
        for (var object : objects) size += object.length() / 4 * 3;
        var out = envelope(size);
        int before = out.size();
        var values = new ProtobufValues(out);
        var layout = layout(kind);
        for (var object : objects.reversed()) {
            int after = out.size();
            values.struct(layout, object.passingTree());
            out.message(2, after);
        }
        listMetadata(out, metadata);
        return enveloped(out, before, kind.apiVersion(), listKind);
    }

    /** A meta/v1 Status. */
    public static byte[] status(Json.Obj status) {
        var out = envelope(USUAL);
        int before = out.size();
        out.number(6, status.number(0, "code"));
        if (status.get("details") instanceof Json.Obj details) details(out, details);
        out.text(4, status.textOrEmpty("reason"));
        out.text(3, status.textOrEmpty("message"));
        out.text(2, status.textOrEmpty("status"));
        listMetadata(out, status.object("metadata"));
        return enveloped(out, before, "v1", "Status");
    }

    /** One frame of a watch's answer: its length in four bytes, and a meta/v1 WatchEvent. */
    public static byte[] event(String type, byte[] object) {
        var out = new ProtobufWriter(object.length + 64);
        out.bytes(1, object);
        out.message(2, 0);
        out.text(1, type);
        int length = out.size();
        out.raw(new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
        return out.bytes();
    }

    /** The kind of what shows an object's metadata only. */
    public static SchemaKind metadataOf(SchemaKind kind, String metaVersion) {
        var objectMeta = kind.type() instanceof CustomSchema custom
                ? custom.objectMeta()
                : kind.type().member("metadata");
        if (!(objectMeta instanceof Struct meta)) throw new IllegalStateException(kind.gvk() + " has no metadata");
        var field = new SchemaField(
                "metadata",
                meta,
                "1",
                true,
                false,
                false,
                SchemaField.ListKind.ATOMIC,
                List.of(),
                false,
                List.of(),
                "",
                null);
        var name = "PartialObjectMetadata";
        var struct = new Struct("v1." + name, name, false, () -> Map.of(field.name(), field));
        return new SchemaKind("meta.k8s.io", metaVersion, name, struct);
    }

    private static SchemaLayout layout(SchemaKind kind) {
        if (kind.type() instanceof Struct struct) return struct.layout();
        throw new IllegalArgumentException(kind.gvk() + " has no protobuf form");
    }

    /** The end of a runtime.Unknown: no content encoding, no content type. */
    private static ProtobufWriter envelope(int capacity) {
        var out = new ProtobufWriter(capacity);
        out.text(4, "");
        out.text(3, "");
        return out;
    }

    private static byte[] enveloped(ProtobufWriter out, int before, String apiVersion, String kind) {
        out.message(2, before);
        int object = out.size();
        out.text(2, kind);
        out.text(1, apiVersion);
        out.message(1, object);
        out.raw(MAGIC);
        return out.bytes();
    }

    private static void listMetadata(ProtobufWriter out, Json.Obj metadata) {
        int before = out.size();
        if (metadata.get("remainingItemCount") instanceof Json.Num count) out.number(4, count.asLong());
        out.text(3, metadata.textOrEmpty("continue"));
        out.text(2, metadata.textOrEmpty("resourceVersion"));
        out.text(1, metadata.textOrEmpty("selfLink"));
        out.message(1, before);
    }

    private static void details(ProtobufWriter out, Json.Obj details) {
        int before = out.size();
        out.text(6, details.textOrEmpty("uid"));
        out.number(5, details.number(0, "retryAfterSeconds"));
        for (var cause : details.items("causes").reversed()) {
            int after = out.size();
            out.text(3, cause.textOrEmpty("field"));
            out.text(2, cause.textOrEmpty("message"));
            out.text(1, cause.textOrEmpty("reason"));
            out.message(4, after);
        }
        out.text(3, details.textOrEmpty("kind"));
        out.text(2, details.textOrEmpty("group"));
        out.text(1, details.textOrEmpty("name"));
        out.message(5, before);
    }
}
