package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.JsonPath;
import io.smarter.schema.SchemaValues;
import io.smarter.schema.ValidationReport;
import io.smarter.validation.ValidationWebhooks;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a custom resource definition. Pure functions. */
final class DefinitionValidation {
    private static final String PROTECTED = "api-approved.kubernetes.io";
    private static final List<String> COLUMN_TYPES = List.of("boolean", "date", "integer", "number", "string");

    private final ValidationReport report = new ValidationReport();
    private final Json.Obj object;
    private final Json.Obj spec;
    private final List<Json> versions;

    private DefinitionValidation(Json.Obj object) {
        this.object = object;
        this.spec = object.object("spec");
        this.versions = spec.items("versions");
    }

    static List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var run = new DefinitionValidation(object);
        if (old != null && SchemaValues.same(run.spec, old.object("spec"))) {
            run.stored();
            return run.report.errors();
        }
        run.group();
        run.names();
        run.versions(spec(old));
        run.conversion();
        if (old != null) run.unchanged(old);
        run.stored();
        return run.report.errors();
    }

    private static Json.Obj spec(Json.@Nullable Obj object) {
        return object == null ? Json.Obj.EMPTY : object.object("spec");
    }

    private void group() {
        var group = spec.textOrEmpty("group");
        var name = object.textOrEmpty("metadata", "name");
        var wanted = spec.textOrEmpty("names", "plural") + "." + group;
        if (!name.equals(wanted)) report.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
        if (group.isEmpty()) report.required("spec.group", "");
        else {
            report.invalid("spec.group", group, Names.subdomain(group));
            if (group.indexOf('.') < 0) report.invalid("spec.group", group, "should be a domain with at least one dot");
        }
        boolean guarded = group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
        if (guarded
                && object.object("metadata", "annotations")
                        .textOrEmpty(PROTECTED)
                        .isEmpty())
            report.required(
                    "metadata.annotations[" + PROTECTED + "]",
                    "protected groups must have approval annotation \"" + PROTECTED
                            + "\", see https://github.com/kubernetes/enhancements/pull/1111");
        var scope = spec.textOrEmpty("scope");
        if (scope.isEmpty()) report.required("spec.scope", "");
        else if (!scope.equals("Cluster") && !scope.equals("Namespaced"))
            report.unsupported("spec.scope", scope, List.of("Cluster", "Namespaced"));
        if (spec.flag("preserveUnknownFields"))
            report.invalid(
                    "spec.preserveUnknownFields",
                    "true",
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
    }

    // ---- names

    private void names() {
        var names = spec.object("names");
        name(names, "plural", true);
        name(names, "singular", false);
        kind(names, "kind");
        kind(names, "listKind");
        var kind = names.textOrEmpty("kind");
        if (!kind.isEmpty() && kind.equals(names.textOrEmpty("listKind")))
            report.invalid("spec.names.listKind", kind, "kind and listKind may not be the same");
        for (var member : List.of("shortNames", "categories")) {
            int index = 0;
            for (var name : CustomDefinition.texts(names.items(member)))
                report.invalid("spec.names." + member + "[" + index++ + "]", name, Names.label1035(name));
        }
    }

    private void name(Json.Obj names, String member, boolean needed) {
        var name = names.textOrEmpty(member);
        var field = "spec.names." + member;
        if (!name.isEmpty()) report.invalid(field, name, Names.label1035(name));
        else if (needed) report.required(field, "");
    }

    private void kind(Json.Obj names, String member) {
        var kind = names.textOrEmpty(member);
        var field = "spec.names." + member;
        if (kind.isEmpty()) report.required(field, "");
        else
            for (var problem : Names.label1035(kind.toLowerCase(Locale.ROOT)))
                report.invalid(field, kind, "may have mixed case, but should otherwise match: " + problem);
    }

    // ---- versions

    private void versions(Json.Obj old) {
        int storing = 0;
        var seen = new HashSet<String>();
        boolean unique = true;
        for (int i = 0; i < versions.size(); i++) {
            var version = versions.get(i);
            var field = "spec.versions[" + i + "]";
            var name = version.textOrEmpty("name");
            if (version.flag("storage")) storing++;
            unique &= seen.add(name);
            if (name.isEmpty()) report.required(field + ".name", "");
            else report.invalid(field + ".name", name, Names.label1035(name));
            if (!version.flag("deprecated") && version.text("deprecationWarning") != null)
                report.invalid(
                        field + ".deprecationWarning",
                        version.textOrEmpty("deprecationWarning"),
                        "can only be set for deprecated versions");
            version(version, i, old);
        }
        if (versions.isEmpty()) report.required("spec.versions", "must have at least one version");
        else if (storing != 1)
            report.invalid("spec.versions", named(), "must have exactly one version marked as storage version");
        if (!unique) report.invalid("spec.versions", named(), "must contain unique version names");
    }

    private String named() {
        return Json.arr(versions.stream()
                        .map(version -> version.textOrEmpty("name"))
                        .toList())
                .compact();
    }

    private void version(Json version, int index, Json.Obj old) {
        var schema = version.at("schema", "openAPIV3Schema");
        var at = place("schema", "validation", index);
        if (schema == null)
            report.required("spec.versions[" + index + "].schema.openAPIV3Schema", "schemas are required");
        else if (!SchemaValues.same(schema, earlier(old, version.textOrEmpty("name"))) && isFirstOf("schema", index))
            DefinitionSchema.check(schema.object(), at + ".openAPIV3Schema", report);
        if (isFirstOf("additionalPrinterColumns", index))
            columns(version, place("additionalPrinterColumns", "additionalPrinterColumns", index));
        if (isFirstOf("subresources", index)) scale(version, place("subresources", "subresources", index));
        if (isFirstOf("selectableFields", index))
            selectable(version, place("selectableFields", "selectableFields", index));
    }

    private static Json earlier(Json.Obj old, String name) {
        for (var version : old.items("versions")) {
            var schema = version.at("schema", "openAPIV3Schema");
            if (schema != null && version.textOrEmpty("name").equals(name)) return schema;
        }
        return Json.Null.NULL;
    }

    /** What all versions have in common is told of at the top, once. */
    private String place(String member, String hoisted, int index) {
        return isShared(member) ? "spec." + hoisted : "spec.versions[" + index + "]." + member;
    }

    private boolean isFirstOf(String member, int index) {
        return index == 0 || !isShared(member);
    }

    private boolean isShared(String member) {
        var first = versions.getFirst().at(member);
        return versions.stream().allMatch(version -> {
            var value = version.at(member);
            return first == null ? value == null : value != null && SchemaValues.same(first, value);
        });
    }

    private void columns(Json version, String at) {
        int index = 0;
        for (var column : version.items("additionalPrinterColumns")) {
            var field = at + "[" + index++ + "]";
            report.text(column, field, "name");
            if (report.text(column, field, "type") && !COLUMN_TYPES.contains(column.textOrEmpty("type")))
                report.invalid(
                        field + ".type",
                        column.textOrEmpty("type"),
                        "must be one of " + String.join(",", COLUMN_TYPES));
            if (report.text(column, field, "jsonPath")) path(column.textOrEmpty("jsonPath"), field + ".jsonPath");
        }
    }

    private boolean path(String path, String field) {
        if (!path.startsWith(".")) {
            report.invalid(field, path, "must be a simple json path starting with .");
            return false;
        }
        try {
            JsonPath.parse(path);
            return true;
        } catch (IllegalArgumentException e) {
            report.invalid(field, path, "must be a simple json path: " + e.getMessage());
            return false;
        }
    }

    private void scale(Json version, String at) {
        if (version.at("subresources", "scale") == null) return;
        var scale = version.object("subresources", "scale");
        under(scale, at + ".scale", "specReplicasPath", ".spec", true);
        under(scale, at + ".scale", "statusReplicasPath", ".status", true);
        if (!scale.textOrEmpty("labelSelectorPath").isEmpty()) {
            var path = scale.textOrEmpty("labelSelectorPath");
            if (!path.startsWith(".spec.") && !path.startsWith(".status."))
                report.invalid(
                        at + ".scale.labelSelectorPath", path, "should be a json path under either .spec or .status");
        }
    }

    private void under(Json.Obj scale, String at, String member, String root, boolean needed) {
        var path = scale.textOrEmpty(member);
        var field = at + "." + member;
        if (path.isEmpty()) {
            if (needed) report.required(field, "");
            return;
        }
        if (!path.startsWith(root + ".")) {
            report.invalid(field, path, "should be a json path under " + root);
            return;
        }
        try {
            JsonPath.parse(path).names();
        } catch (IllegalArgumentException e) {
            report.invalid(field, path, String.valueOf(e.getMessage()));
        }
    }

    private void selectable(Json version, String at) {
        int index = 0;
        var seen = new HashSet<String>();
        for (var selected : version.items("selectableFields")) {
            var field = at + "[" + index++ + "].jsonPath";
            var path = selected.textOrEmpty("jsonPath");
            if (path.isEmpty()) report.required(field, "");
            else if (!seen.add(path)) report.duplicate(field, path);
            else if (path(path, field)) leaf(version, path, field);
        }
        if (index > 8)
            report.addAll(List.of(
                    new FieldError(at, FieldError.Reason.TOO_MANY, null, index + ": must have at most 8 items")));
    }

    private void leaf(Json version, String path, String field) {
        Json node = version.object("schema", "openAPIV3Schema");
        try {
            for (var name : JsonPath.parse(path).names()) {
                var next = node.at("properties", name);
                if (next == null) {
                    report.invalid(field, path, "does not refer to a valid field");
                    return;
                }
                node = next;
            }
        } catch (IllegalArgumentException e) {
            report.invalid(field, path, String.valueOf(e.getMessage()));
            return;
        }
        if (!List.of("string", "boolean", "integer").contains(node.textOrEmpty("type")))
            report.invalid(
                    field,
                    path,
                    "must point to a field of type string, boolean or integer. "
                            + "Enum string fields and strings with formats are allowed.");
    }

    // ---- the rest

    private void conversion() {
        var strategy = spec.textOrEmpty("conversion", "strategy");
        boolean webhook = strategy.equals("Webhook");
        if (!webhook && !strategy.equals("None"))
            report.unsupported("spec.conversion.strategy", strategy, List.of("None", "Webhook"));
        var at = "spec.conversion.webhook";
        boolean given = spec.object("conversion").has("webhook");
        if (given && !webhook) report.forbidden(at, "should not be set when strategy is not set to Webhook");
        if (!webhook) return;
        var config = spec.object("conversion", "webhook");
        if (!config.has("clientConfig"))
            report.required(at + ".clientConfig", "required when strategy is set to Webhook");
        else ValidationWebhooks.client(report, config.object("clientConfig"), at + ".clientConfig");
        ValidationWebhooks.reviewVersions(
                report, config.items("conversionReviewVersions"), at + ".conversionReviewVersions");
    }

    private void unchanged(Json.Obj old) {
        boolean established = CustomDefinition.is(old, "Established");
        var before = old.object("spec");
        immutable(before, "group");
        immutable(before, "names", "plural");
        if (!established) return;
        immutable(before, "scope");
        immutable(before, "names", "kind");
    }

    private void immutable(Json.Obj before, String... path) {
        var now = spec.textOrEmpty(path);
        if (!now.equals(before.textOrEmpty(path)))
            report.invalid("spec." + String.join(".", path), now, "field is immutable");
    }

    private void stored() {
        var names = new HashSet<String>();
        var storage = "";
        for (var version : versions) {
            names.add(version.textOrEmpty("name"));
            if (version.flag("storage")) storage = version.textOrEmpty("name");
        }
        var stored = CustomDefinition.texts(object.items("status", "storedVersions"));
        for (int i = 0; i < stored.size(); i++) {
            if (!names.contains(stored.get(i)))
                report.invalid("status.storedVersions[" + i + "]", stored.get(i), "must appear in spec.versions");
        }
        if (!storage.isEmpty() && !stored.contains(storage))
            report.invalid(
                    "status.storedVersions", Json.arr(stored).compact(), "must have the storage version " + storage);
    }
}
