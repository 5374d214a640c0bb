package io.smarter.openapi;

import io.smarter.json.Json;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaField;
import io.smarter.schema.SchemaField.ListKind;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.SchemaType;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Scalar;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import io.smarter.types.ApiType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes types as the schemas of an OpenAPI document. Used once, by one thread. */
final class OpenApiSchemas {
    /** How references look in OpenAPI 3. */
    static final String V3 = "#/components/schemas/";

    /** How references look in Swagger 2. */
    static final String V2 = "#/definitions/";

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    private final Schema schema;
    private final String dialect;
    private final Map<String, Json> written = new TreeMap<>();
    private final Deque<Struct> waiting = new ArrayDeque<>();
    private final Map<Struct, SchemaKind> kinds = new LinkedHashMap<>();

    OpenApiSchemas(Schema schema, String dialect) {
        this.schema = schema;
        this.dialect = dialect;
        for (var kind : schema.kinds()) if (kind.type() instanceof Struct struct) kinds.put(struct, kind);
    }

    /** The schemas of some types, their lists, and all that they refer to. */
    Json.Obj of(List<ApiType> types) {
        for (var type : types) {
            var kind = type.kind();
            if (kind.type() instanceof CustomSchema custom) {
                custom(kind, custom, type.listKind());
                continue;
            }
            want(kind.group(), kind.version(), kind.kind());
            want(kind.group(), kind.version(), kind.kind() + "List");
        }
        for (var common : List.of("Status", "DeleteOptions")) want("", "v1", common);
        while (!waiting.isEmpty()) {
            var struct = waiting.remove();
            if (!written.containsKey(struct.openApiName())) written.put(struct.openApiName(), struct(struct));
        }
        return new Json.Obj(written);
    }

    /** What a definition describes, with what it implies: every object has a version, a kind and metadata. */
    private void custom(SchemaKind kind, CustomSchema schema, String listKind) {
        waiting.add(this.schema.objectMeta());
        var name = OpenApiCustom.name(kind, kind.kind());
        written.put(name, object(schema.raw()).with("x-kubernetes-group-version-kind", Json.arr(gvk(kind))));
        var members = Json.obj(
                "apiVersion", Json.obj("type", "string"),
                "kind", Json.obj("type", "string"),
                "items", Json.obj("type", "array", "items", reference(name)),
                "metadata", reference(META + "ListMeta"));
        var list = new SchemaKind(kind.group(), kind.version(), listKind, kind.type());
        written.put(
                OpenApiCustom.name(kind, listKind),
                Json.obj(
                        "type",
                        "object",
                        "required",
                        Json.arr("items"),
                        "properties",
                        members,
                        "x-kubernetes-group-version-kind",
                        Json.arr(gvk(list))));
    }

    /** Old clients take a schema with members for one that allows no others, so one that allows them has none. */
    private Json.Obj object(Json.Obj schema) {
        boolean old = dialect.equals(V2);
        if (old && schema.flag("x-kubernetes-preserve-unknown-fields")) return Json.obj("type", "object");
        var raw = old ? OpenApiCustom.swagger(schema) : schema;
        var properties = new LinkedHashMap<String, Json>();
        properties.put("apiVersion", Json.obj("type", "string", "description", "The version of this object's form."));
        properties.put("kind", Json.obj("type", "string", "description", "The type of this object."));
        properties.put("metadata", reference(this.schema.objectMeta().openApiName()));
        raw.object("properties").members().forEach(properties::putIfAbsent);
        return raw.with("properties", new Json.Obj(properties));
    }

    private void want(String group, String version, String name) {
        var kind = schema.kind(group, version, name);
        if (kind != null && kind.type() instanceof Struct struct) waiting.add(struct);
    }

