package io.smarter.openapi;

import io.smarter.json.Json;
import java.util.function.Function;

/**
 * Writes a Swagger 2.0 document in its protobuf form, message {@code openapi.v2.Document} of gnostic's OpenAPIv2.proto:
 * the only form that kubectl takes of it. Knows what {@link OpenApi#swagger} contains; other members are an error, so that
 * nothing gets lost. Pure functions.
 */
final class OpenApiProtobuf {
    private OpenApiProtobuf() {}

    static byte[] document(Json.Obj swagger) {
        var out = new ProtobufOut();
        swagger.members().forEach((name, value) -> {
            switch (name) {
                case "swagger" -> out.text(1, text(value));
                case "info" -> out.message(2, info(value));
                case "paths" -> out.message(8, named(value, 2, OpenApiProtobuf::path));
                case "definitions" -> out.message(9, named(value, 1, OpenApiProtobuf::schema));
                default -> throw unknown("document", name);
            }
        });
        return out.bytes();
    }

    private static ProtobufOut info(Json info) {
        return new ProtobufOut().text(1, info.textOrEmpty("title")).text(2, info.textOrEmpty("version"));
    }

    private static ProtobufOut path(Json path) {
        var out = new ProtobufOut();
        path.object().members().forEach((name, value) -> {
            switch (name) {
                case "get" -> out.message(2, operation(value));
                case "put" -> out.message(3, operation(value));
                case "post" -> out.message(4, operation(value));
                case "delete" -> out.message(5, operation(value));
                case "patch" -> out.message(8, operation(value));
                case "parameters" -> each(value, 9, out, OpenApiProtobuf::parameter);
                default -> throw unknown("path", name);
            }
        });
        return out;
    }

    private static ProtobufOut operation(Json operation) {
        var out = new ProtobufOut();
        operation.object().members().forEach((name, value) -> {
            switch (name) {
                case "parameters" -> each(value, 8, out, OpenApiProtobuf::parameter);
                case "responses" -> out.message(9, named(value, 1, OpenApiProtobuf::response));
                default -> extension(out, 13, name, value);
            }
        });
        return out;
    }

    private static ProtobufOut response(Json response) {
        var description = new ProtobufOut().text(1, response.textOrEmpty("description"));
        return new ProtobufOut().message(1, description);
    }

    /** A parameter that is not a body: in four wrappers, the third and the fourth of its own by where it is. */
    private static ProtobufOut parameter(Json parameter) {
        boolean inPath = parameter.textOrEmpty("in").equals("path");
        var out = new ProtobufOut();
        parameter.object().members().forEach((name, value) -> {
            switch (name) {
                case "required" -> out.flag(1, parameter.flag(name));
                case "in" -> out.text(2, text(value));
                case "name" -> out.text(4, text(value));
                case "type" -> out.text(inPath ? 5 : 6, text(value));
                case "uniqueItems" -> out.flag(inPath ? 19 : 20, parameter.flag(name));
                default -> throw unknown("parameter", name);
            }
        });
        var nonBody = new ProtobufOut().message(inPath ? 4 : 3, out);
        return new ProtobufOut().message(1, new ProtobufOut().message(2, nonBody));
    }

    private static ProtobufOut schema(Json schema) {
        var out = new ProtobufOut();
        schema.object().members().forEach((name, value) -> {
            switch (name) {
                case "$ref" -> out.text(1, text(value));
                case "format" -> out.text(2, text(value));
                case "description" -> out.text(4, text(value));
                case "default" -> out.message(5, any(value));
                case "required" -> value.items().forEach(item -> out.text(19, text(item)));
                case "enum" -> each(value, 20, out, OpenApiProtobuf::any);
                case "additionalProperties" -> out.message(21, new ProtobufOut().message(1, schema(value)));
                case "type" -> out.message(22, new ProtobufOut().text(1, text(value)));
                case "items" -> out.message(23, new ProtobufOut().message(1, schema(value)));
                case "properties" -> out.message(25, named(value, 1, OpenApiProtobuf::schema));
                default -> extension(out, 31, name, value);
            }
        });
        return out;
    }

    /** Maps are lists of names and values. */
    private static ProtobufOut named(Json map, int field, Function<Json, ProtobufOut> write) {
        var out = new ProtobufOut();
        map.object()
                .members()
                .forEach((name, value) ->
                        out.message(field, new ProtobufOut().text(1, name).message(2, write.apply(value))));
        return out;
    }

    private static void each(Json list, int field, ProtobufOut out, Function<Json, ProtobufOut> write) {
        for (var item : list.items()) out.message(field, write.apply(item));
    }

    private static void extension(ProtobufOut out, int field, String name, Json value) {
        if (!name.startsWith("x-")) throw unknown("schema or operation", name);
        out.message(field, new ProtobufOut().text(1, name).message(2, any(value)));
    }

    /** Free values are YAML text, of which JSON is a part. */
    private static ProtobufOut any(Json value) {
        return new ProtobufOut().text(2, value.compact());
    }

    private static String text(Json value) {
        if (value instanceof Json.Str(var text)) return text;
        throw new IllegalArgumentException("OpenAPI: a string is needed, was " + value.compact());
    }

    private static IllegalArgumentException unknown(String where, String name) {
        return new IllegalArgumentException(
                "OpenAPI: %s has a member with no protobuf form: %s".formatted(where, name));
    }
}
