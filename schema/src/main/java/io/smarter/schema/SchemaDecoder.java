package io.smarter.schema;

import io.smarter.api.Quantity;
import io.smarter.json.Json;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Scalar;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object as its kind: what the schema does not know is left out and listed, values of another type are an error,
 * and what remains is written in the one way in which Kubernetes writes it (no nulls, no empty optional members, canonical
 * quantities and times). Used once, by one thread.
 */
public final class SchemaDecoder {
    private final List<String> unknown = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private String struct = "";

    private SchemaDecoder() {}

    /** What came of reading. */
    public sealed interface Outcome {
        /** @param unknown the paths of the members that were left out, such as {@code spec.containers[0].foo} */
        record Decoded(Json.Obj object, List<String> unknown) implements Outcome {}

        /** @param message in Go's words */
        record Malformed(String message) implements Outcome {}
    }

    /** A value is not of its type; the message is Go's. */
    private static final class WrongType extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongType(String message) {
            super(message, null, false, false);
        }
    }

    public static Outcome decode(SchemaKind kind, Json.Obj object) {
        if (kind.type() instanceof CustomSchema custom) return CustomDecoder.decode(custom, object);
        if (!kind.typed()) return new Outcome.Decoded(object, List.of());
        var decoder = new SchemaDecoder();
        try {
            var decoded = (Json.Obj) decoder.value(kind.type(), object, "");
            return new Outcome.Decoded(decoded, List.copyOf(decoder.unknown));
        } catch (WrongType e) {
            return new Outcome.Malformed(String.valueOf(e.getMessage()));
        }
    }

    /** Reads one member of an object whose other members are read elsewhere. */
    static Outcome member(Struct type, String path, Json value) {
        var decoder = new SchemaDecoder();
        try {
            var decoded = decoder.value(type, value, path);
            return new Outcome.Decoded(
                    decoded instanceof Json.Obj object ? object : Json.Obj.EMPTY, List.copyOf(decoder.unknown));
        } catch (WrongType e) {
            return new Outcome.Malformed(String.valueOf(e.getMessage()));
        }
    }

    private Json value(SchemaType type, Json value, String path) {
        return switch (type) {
            case Struct known when value instanceof Json.Obj object -> struct(known, object, path);
            case ListOf list
            when value instanceof Json.Arr(var items) -> {
                var decoded = new ArrayList<Json>(items.size());
                for (int i = 0; i < items.size(); i++)
                    decoded.add(value(list.item(), items.get(i), path + "[" + i + "]"));
                yield new Json.Arr(decoded);
            }
            case MapOf map
            when value instanceof Json.Obj(var members) -> {
                var decoded = new LinkedHashMap<String, Json>();
                members.forEach((name, item) -> decoded.put(name, value(map.value(), item, dotted(path, name))));
                yield new Json.Obj(decoded);
            }
            case Text text when value instanceof Json.Str || value instanceof Json.Null -> orEmpty(value);
            case Scalar scalar -> scalar(scalar, value);
            default -> {
                if (value instanceof Json.Null) yield type instanceof ListOf ? new Json.Arr(List.of()) : Json.Obj.EMPTY;
                throw mismatch(word(value), type.goName());
            }
        };
    }

    private Json struct(Struct type, Json.Obj object, String path) {
        var outer = struct;
        var decoded = new LinkedHashMap<String, Json>();
        for (var member : object.members().entrySet()) {
            var name = member.getKey();
            var field = type.field(name);
            if (field == null) {
                unknown.add(dotted(path, name));
                continue;
            }
            if (member.getValue() instanceof Json.Null) continue;
            struct = type.simpleName();
            names.add(name);
            var value = value(field.type(), member.getValue(), dotted(path, name));
            names.removeLast();
            if (!isLeftOut(field, value)) decoded.put(name, value);
        }
        struct = outer;
        return new Json.Obj(decoded);
    }

    private static String dotted(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Go leaves a member out that is empty, unless it holds it by pointer or is told to write it always. */
    private static boolean isLeftOut(SchemaField field, Json value) {
        if (field.pointer() || field.always() || field.type() instanceof Struct) return false;
        return switch (value) {
            case Json.Str(var text) -> text.isEmpty();
            case Json.Num number -> number.asDouble() == 0;
            case Json.Bool(var flag) -> !flag;
            case Json.Arr(var items) -> items.isEmpty();
            case Json.Obj(var members) -> members.isEmpty() && field.type() != Scalar.ANY;
            case Json.Null _ -> true;
        };
    }

    private static Json orEmpty(Json value) {
        return value instanceof Json.Null ? Json.of("") : value;
    }

    // ---- values without parts

    private Json scalar(Scalar type, Json value) {
        if (type == Scalar.ANY || type == Scalar.UNTYPED) return value;
        if (value instanceof Json.Null) return unset(type);
        return switch (type) {
            case STRING -> value instanceof Json.Str ? value : wrong(value, type);
            case BOOL -> value instanceof Json.Bool ? value : wrong(value, type);
            case INT32 -> whole(type, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64 -> whole(type, value, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT64 -> value instanceof Json.Num ? value : wrong(value, type);
            case INT_OR_STRING -> intOrString(value);
            case QUANTITY -> quantity(value);
            case BYTES ->
                value instanceof Json.Str(var text) ? SchemaTimes.bytes(text, this::raise) : wrong(value, type);
            case TIME, MICRO_TIME ->
                value instanceof Json.Str(var text)
                        ? SchemaTimes.time(text, type == Scalar.MICRO_TIME, this::raise)
                        : wrong(value, type);
            default -> value;
        };
    }

    /** What Go reads from null in a list or as a map's value, where a member would be left out. */
    private static Json unset(Scalar type) {
        return switch (type) {
            case BOOL -> Json.of(false);
            case INT32, INT64, FLOAT64, INT_OR_STRING -> Json.of(0);
            case QUANTITY -> Json.of("0");
            case STRING, BYTES -> Json.of("");
            default -> Json.Null.NULL;
        };
    }

    private Json whole(Scalar type, Json value, long least, long most) {
        if (!(value instanceof Json.Num number)) return wrong(value, type);
        if (!number.isLong() || number.asLong() < least || number.asLong() > most)
            throw mismatch("number " + number.literal(), type.goName());
        return value;
    }

    private Json intOrString(Json value) {
        if (value instanceof Json.Str) return value;
        if (!(value instanceof Json.Num number))
            throw raise("json: cannot unmarshal " + word(value) + " into Go value of type int32");
        if (!number.isLong() || number.asLong() != (int) number.asLong())
            throw raise("json: cannot unmarshal number " + number.literal() + " into Go value of type int32");
        return value;
    }

    private Json quantity(Json value) {
        var text = switch (value) {
            case Json.Str(var written) -> written;
            case Json.Num(var literal) -> literal;
            default -> "";
        };
        try {
            return Json.of(Quantity.parse(text.strip()).toString());
        } catch (IllegalArgumentException e) {
            throw raise(String.valueOf(e.getMessage()));
        }
    }

    private Json wrong(Json value, Scalar type) {
        throw mismatch(word(value), type.goName());
    }

    private WrongType mismatch(String what, String goType) {
        if (names.isEmpty()) return raise("json: cannot unmarshal " + what + " into Go value of type " + goType);
        return raise("json: cannot unmarshal " + what + " into Go struct field " + struct + "."
                + String.join(".", names) + " of type " + goType);
    }

    private WrongType raise(String message) {
        return new WrongType(message);
    }

    private static String word(@Nullable Json value) {
        return switch (value) {
            case Json.Obj _ -> "object";
            case Json.Arr _ -> "array";
            case Json.Str _ -> "string";
            case Json.Num _ -> "number";
            case Json.Bool _ -> "bool";
            case null, default -> "null";
        };
    }
}
