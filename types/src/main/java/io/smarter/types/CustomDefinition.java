package io.smarter.types;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.printers.CustomColumns;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.JsonPath;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.SchemaType;
import io.smarter.schema.SchemaValues;
import io.smarter.types.ApiType.Subresource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types that one definition makes, one for each version that is served. Immutable. */
public final class CustomDefinition {
    private static final List<String> ALL_VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
    /** No more instances come; those that are held can be let go. */
    private static final List<String> ENDING_VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private static final List<String> PART_VERBS = List.of("get", "patch", "update");

    private final Json.Obj object;
    private final List<ApiType> types;
    private final @Nullable ApiType storage;

    private CustomDefinition(Json.Obj object, List<ApiType> types, @Nullable ApiType storage) {
        this.object = object;
        this.types = types;
        this.storage = storage;
    }

    /**
     * @param object as it is in the store
     * @param before the same definition's earlier state, whose types stay where nothing that they depend on has changed
     */
    public static CustomDefinition of(
            Json.Obj object, @Nullable CustomDefinition before, Schema schema, Conversion.Maker conversions) {
        if (before != null && SchemaValues.same(before.basis(), basis(object)))
            return new CustomDefinition(object, before.types, before.storage);
        var made = new CustomDefinition(object, List.of(), null);
        return made.is("Established") ? made.withTypes(schema, conversions.of(object)) : made;
    }

    /** All that the types depend on. */
    private static Json.Obj basis(Json.Obj object) {
        return Json.obj(
                "uid", object.text("metadata", "uid"),
                "spec", object.get("spec"),
                "names", object.at("status", "acceptedNames"),
                "established", is(object, "Established"),
                "terminating", is(object, "Terminating"));
    }

    private Json.Obj basis() {
        return basis(object);
    }

    Json.Obj object() {
        return object;
    }

    public List<ApiType> types() {
        return types;
    }

    /** The type of the version in which objects are stored, served or not; null before it is established. */
    public @Nullable ApiType storage() {
        return storage;
    }

    public String name() {
        return object.textOrEmpty("metadata", "name");
    }

    String group() {
        return object.textOrEmpty("spec", "group");
    }

    public boolean is(String condition) {
        return is(object, condition);
    }

    static boolean is(Json.Obj object, String condition) {
        return object.items("status", "conditions").stream()
                .anyMatch(one -> one.textOrEmpty("type").equals(condition)
                        && one.textOrEmpty("status").equals("True"));
    }

    // ---- making types

    private CustomDefinition withTypes(Schema schema, @Nullable Conversion conversion) {
        var versions = new ArrayList<Json.Obj>();
        for (var version : object.items("spec", "versions")) if (version instanceof Json.Obj one) versions.add(one);
        versions.sort((left, right) -> Versions.compare(left.textOrEmpty("name"), right.textOrEmpty("name")));
        var schemas = new LinkedHashMap<String, CustomSchema>();
        var stored = "";
        for (var version : versions) {
            var apiVersion = group() + "/" + version.textOrEmpty("name");
            if (version.flag("storage")) stored = apiVersion;
            schemas.put(
                    apiVersion,
                    CustomSchema.ofObjects(
                            version.object("schema", "openAPIV3Schema"),
                            schema.objectMeta(),
                            version.at("subresources", "status") != null));
        }
        var made = new ArrayList<ApiType>();
        ApiType storing = null;
        for (var version : versions) {
            var type = type(version, versions, schemas, stored, conversion);
            if (version.flag("served")) made.add(type);
            if (version.flag("storage")) storing = type;
        }
        return new CustomDefinition(object, List.copyOf(made), storing);
    }

    private ApiType type(
            Json.Obj version,
            List<Json.Obj> versions,
            Map<String, CustomSchema> schemas,
            String stored,
            @Nullable Conversion conversion) {
        var names = object.object("status", "acceptedNames");
        boolean namespaced = object.textOrEmpty("spec", "scope").equals("Namespaced");
        var resource = new Resource(
                group(),
                version.textOrEmpty("name"),
                names.textOrEmpty("plural"),
                names.textOrEmpty("kind"),
                namespaced);
        var shape = schemas.get(resource.apiVersion());
        var strategy = new CustomStrategy(
                name(),
                resource.apiVersion(),
                stored,
                schemas,
                version.at("subresources", "status") != null,
                scale(version),
                notices(version, versions),
                names.textOrEmpty("listKind"),
                conversion);
        return new ApiType(
                resource,
                new SchemaKind(
                        group(),
                        resource.version(),
                        resource.kind(),
                        shape == null ? SchemaType.Scalar.UNTYPED : shape),
                names.textOrEmpty("singular"),
                texts(names.items("shortNames")),
                texts(names.items("categories")),
                is("Terminating") ? ENDING_VERBS : ALL_VERBS,
                subresources(resource, version),
                "/registry/" + group() + "/" + resource.plural() + "/",
                selectable(version),
                strategy,
                CustomColumns.of(version.items("additionalPrinterColumns")));
    }

    private static List<Subresource> subresources(Resource resource, Json.Obj version) {
        var below = new ArrayList<Subresource>();
        if (version.at("subresources", "status") != null)
            below.add(new Subresource("status", resource.group(), resource.version(), resource.kind(), PART_VERBS));
        if (version.at("subresources", "scale") != null)
            below.add(new Subresource("scale", "autoscaling", "v1", "Scale", PART_VERBS));
        return List.copyOf(below);
    }

    private static @Nullable ScalePaths scale(Json.Obj version) {
        var scale = version.object("subresources", "scale");
        if (version.at("subresources", "scale") == null) return null;
        try {
            return new ScalePaths(
                    JsonPath.parse(scale.textOrEmpty("specReplicasPath")).names(),
                    JsonPath.parse(scale.textOrEmpty("statusReplicasPath")).names(),
                    JsonPath.parse(scale.textOrEmpty("labelSelectorPath")).names());
        } catch (IllegalArgumentException e) {
            return null; // refused when the definition was made
        }
    }

    private static List<String> selectable(Json.Obj version) {
        return version.items("selectableFields").stream()
                .map(field -> field.textOrEmpty("jsonPath"))
                .map(path -> path.startsWith(".") ? path.substring(1) : path)
                .toList();
    }

    private List<String> notices(Json.Obj version, List<Json.Obj> versions) {
        if (!version.flag("deprecated")) return List.of();
        var own = version.text("deprecationWarning");
        if (own != null) return List.of(own);
        var kind = object.textOrEmpty("spec", "names", "kind");
        var name = version.textOrEmpty("name");
        var text = "%s/%s %s is deprecated".formatted(group(), name, kind);
        for (var other : versions) {
            var newer = other.textOrEmpty("name");
            if (other.flag("served") && !other.flag("deprecated") && Versions.replaces(newer, name))
                return List.of(text + "; use %s/%s %s".formatted(group(), newer, kind));
        }
        return List.of(text);
    }

    static List<String> texts(List<Json> items) {
        return items.stream()
                .map(item -> item instanceof Json.Str(var text) ? text : "")
                .filter(text -> !text.isEmpty())
                .toList();
    }
}
