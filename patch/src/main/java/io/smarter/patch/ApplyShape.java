package io.smarter.patch;

import io.smarter.json.Json;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.SchemaField.ListKind;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.SchemaType;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Scalar;
import io.smarter.schema.SchemaType.Struct;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How server-side apply looks at a value: which parts have owners of their own.
 *
 * @param whole whether it is one value whatever it consists of
 */
record ApplyShape(SchemaType type, ListKind list, List<String> keys, boolean whole) {

    static ApplyShape of(SchemaKind kind) {
        return plain(kind.type());
    }

    private static ApplyShape plain(SchemaType type) {
        boolean whole = switch (type) {
            case Struct struct -> struct.atomic();
            case MapOf _, ListOf _ -> false;
            case Scalar scalar -> scalar != Scalar.UNTYPED;
            case SchemaType.Text _ -> true;
            case CustomSchema custom -> custom.isOneValue();
        };
        if (type instanceof CustomSchema custom)
            return new ApplyShape(type, custom.listKind(), custom.listKeys(), whole);
        return new ApplyShape(type, ListKind.ATOMIC, List.of(), whole);
    }

    ApplyShape member(String name) {
        var field = type.field(name);
        if (field == null || field.type() instanceof CustomSchema) return plain(type.member(name));
        var plain = plain(field.type());
        return new ApplyShape(field.type(), field.list(), field.listKeys(), plain.whole || field.atomic());
    }

    ApplyShape item() {
        return plain(type.item());
    }

    /** Whether the schema itself names the member, rather than the data. */
    boolean declares(String name) {
        return type.field(name) != null;
    }

    /** Whether a value is one for all that ownership is about. */
    boolean isLeaf(@Nullable Json value) {
        if (whole) return true;
        return switch (value) {
            case Json.Obj _ -> false;
            case Json.Arr _ -> list == ListKind.ATOMIC;
            case Json.Null _ -> false;
            case null -> false;
            default -> true;
        };
    }

    /**
     * The items of a list by path element, in order.
     *
     * @param strict whether items with the same element are an error; otherwise they count as one, a list of them
     */
    Map<String, Json> itemsByElement(List<Json> items, boolean strict) {
        var byElement = new LinkedHashMap<String, Json>();
        for (var item : items) {
            var element = element(item);
            var other = byElement.get(element);
            if (other == null) byElement.put(element, item);
            else if (strict) throw new ApplyFailure("duplicate entries for key " + FieldElements.print(element));
            else byElement.put(element, twins(other, item));
        }
        return byElement;
    }

    private static Json twins(Json seen, Json item) {
        return seen instanceof Json.Arr several ? several.plus(item) : Json.arr(seen, item);
    }

    String element(Json item) {
        if (list == ListKind.SET) {
            if (item instanceof Json.Obj || item instanceof Json.Arr || item instanceof Json.Null)
                throw new ApplyFailure("set item must be a scalar");
            return FieldElements.value(item);
        }
        if (!(item instanceof Json.Obj))
            throw new ApplyFailure("associative list with keys may not have non-map elements");
        var values = new LinkedHashMap<String, Json>();
        for (var key : keys) {
            var value = item.at(key);
            var field = type.item().field(key);
            if (value == null && field != null) value = field.fallback();
            if (value != null) values.put(key, value);
        }
        if (values.isEmpty())
            throw new ApplyFailure(
                    "associative list with keys has an element that omits all key fields %s (and doesn't have default "
                                    .formatted(keys.stream()
                                            .map(key -> '"' + key + '"')
                                            .toList())
                            + "values for any key fields)");
        return FieldElements.keys(values);
    }
}