    private Json struct(Struct struct) {
        var properties = new TreeMap<String, Json>();
        var required = new ArrayList<String>();
        for (var field : struct.fields().values()) {
            properties.put(field.name(), field(field));
            if (!field.optional()) required.add(field.name());
        }
        var kind = kinds.get(struct);
        return Json.obj(
                "type", "object",
                "required", required.isEmpty() ? null : required,
                "properties", new Json.Obj(properties),
                "x-kubernetes-map-type", struct.atomic() ? "atomic" : null,
                "x-kubernetes-group-version-kind", kind == null ? null : Json.arr(gvk(kind)));
    }

    static Json.Obj gvk(SchemaKind kind) {
        return Json.obj("group", kind.group(), "kind", kind.kind(), "version", kind.version());
    }

    private Json field(SchemaField field) {
        var extra = new LinkedHashMap<String, Json>();
        if (field.type() instanceof ListOf) list(field, extra);
        else if (field.atomic()) extra.put("x-kubernetes-map-type", Json.of("atomic"));
        if (!field.patch().isEmpty())
            extra.put("x-kubernetes-patch-strategy", Json.of(String.join(",", field.patch())));
        if (!field.mergeKey().isEmpty()) extra.put("x-kubernetes-patch-merge-key", Json.of(field.mergeKey()));
        if (field.fallback() != null) extra.put("default", field.fallback());
        var type = type(field.type());
        if (extra.isEmpty()) return type;
        var all = new LinkedHashMap<String, Json>();
        if (type.has("$ref") && dialect.equals(V3)) all.put("allOf", Json.arr(type));
        else all.putAll(type.members());
        all.putAll(extra);
        return new Json.Obj(all);
    }

    private static void list(SchemaField field, Map<String, Json> extra) {
        extra.put(
                "x-kubernetes-list-type",
                Json.of(
                        switch (field.list()) {
                            case ATOMIC -> "atomic";
                            case SET -> "set";
                            case MAP -> "map";
                        }));
        if (field.list() == ListKind.MAP) extra.put("x-kubernetes-list-map-keys", Json.arr(field.listKeys()));
    }

    private Json.Obj type(SchemaType type) {
        return switch (type) {
            case Struct struct -> {
                waiting.add(struct);
                yield reference(struct.openApiName());
            }
            case ListOf list -> Json.obj("type", "array", "items", type(list.item()));
            case MapOf map -> Json.obj("type", "object", "additionalProperties", type(map.value()));
            case Text text ->
                Json.obj("type", "string", "enum", text.values().isEmpty() ? null : Json.arr(text.values()));
            case Scalar scalar -> scalar(scalar);
            case CustomSchema _ -> Json.obj("type", "object");
        };
    }

    private Json.Obj scalar(Scalar type) {
        return switch (type) {
            case STRING -> Json.obj("type", "string");
            case BOOL -> Json.obj("type", "boolean");
            case INT32 -> Json.obj("type", "integer", "format", "int32");
            case INT64 -> Json.obj("type", "integer", "format", "int64");
            case FLOAT64 -> Json.obj("type", "number", "format", "double");
            case BYTES -> Json.obj("type", "string", "format", "byte");
            case QUANTITY -> named(QUANTITY, either("number", Json.obj("type", "string")));
            case INT_OR_STRING ->
                named(INT_OR_STRING, either("integer", Json.obj("type", "string", "format", "int-or-string")));
            case TIME -> named(META + "Time", Json.obj("type", "string", "format", "date-time"));
            case MICRO_TIME -> named(META + "MicroTime", Json.obj("type", "string", "format", "date-time"));
            case DURATION -> named(META + "Duration", Json.obj("type", "string"));
            case ANY, UNTYPED -> Json.obj("type", "object");
        };
    }

    private Json.Obj either(String number, Json.Obj text) {
        return dialect.equals(V2) ? text : Json.obj("oneOf", Json.arr(text, Json.obj("type", number)));
    }

    private Json.Obj named(String name, Json.Obj definition) {
        written.putIfAbsent(name, definition);
        return reference(name);
    }

    private Json.Obj reference(String name) {
        return Json.obj("$ref", dialect + name);
    }
}
