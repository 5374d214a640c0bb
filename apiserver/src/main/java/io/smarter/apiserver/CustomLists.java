package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists that are sets, or maps by some members of their items: no two items may be the same. Pure functions. */
final class CustomLists {
    private CustomLists() {}

    static void check(CustomSchema schema, Json value, @Nullable Json old, List<FieldError> errors) {
        check(schema, value, old, "", errors);
    }

    private static void check(
            CustomSchema schema, Json value, @Nullable Json old, String path, List<FieldError> errors) {
        if (old != null && SchemaValues.same(value, old)) return;
        switch (value) {
            case Json.Obj(var members) ->
                members.forEach((name, member) -> {
                    var child = schema.child(name);
                    if (child == null || schema.isResource() && name.equals("metadata")) return;
                    check(
                            child,
                            member,
                            old == null ? null : old.at(name),
                            CustomValidation.dotted(path, name),
                            errors);
                });
            case Json.Arr(var items) -> {
                duplicates(schema, items, path, errors);
                var of = schema.items();
                if (of == null) return;
                for (int i = 0; i < items.size(); i++) {
                    var before = counterpart(schema.raw(), items.get(i), old);
                    check(of, items.get(i), before, path + "[" + i + "]", errors);
                }
            }
            default -> {}
        }
    }

    private static void duplicates(CustomSchema schema, List<Json> items, String path, List<FieldError> errors) {
        if (schema.listKind() == SchemaField.ListKind.ATOMIC) return;
        var seen = new HashSet<Json>();
        for (int i = 0; i < items.size(); i++) {
            var identity = schema.listKind() == SchemaField.ListKind.SET
                    ? items.get(i)
                    : keys(schema.listKeys(), items.get(i));
            if (seen.add(identity)) continue;
            var field = path + "[" + i + "]";
            errors.add(
                    identity instanceof Json.Str(var text)
                            ? new FieldError(field, FieldError.Reason.DUPLICATE, text, "")
                            : new FieldError(field, FieldError.Reason.DUPLICATE, null, identity.compact()));
        }
    }

    private static Json keys(List<String> keys, Json item) {
        var values = new LinkedHashMap<String, Json>();
        for (var key : keys) {
            var value = item.at(key);
            if (value != null) values.put(key, value);
        }
        return new Json.Obj(values);
    }

    /** The item of the old list that an item of the new one continues, or null. */
    static @Nullable Json counterpart(Json.Obj schema, Json item, @Nullable Json old) {
        if (!(old instanceof Json.Arr(var olds))
                || !schema.textOrEmpty("x-kubernetes-list-type").equals("map")) return null;
        var keys = schema.items("x-kubernetes-list-map-keys").stream()
                .map(key -> key instanceof Json.Str(var name) ? name : "")
                .toList();
        var identity = keys(keys, item);
        for (var candidate : olds) if (keys(keys, candidate).equals(identity)) return candidate;
        return null;
    }
}
