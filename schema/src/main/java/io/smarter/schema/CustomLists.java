package io.smarter.schema;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
                var before = Before.of(schema.raw(), old);
                for (int i = 0; i < items.size(); i++)
                    check(of, items.get(i), before.item(items.get(i)), path + "[" + i + "]", errors);
            }
            default -> {}
        }
    }

    private static void duplicates(CustomSchema schema, List<Json> items, String path, List<FieldError> errors) {
        if (schema.listKind() == SchemaField.ListKind.ATOMIC) return;
        var seen = new HashSet<Object>();
        for (int i = 0; i < items.size(); i++) {
            boolean set = schema.listKind() == SchemaField.ListKind.SET;
            var identity = set ? items.get(i) : identity(schema.listKeys(), items.get(i));
            if (seen.add(set && identity instanceof Json.Obj ? identity : identity.compact())) continue;
            var field = path + "[" + i + "]";
            errors.add(
                    identity instanceof Json.Str(var text)
                            ? new FieldError(field, FieldError.Reason.DUPLICATE, text, "")
                            : new FieldError(field, FieldError.Reason.DUPLICATE, null, identity.compact()));
        }
    }

    private static Json identity(List<String> keys, Json item) {
        var values = new LinkedHashMap<String, Json>();
        for (var key : keys) {
            var value = item.at(key);
            if (value != null) values.put(key, value);
        }
        return new Json.Obj(values);
    }

    /** The items of an old list, by what tells them apart; none unless the list is a map. */
    record Before(List<String> keys, Map<String, Json> items) {
        private static final Before NOTHING = new Before(List.of(), Map.of());

        static Before of(Json.Obj schema, @Nullable Json old) {
            if (!(old instanceof Json.Arr(var olds))
                    || !schema.textOrEmpty("x-kubernetes-list-type").equals("map")) return NOTHING;
            var keys = schema.items("x-kubernetes-list-map-keys").stream()
                    .map(key -> key instanceof Json.Str(var text) ? text : "")
                    .filter(text -> !text.isEmpty())
                    .toList();
            var items = new HashMap<String, Json>();
            for (var item : olds) items.putIfAbsent(identity(keys, item).compact(), item);
            return new Before(keys, items);
        }

        /** What an item of the new list continues, or null. */
        @Nullable
        Json item(Json now) {
            return items.isEmpty() ? null : items.get(identity(keys, now).compact());
        }
    }
}
