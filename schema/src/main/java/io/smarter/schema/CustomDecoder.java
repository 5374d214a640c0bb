package io.smarter.schema;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an object as its structural schema wants it: members that no part of the schema describes are left out and listed
 * ("pruning"), metadata is read as that of every other object. Values of a wrong type stay, for validation to refuse.
 */
public final class CustomDecoder {
    private final List<String> unknown = new ArrayList<>();

    private CustomDecoder() {}

    public static SchemaDecoder.Outcome decode(CustomSchema schema, Json.Obj object) {
        var metadata = object.get("metadata");
        var typed = schema.objectMeta();
        var decoder = new CustomDecoder();
        var pruned = (Json.Obj) decoder.value(schema, object, "");
        if (metadata == null || typed == null)
            return new SchemaDecoder.Outcome.Decoded(pruned, List.copyOf(decoder.unknown));
        return switch (SchemaDecoder.member(typed, "metadata", metadata)) {
            case SchemaDecoder.Outcome.Malformed malformed -> malformed;
            case SchemaDecoder.Outcome.Decoded(var read, var more) -> {
                decoder.unknown.addAll(more);
                yield new SchemaDecoder.Outcome.Decoded(pruned.with("metadata", read), List.copyOf(decoder.unknown));
            }
        };
    }

    private Json value(CustomSchema schema, Json value, String path) {
        return switch (value) {
            case Json.Obj(var members) -> object(schema, members, path);
            case Json.Arr(var items) -> {
                var of = schema.items();
                if (of == null) yield value;
                var kept = new ArrayList<Json>(items.size());
                for (int i = 0; i < items.size(); i++) kept.add(value(of, items.get(i), path + "[" + i + "]"));
                yield new Json.Arr(kept);
            }
            default -> value;
        };
    }

    private Json.Obj object(CustomSchema schema, Map<String, Json> members, String path) {
        var kept = new LinkedHashMap<String, Json>();
        members.forEach((name, value) -> {
            var at = path.isEmpty() ? name : path + "." + name;
            if (schema.isResource() && isCommon(name)) {
                var read = schema.isRoot() ? value : embedded(schema, name, value, at);
                if (read != null) kept.put(name, read);
                return;
            }
            var child = schema.child(name);
            if (child != null) kept.put(name, value(child, value, at));
            else if (schema.keepsUnknown()) kept.put(name, value);
            else unknown.add(at);
        });
        return new Json.Obj(kept);
    }

    /** Of an embedded resource; what cannot be read as metadata is dropped, as on the way from the store. */
    private Json embedded(CustomSchema schema, String name, Json value, String path) {
        var typed = schema.objectMeta();
        if (!name.equals("metadata") || typed == null) return value;
        return switch (SchemaDecoder.member(typed, path, value)) {
            case SchemaDecoder.Outcome.Decoded(var read, var more) -> {
                unknown.addAll(more);
                yield read;
            }
            case SchemaDecoder.Outcome.Malformed _ -> value;
        };
    }

    private static boolean isCommon(String name) {
        return name.equals("apiVersion") || name.equals("kind") || name.equals("metadata");
    }
}
