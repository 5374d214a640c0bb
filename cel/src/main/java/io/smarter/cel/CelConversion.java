package io.smarter.cel;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns parts of custom resources into values of expressions, by their schema. Pure functions. */
public final class CelConversion {
    private CelConversion() {}

    /** A property's name as expressions write it. */
    public static String escaped(String name) {
        if (CelParser.RESERVED.contains(name)) return "__" + name + "__";
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }

    /** The property's name that expressions write in this way. */
    static String plain(String escaped) {
        if (escaped.startsWith("__") && escaped.endsWith("__") && escaped.length() > 4) {
            var word = escaped.substring(2, escaped.length() - 2);
            if (CelParser.RESERVED.contains(word)) return word;
        }
        return escaped.replace("__dot__", ".")
                .replace("__dash__", "-")
                .replace("__slash__", "/")
                .replace("__underscores__", "__");
    }

    public static Object value(@Nullable CelSchema schema, Json json) {
        return switch (json) {
            case Json.Obj(var members) -> object(schema, members);
            case Json.Arr(var items) -> {
                var values = new ArrayList<Object>(items.size());
                for (var item : items) values.add(value(schema == null ? null : schema.items(), item));
                yield values;
            }
            case Json.Str(var text) -> schema == null ? text : text(schema, text);
            case Json.Num number -> number(schema, number);
            case Json.Bool(var flag) -> flag;
            case Json.Null none -> none;
        };
    }

    private static Object number(@Nullable CelSchema schema, Json.Num number) {
        if (schema != null && schema.type().equals("number")) return number.asDouble();
        return number.isLong() ? (Object) number.asLong() : (Object) number.asDouble();
    }

    /** What cannot be read as its format stays text: validation has said so already. */
    private static Object text(CelSchema schema, String text) {
        try {
            return switch (schema.format()) {
                case "date", "date-time" -> CelFunctions.timestamp(text);
                case "duration" -> CelFunctions.duration(text);
                case "byte" -> CelTokens.Bytes.of(Base64.getDecoder().decode(text));
                default -> text;
            };
        } catch (Cel.Failure | ArithmeticException | IllegalArgumentException e) {
            return text;
        }
    }

    private static Object object(@Nullable CelSchema schema, Map<String, Json> members) {
        if (schema == null || schema.additional() != null) {
            var map = new LinkedHashMap<Object, Object>();
            members.forEach((name, value) -> map.put(name, value(schema == null ? null : schema.additional(), value)));
            return map;
        }
        var fields = new LinkedHashMap<String, Object>();
        members.forEach((name, value) -> {
            var child = schema.properties().get(name);
            if (schema.isResource() && name.equals("metadata")) fields.put(name, metadata(value));
            else if (schema.isResource() && (name.equals("apiVersion") || name.equals("kind")))
                fields.put(name, value(null, value));
            else if (child != null && !(value instanceof Json.Null)) fields.put(escaped(name), value(child, value));
        });
        return new CelRecord(fields);
    }

    /** Of the metadata, rules see the names alone. */
    private static CelRecord metadata(Json metadata) {
        var fields = new LinkedHashMap<String, Object>();
        for (var name : List.of("name", "generateName")) {
            var text = metadata.text(name);
            if (text != null) fields.put(name, text);
        }
        return new CelRecord(fields);
    }
}
