package io.smarter.validation;

import io.smarter.api.FieldError;
import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.CustomValidation;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.SchemaType;
import io.smarter.schema.SchemaValues;
import io.smarter.schema.ValidationReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with an object's values, after defaults. Pure functions. */
public final class Validation {
    private Validation() {}

    /**
     * Metadata is checked elsewhere, and so is what depends on the life of an object.
     *
     * @param object decoded: its values are of the types of its schema
     * @param old the object that is replaced; null when it is made
     */
    public static List<FieldError> validate(SchemaKind kind, Json.Obj object, Json.@Nullable Obj old) {
        if (kind.type() instanceof CustomSchema custom) return CustomValidation.validate(custom, object, old);
        if (!(kind.type() instanceof SchemaType.Struct)) return List.of();
        var report = new ValidationReport();
        ValidationEnums.check(report, kind.type(), object.without("status"), "");
        switch (kind.group() + "/" + kind.kind()) {
            case "/Pod" -> {
                if (old == null || !SchemaValues.same(object.object("spec"), old.object("spec")))
                    ValidationPod.pod(report, object.object("spec"), "spec");
            }
            case "/ConfigMap" -> ValidationData.configMap(report, object);
            case "/Secret" -> ValidationData.secret(report, object);
            case "/Node" -> node(report, object);
            case "/Event" -> event(report, object);
            case "/Service" -> ValidationService.check(report, object);
            case "apps/DaemonSet" -> ValidationDaemonSet.check(report, object);
            case "apps/ControllerRevision" -> controllerRevision(report, object, old);
            case "coordination.k8s.io/Lease" -> lease(report, object);
            default -> ValidationKinds.check(report, kind.kind(), object, old);
        }
        return report.errors();
    }

    private static void node(ValidationReport report, Json.Obj object) {
        int index = 0;
        for (var taint : object.items("spec", "taints")) {
            var at = "spec.taints[" + index++ + "]";
            var key = taint.textOrEmpty("key");
            report.invalid(at + ".key", key, Names.qualified(key));
            report.invalid(at + ".value", taint.textOrEmpty("value"), Names.labelValue(taint.textOrEmpty("value")));
            report.text(taint, at, "effect");
        }
    }

    /** What is about an object without namespace is told in the default one. */
    private static void event(ValidationReport report, Json.Obj object) {
        var of = object.textOrEmpty("involvedObject", "namespace");
        var namespace = object.textOrEmpty("metadata", "namespace");
        boolean right = of.isEmpty() ? namespace.isEmpty() || namespace.equals("default") : of.equals(namespace);
        if (!right) report.invalid("involvedObject.namespace", of, "does not match event.namespace");
    }

    private static void controllerRevision(ValidationReport report, Json.Obj object, Json.@Nullable Obj old) {
        var data = object.get("data");
        var before = old == null ? null : old.get("data");
        if (data == null) report.required("data", "data is mandatory");
        else if (before != null && !SchemaValues.same(data, before))
            report.invalid("data", data.compact(), "field is immutable");
        long revision = object.number(0, "revision");
        if (revision < 0) report.invalid("revision", revision, "must be greater than or equal to 0");
    }

    private static void lease(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        if (spec.at("leaseDurationSeconds") instanceof Json.Num seconds && seconds.asLong() <= 0)
            report.invalid("spec.leaseDurationSeconds", seconds.asLong(), "must be greater than 0");
        report.notNegative(spec, "spec", "leaseTransitions");
    }
}
