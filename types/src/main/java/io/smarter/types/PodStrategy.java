package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.Pod;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.schema.ValidationReport;
import io.smarter.validation.ValidationEphemeral;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pods end gracefully on their node, and little of what they are made from may change (Kubernetes "Pod update"). */
final class PodStrategy implements Strategy {
    private static final String MAY_CHANGE =
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    private static final long DEFAULT_GRACE = 30;

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
        var qos = new Pod(object).qosClass().text();
        return object.with("status", Json.obj("phase", "Pending", "qosClass", qos));
    }

    @Override
    public List<FieldError> check(String subresource, Json.Obj object, Json.@Nullable Obj old) {
        if (!subresource.equals("ephemeralcontainers") || old == null) return check(object, old);
        var report = new ValidationReport();
        ValidationEphemeral.changes(report, object, old);
        return report.errors();
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        if (old == null)
            return object.items("spec", "ephemeralContainers").isEmpty()
                    ? List.of()
                    : List.of(FieldError.forbidden("spec.ephemeralContainers", "cannot be set on create"));
        var errors = new ArrayList<FieldError>();
        var now = object.object("spec");
        var before = old.object("spec");
        for (var list : List.of("containers", "initContainers"))
            if (now.items(list).size() != before.items(list).size())
                return List.of(FieldError.forbidden("spec." + list, "pod updates may not add or remove containers"));
        deadline(now.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds"), errors);
        if (!SchemaValues.same(fixed(now, before), before)) errors.add(FieldError.forbidden("spec", MAY_CHANGE));
        var tolerations = now.items("tolerations");
        if (!before.items("tolerations").stream().allMatch(had -> hasToleration(tolerations, had)))
            errors.add(FieldError.forbidden(
                    "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
        return errors;
    }

    @Override
    public List<String> warnings(Json.Obj object) {
        var warnings = new ArrayList<String>();
        if (object.textOrEmpty("spec", "nodeName").isEmpty())
            warnings.add("spec.nodeName: not set: nothing here assigns pods to nodes, so this one stays Pending; "
                    + "name a node, or use a DaemonSet");
        warnings.addAll(UnservedFields.warnings(object.object("spec"), "spec"));
        return warnings;
    }

    /** What was decided about a pod when it was made need not be said again. */
    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        var updated = object;
        for (var decided : List.of("priority", "preemptionPolicy")) {
            var had = old.at("spec", decided);
            if (had != null && object.at("spec", decided) == null) updated = updated.withAt(had, "spec", decided);
        }
        return updated;
    }

    /** A deadline may come, and come nearer. */
    private static void deadline(@Nullable Json now, @Nullable Json before, List<FieldError> errors) {
        if (!(before instanceof Json.Num had)) return;
        var field = "spec.activeDeadlineSeconds";
        if (!(now instanceof Json.Num has))
            errors.add(FieldError.invalid(field, "null", "must not update from a positive integer to nil value"));
        else if (has.asLong() > had.asLong())
            errors.add(FieldError.invalid(field, has.asLong(), "must be less than or equal to previous value"));
    }

    @Override
    public long grace(Json.Obj object, @Nullable Long asked) {
        var phase = object.textOrEmpty("status", "phase");
        if (object.textOrEmpty("spec", "nodeName").isEmpty() || phase.equals("Failed") || phase.equals("Succeeded"))
            return 0;
        long grace = asked != null ? asked : object.number(DEFAULT_GRACE, "spec", "terminationGracePeriodSeconds");
        return grace < 0 ? 1 : grace;
    }

    @Override
    public boolean held(Json.Obj object) {
        return object.number(0, "metadata", "deletionGracePeriodSeconds") > 0;
    }

    /** The new spec with what may change set back to what it was: the rest must be the same. */
    private static Json.Obj fixed(Json.Obj now, Json.Obj before) {
        var fixed = now;
        for (var free : List.of("activeDeadlineSeconds", "tolerations")) fixed = restored(fixed, before, free);
        if (before.number(0, "terminationGracePeriodSeconds") < 0
                && now.number(0, "terminationGracePeriodSeconds") == 1)
            fixed = restored(fixed, before, "terminationGracePeriodSeconds");
        for (var list : List.of("containers", "initContainers")) {
            if (now.has(list)) fixed = fixed.with(list, withImages(now.items(list), before.items(list)));
        }
        return fixed;
    }

    private static Json.Arr withImages(List<Json> now, List<Json> before) {
        var containers = new ArrayList<Json>();
        for (int i = 0; i < now.size(); i++) {
            boolean both = now.get(i) instanceof Json.Obj && before.get(i) instanceof Json.Obj;
            containers.add(both ? restored((Json.Obj) now.get(i), (Json.Obj) before.get(i), "image") : now.get(i));
        }
        return new Json.Arr(containers);
    }

    private static Json.Obj restored(Json.Obj now, Json.Obj before, String member) {
        var value = before.get(member);
        return value == null ? now.without(member) : now.with(member, value);
    }

    private static boolean hasToleration(List<Json> tolerations, Json had) {
        return tolerations.stream().anyMatch(has -> SchemaValues.same(timeless(has), timeless(had)));
    }

    private static Json timeless(Json toleration) {
        return toleration instanceof Json.Obj object ? object.without("tolerationSeconds") : toleration;
    }
}
