package io.smarter.openapi;

import io.smarter.json.Json;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what can be done with types as the paths of an OpenAPI document: what clients look up, no more. */
final class OpenApiPaths {
    private static final List<String> WRITING = List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> LISTING = List.of(
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "timeoutSeconds",
            "watch");
    private static final List<String> PATCHES = List.of(
            "application/apply-patch+yaml",
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json");

    private static final Map<String, String> COLLECTION_OF_ALL = Map.of("list", "get");
    private static final Map<String, String> COLLECTION =
            Map.of("list", "get", "create", "post", "deletecollection", "delete");
    private static final Map<String, String> OBJECT =
            Map.of("get", "get", "update", "put", "patch", "patch", "delete", "delete");
    private static final Map<String, String> PART = Map.of("get", "get", "update", "put", "patch", "patch");

    private final Schema schema;
    private final String dialect;

    OpenApiPaths(Schema schema, String dialect) {
        this.schema = schema;
        this.dialect = dialect;
    }

    Json.Obj of(List<ApiType> types) {
        var paths = new LinkedHashMap<String, Json>();
        for (var type : types) {
            if (type.verbs().isEmpty()) continue;
            var all = type.resource().namespaced()
                    ? type.resource().path("{namespace}")
                    : type.resource().path();
            if (type.resource().namespaced() && type.verbs().contains("list"))
                paths.put(type.resource().path(), item(type.resource().path(), type, type.verbs(), COLLECTION_OF_ALL));
            paths.put(all, item(all, type, type.verbs(), COLLECTION));
            var one = all + "/{name}";
            paths.put(one, item(one, type, type.verbs(), OBJECT));
            for (var below : type.subresources()) {
                if (!below.kind().equals(type.resource().kind())) continue;
                var part = one + "/" + below.name();
                paths.put(part, item(part, type, below.verbs(), PART));
            }
        }
        return new Json.Obj(paths);
    }

    private Json.Obj item(String path, ApiType type, List<String> verbs, Map<String, String> methods) {
        var item = new LinkedHashMap<String, Json>();
        for (var verb : List.of("list", "get", "create", "update", "patch", "delete", "deletecollection")) {
            var method = methods.get(verb);
            if (method != null && verbs.contains(verb)) item.put(method, operation(type, verb));
        }
        var inPath = new ArrayList<Json>();
        for (var name : List.of("namespace", "name"))
            if (path.contains("{" + name + "}"))
                inPath.add(parameter(name, "string").with("in", Json.of("path")).with("required", Json.of(true)));
        if (!inPath.isEmpty()) item.put("parameters", new Json.Arr(inPath));
        return new Json.Obj(item);
    }

    private Json.Obj operation(ApiType type, String verb) {
        var parameters = new ArrayList<Json>();
        if (verb.equals("create") || verb.equals("update") || verb.equals("patch"))
            for (var name : WRITING) parameters.add(parameter(name, "string"));
        if (verb.equals("patch")) parameters.add(parameter("force", "boolean"));
        if (verb.equals("list")) for (var name : LISTING) parameters.add(parameter(name, "string"));
        var members = new LinkedHashMap<String, Json>();
        boolean reads = verb.equals("get") || verb.equals("list") || verb.equals("delete");
        if (dialect.equals(OpenApiSchemas.V3) && !reads && !verb.equals("deletecollection"))
            members.put("requestBody", body(type, verb.equals("patch") ? PATCHES : List.of("application/json")));
        members.put("parameters", new Json.Arr(parameters));
        members.put("responses", Json.obj("200", Json.obj("description", "OK")));
        members.put("x-kubernetes-action", Json.of(action(verb)));
        members.put("x-kubernetes-group-version-kind", OpenApiSchemas.gvk(type.kind()));
        return new Json.Obj(members);
    }

    private static String action(String verb) {
        return switch (verb) {
            case "create" -> "post";
            case "update" -> "put";
            default -> verb;
        };
    }

    private Json.Obj body(ApiType type, List<String> mediaTypes) {
        var kind = schema.kind(
                type.kind().group(), type.kind().version(), type.kind().kind());
        var reference = type.kind().type() instanceof CustomSchema
                ? Json.obj(
                        "$ref",
                        dialect + OpenApiCustom.name(type.kind(), type.kind().kind()))
                : kind != null && kind.type() instanceof Struct struct
                        ? Json.obj("$ref", dialect + struct.openApiName())
                        : Json.obj("type", "object");
        var content = new LinkedHashMap<String, Json>();
        for (var mediaType : mediaTypes) content.put(mediaType, Json.obj("schema", reference));
        return Json.obj("content", new Json.Obj(content), "required", true);
    }

    private Json.Obj parameter(String name, String type) {
        var schema = Json.obj("type", type, "uniqueItems", true);
        return dialect.equals(OpenApiSchemas.V3)
                ? Json.obj("name", name, "in", "query", "schema", schema)
                : Json.obj("name", name, "in", "query", "type", type, "uniqueItems", true);
    }
}
