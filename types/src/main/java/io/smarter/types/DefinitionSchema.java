package io.smarter.types;

import com.google.re2j.PatternSyntaxException;
import io.smarter.api.FieldError;
import io.smarter.cel.Regex;
import io.smarter.json.Json;
import io.smarter.schema.CustomRules;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.CustomValidation;
import io.smarter.schema.SchemaType;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** The rules for structural schemas (Kubernetes, "Specifying a structural schema"). Used once, by one thread. */
final class DefinitionSchema {
    private static final String X = "x-kubernetes-";
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> UNSUPPORTED =
            List.of("definitions", "dependencies", "patternProperties", "additionalItems", "id", "$schema");
    private static final List<String> NOT_IN_BRANCHES = List.of(
            "type",
            "title",
            "description",
            "default",
            "nullable",
            X + "preserve-unknown-fields",
            X + "embedded-resource",
            X + "int-or-string",
            X + "list-type",
            X + "map-type",
            X + "validations");

    private static final SchemaType.Struct NO_METADATA =
            new SchemaType.Struct("v1.ObjectMeta", "", false, java.util.Map::of);

    private final ValidationReport report;

    private DefinitionSchema(ValidationReport report) {
        this.report = report;
    }

    static void check(Json.Obj root, String path, ValidationReport report) {
        var run = new DefinitionSchema(report);
        var type = root.textOrEmpty("type");
        if (type.isEmpty()) report.required(path + ".type", "must not be empty at the root");
        else if (!type.equals("object")) report.invalid(path + ".type", type, "must be object at the root");
        if (root.flag("nullable")) report.forbidden(path + ".nullable", "nullable cannot be true at the root");
        var metadata = root.object("properties", "metadata");
        metadata.members().forEach((name, value) -> {
            if (!List.of("type", "properties", "description").contains(name))
                report.forbidden(
                        path + ".properties[metadata]." + name,
                        "must not specify anything other than name and generateName, but metadata is implicitly specified");
        });
        for (var name : metadata.object("properties").members().keySet()) {
            if (!name.equals("name") && !name.equals("generateName"))
                report.forbidden(
                        path + ".properties[metadata].properties",
                        "must not specify anything other than name and generateName, but metadata is implicitly specified");
        }
        run.node(root, path, true);
        if (report.errors().isEmpty())
            CustomRules.checkAll(CustomSchema.ofObjects(root, NO_METADATA, false), path, true, report);
    }

    private void node(Json.Obj node, String path, boolean root) {
        type(node, path, root);
        refused(node, path);
        pattern(node, path);
        lists(node, path);
        resources(node, path);
        fallback(node, path, root);
        branches(node, path);
        node.object("properties").members().forEach((name, child) -> {
            if (child instanceof Json.Obj property) node(property, path + ".properties[" + name + "]", false);
        });
        if (node.get("items") instanceof Json.Obj items) node(items, path + ".items", false);
        if (node.get("additionalProperties") instanceof Json.Obj values)
            node(values, path + ".additionalProperties", false);
    }

