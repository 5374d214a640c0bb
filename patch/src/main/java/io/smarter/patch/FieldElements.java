package io.smarter.patch;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.util.Map;
import java.util.TreeMap;

/** The elements of which paths in a {@link FieldSet} consist. */
final class FieldElements {
    private FieldElements() {}

    static String member(String name) {
        return "f:" + name;
    }

    static String value(Json item) {
        return "v:" + item.compact();
    }

    /** The element of a list item with these keys. */
    static String keys(Map<String, Json> keys) {
        return "k:" + new Json.Obj(new TreeMap<>(keys)).compact();
    }

    /** The element in the one spelling that we compare. */
    static String canonical(String element) {
        if (element.length() < 2 || element.charAt(1) != ':')
            throw new ApplyFailure("fieldsV1: no element: " + element);
        var rest = element.substring(2);
        try {
            return switch (element.charAt(0)) {
                case 'f' -> element;
                case 'v' -> value(Json.parse(rest));
                case 'k' -> keys(((Json.Obj) Json.parse(rest)).members());
                case 'i' -> "i:" + Integer.parseInt(rest);
                default -> throw new ApplyFailure("fieldsV1: no element: " + element);
            };
        } catch (JsonException | ClassCastException | NumberFormatException e) {
            throw new ApplyFailure("fieldsV1: no element: " + element);
        }
    }

    /** The element as messages show it. */
    static String print(String element) {
        var rest = element.substring(2);
        return switch (element.charAt(0)) {
            case 'f' -> "." + rest;
            case 'v' -> "[=" + rest + "]";
            case 'i' -> "[" + rest + "]";
            default -> {
                var text = new StringBuilder("[");
                ((Json.Obj) Json.parse(rest)).members().forEach((name, value) -> {
                    if (text.length() > 1) text.append(',');
                    text.append(name).append('=').append(value.compact());
                });
                yield text.append(']').toString();
            }
        };
    }
}
