package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Kinds that Kubernetes makes pods of and this cloud does not: Deployments, ReplicaSets, StatefulSets and
 * ReplicationControllers. Their selector must choose their own template's pods.
 *
 * @param status of a new object
 */
record WorkloadStrategy(String kind, Json.Obj status) implements Strategy {
    private static final ScalePaths SCALE =
            new ScalePaths(List.of("spec", "replicas"), List.of("status", "replicas"), List.of("spec", "selector"));

    private static final List<String> CHANGEABLE = List.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public ScalePaths scale() {
        return SCALE;
    }

    @Override
    public String propagation() {
        return kind.equals("ReplicationController") ? "Orphan" : "Background";
    }

    @Override
    public boolean counts() {
        return true;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return object.with("status", status);
    }

    @Override
    public List<String> warnings(Json.Obj object) {
        return List.of(DataStrategy.noController(kind));
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        if (kind.equals("ReplicationController")) return controller(object);
        var errors = new ArrayList<FieldError>();
        var selector = object.object("spec", "selector");
        if (old != null && kind.equals("StatefulSet")) {
            if (!SchemaValues.same(fixed(object), fixed(old)))
                errors.add(FieldError.forbidden(
                        "spec",
                        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                                + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' "
                                + "and 'minReadySeconds' are forbidden"));
        } else if (old != null && !SchemaValues.same(selector, old.object("spec", "selector")))
            errors.add(FieldError.invalid("spec.selector", selector.compact(), "field is immutable"));
        if (!selector.members().isEmpty() && !matches(selector, object)) errors.add(mismatch(object));
        return errors;
    }

    private static Json.Obj fixed(Json.Obj object) {
        var spec = object.object("spec");
        for (var member : CHANGEABLE) spec = spec.without(member);
        return spec;
    }

    private static List<FieldError> controller(Json.Obj object) {
        var labels = object.texts("spec", "template", "metadata", "labels");
        boolean met =
                labels.entrySet().containsAll(object.texts("spec", "selector").entrySet());
        return met || !object.object("spec").has("template") ? List.of() : List.of(mismatch(object));
    }

    private static FieldError mismatch(Json.Obj object) {
        return FieldError.invalid(
                "spec.template.metadata.labels",
                object.object("spec", "template", "metadata", "labels").compact(),
                "`selector` does not match template `labels`");
    }

    /** A selector that cannot be read is reported by its own check. */
    private static boolean matches(Json.Obj selector, Json.Obj object) {
        try {
            return LabelSelector.of(selector).matches(object.texts("spec", "template", "metadata", "labels"));
        } catch (SelectorException e) {
            return true;
        }
    }
}
