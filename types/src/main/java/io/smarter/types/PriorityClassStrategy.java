package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Priority classes: their value is for good, and names that start with {@code system-} are the server's own. */
public final class PriorityClassStrategy implements Strategy {
    private static final long MOST = 1_000_000_000;

    /** The classes that Kubernetes always has. */
    private static final Map<String, Json.Obj> SYSTEM = Map.of(
            "system-cluster-critical",
            Json.obj(
                    "value",
                    2_000_000_000,
                    "description",
                    "Used for system critical pods that must run in the cluster, but can be moved to another node if "
                            + "necessary."),
            "system-node-critical",
            Json.obj(
                    "value",
                    2_000_001_000,
                    "description",
                    "Used for system critical pods that must not be moved from their current node."));

    /** The system's classes as they are made. */
    public static List<Json.Obj> initial() {
        return SYSTEM.entrySet().stream()
                .map(own -> own.getValue()
                        .with("apiVersion", Json.of(DataTypes.PRIORITY_CLASSES.apiVersion()))
                        .with("kind", Json.of(DataTypes.PRIORITY_CLASSES.kind()))
                        .with("metadata", Json.obj("name", own.getKey()))
                        .with("preemptionPolicy", Json.of("PreemptLowerPriority")))
                .toList();
    }

    /** Refuses to delete a class that others rely on. */
    public static void admitDelete(Resource resource, String name) {
        if (resource.equals(DataTypes.PRIORITY_CLASSES) && SYSTEM.containsKey(name))
            throw Status.forbidden(resource, name, "this is a system priority class and cannot be deleted")
                    .error();
    }

    PriorityClassStrategy() {}

    @Override
    public boolean counts() {
        return true;
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var errors = new ArrayList<FieldError>();
        var name = object.textOrEmpty("metadata", "name");
        long value = object.number(0, "value");
        var own = SYSTEM.get(name);
        if (old != null) {
            for (var member : List.of("value", "preemptionPolicy"))
                if (!SchemaValues.sameAt(object, old, member))
                    errors.add(FieldError.forbidden(member, "may not be changed in an update."));
        } else if (name.startsWith("system-")) {
            if (own == null || own.number(0, "value") != value)
                errors.add(FieldError.forbidden(
                        "metadata.name",
                        "priority class names with 'system-' prefix are reserved for system use only"));
        } else if (value > MOST)
            errors.add(FieldError.forbidden("value", "maximum allowed value of a user defined priority is " + MOST));
        return errors;
    }
}
