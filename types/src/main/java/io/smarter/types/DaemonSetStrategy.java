package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Daemon sets choose their pods by a selector that is for good and that their own template must meet. */
final class DaemonSetStrategy implements Strategy {
    private static final Json.Obj NO_PODS = Json.obj(
            "currentNumberScheduled", 0, "numberMisscheduled", 0, "desiredNumberScheduled", 0, "numberReady", 0);

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean counts() {
        return true;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return object.with("status", NO_PODS);
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var selector = object.object("spec", "selector");
        if (old != null && !SchemaValues.same(selector, old.object("spec", "selector")))
            return List.of(FieldError.invalid("spec.selector", selector.compact(), "field is immutable"));
        var labels = object.object("spec", "template", "metadata", "labels");
        if (selector.members().isEmpty() || matches(selector, object)) return List.of();
        return List.of(FieldError.invalid(
                "spec.template.metadata.labels", labels.compact(), "`selector` does not match template `labels`"));
    }

    @Override
    public List<String> warnings(Json.Obj object) {
        var warnings = new ArrayList<>(
                UnservedFields.warnings(object.object("spec", "template", "spec"), "spec.template.spec"));
        if (cannotSurge(object))
            warnings.add("spec.updateStrategy.rollingUpdate.maxSurge: new pods cannot start beside old ones that hold "
                    + "the same hostPort");
        return warnings;
    }

    /** Two pods of a node cannot have the same port of it; Kubernetes lets the update hang. */
    private static boolean cannotSurge(Json.Obj object) {
        var surge = object.at("spec", "updateStrategy", "rollingUpdate", "maxSurge");
        boolean surges = surge instanceof Json.Num number ? number.asLong() > 0 : surge != null && !isNone(surge);
        boolean ports = object.items("spec", "template", "spec", "containers").stream()
                .flatMap(container -> container.items("ports").stream())
                .anyMatch(port -> port.number(0, "hostPort") > 0);
        return surges && ports;
    }

    private static boolean isNone(Json percentage) {
        return percentage instanceof Json.Str(var text) && text.equals("0%");
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
