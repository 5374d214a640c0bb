package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/** How OpenAPI documents show what custom resource definitions describe. Pure functions. */
final class OpenApiCustom {
    /** What Swagger 2 can say, or clients of old understand. */
    private static final List<String> PLAIN = List.of("description", "type", "format", "required", "enum");

    private OpenApiCustom() {}

    /** The name of a kind's schema, such as {@code com.example.shop.v1.Widget}. */
    static String name(SchemaKind kind, String as) {
        var parts = Arrays.asList(kind.group().split("\\."));
        return String.join(".", parts.reversed()) + "." + kind.version() + "." + as;
    }

    /** A schema without what Swagger 2 has no words for: a client that checks by it must not refuse what we take. */
    static Json.Obj swagger(Json.Obj schema) {
        var kept = new LinkedHashMap<String, Json>();
        boolean open = schema.flag("x-kubernetes-preserve-unknown-fields");
        boolean typed = !schema.flag("nullable") && !schema.flag("x-kubernetes-int-or-string");
        schema.members().forEach((name, value) -> {
            switch (name) {
                case "properties" -> {
                    var properties = new LinkedHashMap<String, Json>();
                    value.object()
                            .members()
                            .forEach((member, child) -> properties.put(member, swagger(child.object())));
                    if (!open && typed) kept.put(name, new Json.Obj(properties));
                }
                case "items" -> {
                    if (!open && typed) kept.put(name, swagger(value.object()));
                }
                case "additionalProperties" -> {
                    if (value instanceof Json.Obj values && typed) kept.put(name, swagger(values));
                }
                case "type" -> {
                    if (typed && !(open && value.equals(Json.of("array")))) kept.put(name, value);
                }
                default -> {
                    if (PLAIN.contains(name) || name.startsWith("x-")) kept.put(name, value);
                }
            }
        });
        return new Json.Obj(kept);
    }
}
