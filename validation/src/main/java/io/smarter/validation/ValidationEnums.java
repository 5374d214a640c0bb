package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.SchemaType;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import io.smarter.schema.ValidationReport;

/** Compares strings whose type has a closed set of values with that set. */
final class ValidationEnums {
    private ValidationEnums() {}

    static void check(ValidationReport report, SchemaType type, Json value, String path) {
        switch (type) {
            case Struct struct
            when value instanceof Json.Obj(var members) ->
                members.forEach((name, item) -> {
                    var field = struct.field(name);
                    if (field == null || isOpen(field.type())) return;
                    check(report, field.type(), item, path.isEmpty() ? name : path + "." + name);
                });
            case ListOf list
            when value instanceof Json.Arr(var items) -> {
                for (int i = 0; i < items.size(); i++) check(report, list.item(), items.get(i), path + "[" + i + "]");
            }
            case MapOf map
            when value instanceof Json.Obj(var members) -> {
                if (!isOpen(map.value()))
                    members.forEach((name, item) -> check(report, map.value(), item, path + "[" + name + "]"));
            }
            case Text text
            when value instanceof Json.Str(var word) -> {
                boolean known = text.values().isEmpty()
                        || word.isEmpty()
                        || text.values().contains(word);
                if (!known) report.unsupported(path, word, text.values());
            }
            default -> {}
        }
    }

    /** Whether nothing of a value needs comparing: most are so, and their paths need not be made. */
    private static boolean isOpen(SchemaType type) {
        return type instanceof SchemaType.Scalar
                || type instanceof Text text && text.values().isEmpty();
    }
}
