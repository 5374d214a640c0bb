package io.smarter.schema;

import io.smarter.cel.CelSchema;
import io.smarter.json.Json;
import io.smarter.schema.SchemaField.ListKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a custom type's structural schema (Kubernetes "Extend the Kubernetes API with CustomResourceDefinitions",
 * "Specifying a structural schema"). What describes the tree is parsed; what restricts values stays in {@link #raw()} for
 * {@link CustomValidation}. Immutable.
 */
public final class CustomSchema implements SchemaType, CelSchema {
    private static final String X = "x-kubernetes-";

    private final Json.Obj raw;
    private final SchemaType.@Nullable Struct objectMeta;
    private final boolean root;
    private final boolean statusApart;
    private final Map<String, CustomSchema> properties;
    private final @Nullable CustomSchema additional;
    private final @Nullable CustomSchema items;
    private final CustomChecks checks;
    private final boolean hasRules;
    private final boolean comparesWithOld;
    private volatile @Nullable List<CustomRules.Rule> compiled;

    private CustomSchema(Json.Obj raw, SchemaType.Struct objectMeta, boolean root, boolean statusApart) {
        this.raw = raw;
        this.root = root;
        this.statusApart = statusApart;
        this.objectMeta = root || raw.flag(X + "embedded-resource") ? objectMeta : null;
        var parsed = new LinkedHashMap<String, CustomSchema>();
        raw.object("properties").members().forEach((name, value) -> {
            if (value instanceof Json.Obj node) parsed.put(name, new CustomSchema(node, objectMeta, false, false));
        });
        this.properties = Collections.unmodifiableMap(parsed);
        this.additional = raw.get("additionalProperties") instanceof Json.Obj node
                ? new CustomSchema(node, objectMeta, false, false)
                : null;
        this.items =
                raw.get("items") instanceof Json.Obj node ? new CustomSchema(node, objectMeta, false, false) : null;
        this.checks = root ? CustomChecks.of(raw) : CustomChecks.NONE;
        this.hasRules = !raw.items(X + "validations").isEmpty()
                || properties.values().stream().anyMatch(CustomSchema::hasRules)
                || additional != null && additional.hasRules
                || items != null && items.hasRules;
        this.comparesWithOld = raw.items(X + "validations").stream()
                        .anyMatch(rule -> rule.textOrEmpty("rule").contains("oldSelf"))
                || properties.values().stream().anyMatch(CustomSchema::comparesWithOld)
                || additional != null && additional.comparesWithOld
                || items != null && items.comparesWithOld;
    }

    /**
     * The schema of whole objects.
     *
     * @param objectMeta the type of their metadata, and of that of resources embedded in them
     * @param statusApart whether the status has a subresource of its own
     */
    public static CustomSchema ofObjects(Json.Obj raw, SchemaType.Struct objectMeta, boolean statusApart) {
        return new CustomSchema(raw, objectMeta, true, statusApart);
    }

    /** The node as its author wrote it. */
    public Json.Obj raw() {
        return raw;
    }

    /** What is allowed, of the root for all that is below it. */
    CustomChecks checks() {
        return checks;
    }

    public boolean statusApart() {
        return statusApart;
    }

    @Override
    public Map<String, CustomSchema> properties() {
        return properties;
    }

    /** The schema of members that are not declared by name, or null. */
    @Override
    public @Nullable CustomSchema additional() {
        return additional;
    }

    @Override
    public @Nullable CustomSchema items() {
        return items;
    }

    /** What describes a member, or null when nothing does. */
    @Nullable
    CustomSchema child(String name) {
        var declared = properties.get(name);
        return declared == null ? additional : declared;
    }

    /** Whether a value here is an object of Kubernetes, with apiVersion, kind and metadata. */
    @Override
    public boolean isResource() {
        return objectMeta != null;
    }

    boolean isRoot() {
        return root;
    }

    /** The type of this node's own metadata; null when it is no resource. */
    public SchemaType.@Nullable Struct objectMeta() {
        return objectMeta;
    }

    boolean keepsUnknown() {
        return raw.flag(X + "preserve-unknown-fields") || raw.flag("additionalProperties");
    }

    boolean nullable() {
        return raw.flag("nullable");
    }

    boolean intOrString() {
        return raw.flag(X + "int-or-string");
    }

    @Nullable
    Json fallback() {
        return raw.get("default");
    }

    @Override
    public String type() {
        return raw.textOrEmpty("type");
    }

    @Override
    public String format() {
        return raw.textOrEmpty("format");
    }

    /** Whether there are rules here or anywhere below. */
    boolean hasRules() {
        return hasRules;
    }

    /** Whether rules here or anywhere below compare with the old value: they count for what did not change, too. */
    boolean comparesWithOld() {
        return comparesWithOld;
    }

    /** The rules of this node, read when they are asked for the first time. */
    List<CustomRules.Rule> compiledRules() {
        var known = compiled;
        if (known == null) {
            known = rules().stream().map(CustomRules.Rule::of).toList();
            compiled = known;
        }
        return known;
    }

    /** The validation rules in the Common Expression Language. */
    List<Json> rules() {
        return raw.items(X + "validations");
    }

    // ---- as server-side apply sees it

    public ListKind listKind() {
        return switch (raw.textOrEmpty(X + "list-type")) {
            case "map" -> ListKind.MAP;
            case "set" -> ListKind.SET;
            default -> ListKind.ATOMIC;
        };
    }

    public List<String> listKeys() {
        var keys = new ArrayList<String>();
        for (var key : raw.items(X + "list-map-keys")) if (key instanceof Json.Str(var name)) keys.add(name);
        return keys;
    }

    /** Whether ownership of fields stops here. */
    public boolean isOneValue() {
        return switch (type()) {
            case "object" -> raw.textOrEmpty(X + "map-type").equals("atomic");
            case "array", "" -> false;
            default -> true;
        };
    }

    @Override
    public String goName() {
        return type();
    }

    @Override
    public @Nullable SchemaField field(String name) {
        if (objectMeta != null && !properties.containsKey(name)) {
            if (name.equals("metadata")) return plain(name, objectMeta, null);
            if (name.equals("apiVersion") || name.equals("kind")) return plain(name, SchemaType.Scalar.STRING, null);
        }
        if (objectMeta != null && name.equals("metadata")) return plain(name, objectMeta, null);
        var declared = properties.get(name);
        return declared == null ? null : plain(name, declared, declared.fallback());
    }

    private static SchemaField plain(String name, SchemaType type, @Nullable Json fallback) {
        return new SchemaField(
                name, type, "", true, true, false, ListKind.ATOMIC, List.of(), false, List.of(), "", fallback);
    }

    @Override
    public SchemaType member(String name) {
        var declared = field(name);
        if (declared != null) return declared.type();
        return additional == null ? SchemaType.Scalar.UNTYPED : additional;
    }

    @Override
    public SchemaType item() {
        return items == null ? SchemaType.Scalar.UNTYPED : items;
    }
}
