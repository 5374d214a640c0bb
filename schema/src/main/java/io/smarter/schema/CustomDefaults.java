package io.smarter.schema;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sets what a structural schema says of members that are not there; a null where none is allowed counts as not there.
 * Pure functions; setting twice changes nothing.
 */
public final class CustomDefaults {
    private CustomDefaults() {}

    public static Json.Obj apply(CustomSchema schema, Json.Obj object) {
        return (Json.Obj) value(schema, object);
    }

    private static Json value(CustomSchema schema, Json value) {
        return switch (value) {
            case Json.Obj object -> object(schema, object);
            case Json.Arr(var items) -> {
                var of = schema.items();
                if (of == null) yield value;
                var filled = new ArrayList<Json>(items.size());
                for (var item : items) {
                    var fallback = isUnset(of, item) ? filled(of) : null;
                    filled.add(fallback == null ? value(of, item) : fallback);
                }
                yield new Json.Arr(filled);
            }
            default -> value;
        };
    }

    /** The default with what its own schema adds to it. */
    private static @Nullable Json filled(CustomSchema schema) {
        var fallback = schema.fallback();
        return fallback == null ? null : value(schema, fallback);
    }

    private static Json.Obj object(CustomSchema schema, Json.Obj object) {
        var filled = new LinkedHashMap<String, Json>();
        object.members().forEach((name, value) -> {
            var child = schema.child(name);
            var now = child == null ? value : isUnset(child, value) ? filled(child) : value(child, value);
            if (now != null) filled.put(name, now);
        });
        schema.properties().forEach((name, child) -> {
            var fallback = object.has(name) ? null : filled(child);
            if (fallback != null) filled.put(name, fallback);
        });
        return new Json.Obj(filled);
    }

    private static boolean isUnset(CustomSchema schema, Json value) {
        return value instanceof Json.Null && !schema.nullable();
    }
}