    private void type(Json.Obj node, String path, boolean root) {
        var type = node.textOrEmpty("type");
        boolean either = node.flag(X + "int-or-string");
        if (type.isEmpty()) {
            if (!root && !either && !node.flag(X + "preserve-unknown-fields"))
                report.required(
                        path + ".type",
                        path.endsWith(".items")
                                ? "must not be empty for specified array items"
                                : "must not be empty for specified object fields");
        } else if (!TYPES.contains(type)) report.unsupported(path + ".type", type, TYPES);
        else if (either) report.invalid(path + ".type", type, "must be empty if x-kubernetes-int-or-string is true");
        if (type.equals("array") && node.get("items") == null && !node.flag(X + "preserve-unknown-fields"))
            report.required(path + ".items", "must be specified");
        if (node.has("properties") && node.has("additionalProperties"))
            report.forbidden(
                    path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
        if (node.get("additionalProperties") instanceof Json.Bool(var any) && !any)
            report.forbidden(path + ".additionalProperties", "additionalProperties cannot be set to false");
    }

    private void refused(Json.Obj node, String path) {
        for (var name : UNSUPPORTED)
            if (node.has(name)) report.forbidden(path + "." + name, name + " is not supported");
        if (node.has("$ref")) report.forbidden(path + ".$ref", "$ref is not supported");
        if (node.flag("uniqueItems"))
            report.forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        if (node.get(X + "preserve-unknown-fields") instanceof Json.Bool(var keeps) && !keeps)
            report.invalid(path + "." + X + "preserve-unknown-fields", "false", "must be true or undefined");
    }

    private void pattern(Json.Obj node, String path) {
        var pattern = node.textOrEmpty("pattern");
        if (pattern.isEmpty()) return;
        try {
            Regex _ = Regex.of(pattern);
        } catch (PatternSyntaxException e) {
            report.invalid(
                    path + ".pattern", pattern, "must be a valid regular expression, but isn't: " + e.getMessage());
        }
    }

    private void lists(Json.Obj node, String path) {
        var kind = node.textOrEmpty(X + "list-type");
        var keys = CustomDefinition.texts(node.items(X + "list-map-keys"));
        if (!kind.isEmpty()) {
            if (!List.of("atomic", "set", "map").contains(kind))
                report.unsupported(path + "." + X + "list-type", kind, List.of("atomic", "map", "set"));
            if (!node.textOrEmpty("type").equals("array"))
                report.invalid(
                        path + ".type",
                        node.textOrEmpty("type"),
                        "must be array if x-kubernetes-list-type is specified");
        }
        var map = node.textOrEmpty(X + "map-type");
        if (!map.isEmpty() && !map.equals("atomic") && !map.equals("granular"))
            report.unsupported(path + "." + X + "map-type", map, List.of("atomic", "granular"));
        if (!kind.equals("map")) {
            if (!keys.isEmpty())
                report.invalid(
                        path + "." + X + "list-type", kind, "must be map if x-kubernetes-list-map-keys is non-empty");
            return;
        }
        if (keys.isEmpty())
            report.required(path + "." + X + "list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        var items = node.object("items");
        if (!items.textOrEmpty("type").equals("object"))
            report.invalid(
                    path + ".items.type",
                    items.textOrEmpty("type"),
                    "must be object if parent array's x-kubernetes-list-type is map");
        for (int i = 0; i < keys.size(); i++) key(items, keys.get(i), i, path);
    }

    private void key(Json.Obj items, String key, int index, String path) {
        var property = items.at("properties", key);
        if (property == null) {
            report.invalid(
                    path + "." + X + "list-map-keys[" + index + "]",
                    key,
                    "entries must all be names of item properties");
            return;
        }
        if (!items.items("required").contains(Json.of(key)) && property.at("default") == null)
            report.required(
                    path + ".items.properties[" + key + "].default",
                    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
    }

    private void resources(Json.Obj node, String path) {
        if (!node.flag(X + "embedded-resource")) return;
        if (!node.textOrEmpty("type").equals("object"))
            report.invalid(
                    path + ".type",
                    node.textOrEmpty("type"),
                    "must be object if x-kubernetes-embedded-resource is true");
        if (!node.has("properties") && !node.flag(X + "preserve-unknown-fields"))
            report.required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
    }

    /** A default must be what it would make of an object: valid, without anything that would be cut off. */
    private void fallback(Json.Obj node, String path, boolean root) {
        var value = node.get("default");
        if (value == null) return;
        if (root) {
            report.forbidden(path + ".default", "must not be set at the root");
            return;
        }
        if (value instanceof Json.Null && !node.flag("nullable")) {
            report.invalid(path + ".default", "null", "must not be null");
            return;
        }
        for (var error : CustomValidation.ofValue(node, value)) {
            var below = error.field().equals("<nil>") ? "" : "." + error.field();
            report.addAll(
                    List.of(new FieldError(path + ".default" + below, error.reason(), error.value(), error.detail())));
        }
    }

    // ---- branches restrict what the structure describes

    private void branches(Json.Obj node, String path) {
        boolean either = node.flag(X + "int-or-string");
        for (var name : List.of("allOf", "anyOf", "oneOf")) {
            int index = 0;
            for (var branch : node.items(name)) {
                var at = path + "." + name + "[" + index++ + "]";
                if (branch instanceof Json.Obj part) branch(part, node, at, either);
            }
        }
        if (node.get("not") instanceof Json.Obj part) branch(part, node, path + ".not", false);
    }

    private void branch(Json.Obj part, Json.Obj structure, String path, boolean either) {
        for (var name : NOT_IN_BRANCHES) {
            boolean typeOfEither = either && name.equals("type");
            if (part.has(name) && !typeOfEither && !(part.get(name) instanceof Json.Bool(var flag) && !flag))
                report.forbidden(path + "." + name, "must be empty to be structural");
        }
        if (part.has("additionalProperties") && !(part.get("additionalProperties") instanceof Json.Obj))
            report.forbidden(path + ".additionalProperties", "must be undefined to be structural");
        pattern(part, path);
        part.object("properties").members().forEach((name, child) -> {
            var declared = structure.at("properties", name);
            boolean common = name.equals("metadata") || name.equals("apiVersion") || name.equals("kind");
            if (declared == null && !common && structure.get("additionalProperties") == null)
                report.required(
                        structurePath(path) + ".properties[" + name + "]",
                        "because it is defined in " + path + ".properties[" + name + "]");
            if (child instanceof Json.Obj below)
                branch(
                        below,
                        declared instanceof Json.Obj known
                                ? known
                                : Json.Obj.EMPTY.with("additionalProperties", Json.of(true)),
                        path + ".properties[" + name + "]",
                        declared != null && declared.flag(X + "int-or-string"));
        });
        if (part.get("items") instanceof Json.Obj items)
            branch(items, structure.object("items"), path + ".items", structure.flag("items", X + "int-or-string"));
        for (var name : List.of("allOf", "anyOf", "oneOf")) {
            int index = 0;
            for (var deeper : part.items(name)) {
                if (deeper instanceof Json.Obj more)
                    branch(more, structure, path + "." + name + "[" + index + "]", either);
                index++;
            }
        }
        if (part.get("not") instanceof Json.Obj more) branch(more, structure, path + ".not", either);
    }

    private static String structurePath(String path) {
        for (var word : List.of(".allOf[", ".anyOf[", ".oneOf[", ".not")) {
            int at = path.indexOf(word);
            if (at >= 0) return path.substring(0, at);
        }
        return path;
    }
}
