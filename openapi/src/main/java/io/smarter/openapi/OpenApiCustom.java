package io.smarter.openapi;

import io.smarter.json.Json;
import io.smarter.schema.SchemaKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/** How OpenAPI documents show what custom resource definitions describe. Pure functions. */
final class OpenApiCustom {
    /** Members of a schema that Swagger 2 has and that hold no schemas. */
    private static final Set<String> PLAIN = Set.of(
            "description",
            "title",
            "type",
            "format",
            "default",
            "required",
            "enum",
            "pattern",
            "minimum",
            "exclusiveMinimum",
            "maximum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minProperties",
            "maxProperties");

    private OpenApiCustom() {}

    /** The name of a kind's schema, such as {@code com.example.shop.v1.Widget}. */
    static String name(SchemaKind kind, String as) {
        var parts = Arrays.asList(kind.group().split("\\."));
        return String.join(".", parts.reversed()) + "." + kind.version() + "." + as;
    }

    /**
     * A schema without what Swagger 2 has no words for: what may be null, or hold anything, has no type there, so that a
     * client that checks by it refuses nothing that we take.
     */
    static Json.Obj swagger(Json.Obj schema) {
        boolean nullable = schema.flag("nullable");
        boolean closed = !nullable && !schema.flag("x-kubernetes-preserve-unknown-fields");
        var kept = new LinkedHashMap<String, Json>();
        schema.members().forEach((name, value) -> {
            switch (name) {
                case "properties" -> {
                    if (closed) kept.put(name, properties(value.object()));
                }
                case "items" -> {
                    if (closed) kept.put(name, swagger(value.object()));
                }
                case "additionalProperties" ->
                    kept.put(name, value instanceof Json.Obj values ? swagger(values) : value);
                case "type" -> {
                    if (closed || !nullable && !value.equals(Json.of("object"))) kept.put(name, value);
                }
                case "required" -> required(schema, value).ifPresent(required -> kept.put(name, required));
                default -> {
                    if (PLAIN.contains(name) || name.startsWith("x-")) kept.put(name, value);
                }
            }
        });
        if (Json.of("array").equals(kept.get("type")) && !kept.containsKey("items")) kept.remove("type");
        return new Json.Obj(kept);
    }

    private static Json properties(Json.Obj schemas) {
        var properties = new LinkedHashMap<String, Json>();
        schemas.members().forEach((name, schema) -> properties.put(name, swagger(schema.object())));
        return new Json.Obj(properties);
    }

    /** What may be null may be left out, as far as old clients can tell. */
    private static Optional<Json> required(Json.Obj schema, Json names) {
        if (schema.flag("additionalProperties", "nullable")) return Optional.empty();
        var left = names.items().stream()
                .filter(name -> !schema.flag("properties", name.textOrEmpty(), "nullable"))
                .toList();
        return left.isEmpty() ? Optional.empty() : Optional.of(new Json.Arr(left));
    }
}
