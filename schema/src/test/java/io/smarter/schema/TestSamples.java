package io.smarter.schema;

import io.smarter.json.Json;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Scalar;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Objects of any kind, with some of all members that a kind has, made from a seed. */
final class TestSamples {
    private static final int MAX_DEPTH = 9;

    private static final Set<Json> UNSET = Set.of(
            Json.of(""), Json.of(0), Json.of(false), Json.of("0"), Json.from(0.0), Json.Obj.EMPTY, Json.Null.NULL);

    private final Random random;

    TestSamples(long seed) {
        random = new Random(seed);
    }

    /** Every kind that has a protobuf form. */
    static Stream<SchemaKind> kinds(Schema schema) {
        return StreamSupport.stream(schema.kinds().spliterator(), false).filter(SchemaKind::inProtobuf);
    }

    Json.Obj of(SchemaKind kind) {
        var members = new LinkedHashMap<>(struct((Struct) kind.type(), 0).members());
        members.put("kind", Json.of(kind.kind()));
        members.put("apiVersion", Json.of(kind.apiVersion()));
        return new Json.Obj(members);
    }

    /** An object without what Go has when nobody set it, its members sorted: what protobuf can tell apart. */
    static Json.Obj withoutUnset(SchemaKind kind, Json.Obj object) {
        return (Json.Obj) withoutUnset(kind.type(), object);
    }

    private static Json withoutUnset(SchemaType type, Json value) {
        return switch (value) {
            case Json.Arr(var items) ->
                new Json.Arr(items.stream()
                        .map(item -> withoutUnset(type instanceof ListOf list ? list.item() : type, item))
                        .toList());
            case Json.Obj(var members)
            when type instanceof Struct struct -> {
                var set = new TreeMap<String, Json>();
                members.forEach((name, member) -> {
                    var field = struct.field(name);
                    var shown = withoutUnset(of(struct, field), member);
                    if (field == null || field.pointer() || !UNSET.contains(shown)) set.put(name, shown);
                });
                yield new Json.Obj(set);
            }
            case Json.Obj(var members) -> {
                var set = new TreeMap<String, Json>();
                var of = type instanceof MapOf map ? map.value() : Scalar.ANY;
                members.forEach((name, member) -> set.put(name, withoutUnset(of, member)));
                yield new Json.Obj(set);
            }
            default -> value;
        };
    }

    private static SchemaType of(Struct schema, @Nullable SchemaField field) {
        if (field == null) return Scalar.ANY;
        if (!field.number().contains("/")) return field.type();
        return field.number().endsWith("strings") ? new MapOf(schema, null) : schema;
    }

    private Json.Obj struct(Struct type, int depth) {
        var members = new LinkedHashMap<String, Json>();
        for (var field : type.fields().values()) {
            if (field.number().isEmpty() || depth > MAX_DEPTH || random.nextInt(2 + depth) > 1) continue;
            members.put(
                    field.name(),
                    field.number().contains("/") ? other(type, field, depth) : value(field.type(), depth));
        }
        return new Json.Obj(members);
    }

    /** What may stand in the place of a schema. */
    private Json other(Struct schema, SchemaField field, int depth) {
        if (random.nextBoolean() && !field.number().endsWith("strings")) return struct(schema, depth + 1);
        return switch (field.number().substring(field.number().indexOf('/') + 1)) {
            case "array" -> Json.arr(struct(schema, depth + 1), struct(schema, depth + 1));
            case "bool" -> Json.of(random.nextBoolean());
            default -> Json.obj("a", struct(schema, depth + 1), "b", Json.arr("x", "y"));
        };
    }

    private Json value(SchemaType type, int depth) {
        return switch (type) {
            case Struct struct -> struct(struct, depth + 1);
            case Text _ -> Json.of("t" + random.nextInt(100));
            case Scalar scalar -> scalar(scalar);
            case ListOf list -> {
                var items = new ArrayList<Json>();
                for (int i = random.nextInt(3); i >= 0; i--) items.add(value(list.item(), depth + 1));
                yield new Json.Arr(items);
            }
            case MapOf map -> {
                var members = new LinkedHashMap<String, Json>();
                for (int i = random.nextInt(3); i >= 0; i--)
                    members.put("k" + random.nextInt(100), value(map.value(), depth + 1));
                yield new Json.Obj(members);
            }
            case CustomSchema _ -> throw new IllegalArgumentException(type.goName());
        };
    }

    private Json scalar(Scalar type) {
        return switch (type) {
            case STRING -> Json.of("ä€😀 text".substring(random.nextInt(2)) + random.nextInt(1000));
            case BOOL -> Json.of(random.nextBoolean());
            case INT32 -> Json.of(random.nextInt());
            case INT64 -> Json.of(random.nextLong());
            case FLOAT64 -> Json.from(random.nextDouble());
            case BYTES -> {
                var bytes = new byte[1 + random.nextInt(300)];
                random.nextBytes(bytes);
                yield Json.of(Base64.getEncoder().encodeToString(bytes));
            }
            case QUANTITY -> Json.of(random.nextInt(1, 100) + "Mi");
            case INT_OR_STRING -> random.nextBoolean() ? Json.of(random.nextInt()) : Json.of("http");
            case TIME -> Json.of(Instant.ofEpochSecond(random.nextInt()).toString());
            case MICRO_TIME ->
                Json.of(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1, 999) * 1000L)
                        .toString());
            case ANY, UNTYPED, DURATION -> Json.obj("any", Json.arr("thing", random.nextInt()));
        };
    }
}
