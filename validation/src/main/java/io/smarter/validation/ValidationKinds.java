package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.schema.ValidationReport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with objects of the types that are kept as data. */
final class ValidationKinds {
    private static final int LONGEST_CRON_JOB = 52;
    private static final int MAX_PORT = 65_535;

    private ValidationKinds() {}

    static void check(ValidationReport report, String kind, Json.Obj object, Json.@Nullable Obj old) {
        var spec = object.object("spec");
        switch (kind) {
            case "Deployment", "ReplicaSet", "StatefulSet", "ReplicationController" -> workload(report, kind, spec);
            case "ValidatingAdmissionPolicy" -> ValidationPolicies.policy(report, object);
            case "ValidatingAdmissionPolicyBinding" -> ValidationPolicies.binding(report, object);
            case "MutatingAdmissionPolicy" -> ValidationPolicies.changing(report, object);
            case "MutatingAdmissionPolicyBinding" -> ValidationPolicies.changingBinding(report, object);
            case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration" ->
                ValidationWebhooks.configuration(report, object);
            case "Job" -> job(report, spec, "spec");
            case "CronJob" -> cronJob(report, object);
            case "HorizontalPodAutoscaler" -> autoscaler(report, spec);
            case "PodDisruptionBudget" -> budget(report, spec);
            case "PersistentVolume" -> {
                report.needed(spec.object("capacity").members().isEmpty(), "spec.capacity", "");
                report.needed(spec.items("accessModes").isEmpty(), "spec.accessModes", "");
            }
            case "PersistentVolumeClaim" -> {
                report.needed(
                        spec.items("accessModes").isEmpty(), "spec.accessModes", "at least 1 access mode is required");
                report.needed(spec.at("resources", "requests", "storage") == null, "spec.resources[storage]", "");
            }
            case "ResourceQuota" -> ValidationQuota.quota(report, object, old);
            case "LimitRange" -> ValidationQuota.limitRange(report, object);
            case "StorageClass" -> storageClass(report, object, old);
            case "RuntimeClass" -> runtimeClass(report, object, old);
            case "Ingress" -> {
                if (spec.at("defaultBackend") == null && spec.items("rules").isEmpty())
                    report.invalid("spec", "[]", "either `defaultBackend` or `rules` must be specified");
            }
            case "IngressClass" -> report.text(spec, "spec", "controller");
            case "NetworkPolicy" ->
                ValidationSelector.expressions(report, spec.object("podSelector"), "spec.podSelector", false);
            case "EndpointSlice" -> endpointSlice(report, object, old);
            case "Endpoints" -> endpoints(report, object);
            case "FlowSchema", "PriorityLevelConfiguration" -> ValidationFlow.check(report, kind, object);
            case "VolumeAttributesClass" -> attributesClass(report, object, old);
            default -> {}
        }
    }

    private static void attributesClass(ValidationReport report, Json.Obj object, Json.@Nullable Obj old) {
        report.needed(object.textOrEmpty("driverName").isEmpty(), "driverName", "");
        if (old == null) return;
        for (var member : List.of("driverName", "parameters"))
            if (!SchemaValues.sameAt(object, old, member)) report.invalid(member, "", "field is immutable");
    }

    private static void workload(ValidationReport report, String kind, Json.Obj spec) {
        report.notNegative(spec, "spec", "replicas");
        report.notNegative(spec, "spec", "minReadySeconds");
        report.notNegative(spec, "spec", "revisionHistoryLimit");
        report.notNegative(spec, "spec", "progressDeadlineSeconds");
        var selector = spec.object("selector");
        boolean plain = kind.equals("ReplicationController");
        boolean empty = plain
                ? selector.members().isEmpty()
                : selector.items("matchExpressions").isEmpty()
                        && selector.object("matchLabels").members().isEmpty();
        report.needed(plain ? empty : !spec.has("selector"), "spec.selector", "");
        if (!plain && spec.has("selector") && empty)
            report.invalid(
                    "spec.selector",
                    selector.compact(),
                    "empty selector is invalid for " + kind.toLowerCase(Locale.ROOT));
        if (!plain) ValidationSelector.expressions(report, selector, "spec.selector", false);
        if (spec.has("template")) ValidationDaemonSet.template(report, spec.object("template"), kind);
        else report.required("spec.template", "");
    }

    private static void job(ValidationReport report, Json.Obj spec, String path) {
        for (var count : List.of(
                "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"))
            report.notNegative(spec, path, count);
        var pod = spec.object("template", "spec");
        ValidationPod.template(report, pod, path + ".template.spec");
        var policy = pod.textOrEmpty("restartPolicy");
        if (!policy.equals("OnFailure") && !policy.equals("Never"))
            report.unsupported(path + ".template.spec.restartPolicy", policy, List.of("OnFailure", "Never"));
    }

    private static void cronJob(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        if (object.textOrEmpty("metadata", "name").length() > LONGEST_CRON_JOB)
            report.invalid(
                    "metadata.name", object.textOrEmpty("metadata", "name"), "must be no more than 52 characters");
        report.text(spec, "spec", "schedule");
        report.notNegative(spec, "spec", "startingDeadlineSeconds");
        report.notNegative(spec, "spec", "successfulJobsHistoryLimit");
        report.notNegative(spec, "spec", "failedJobsHistoryLimit");
        job(report, spec.object("jobTemplate", "spec"), "spec.jobTemplate.spec");
    }

    private static void autoscaler(ValidationReport report, Json.Obj spec) {
        long least = spec.number(1, "minReplicas");
        long most = spec.number(0, "maxReplicas");
        if (least < 1) report.invalid("spec.minReplicas", least, "must be greater than or equal to 1");
        if (most < 1) report.invalid("spec.maxReplicas", most, "must be greater than 0");
        if (most < least) report.invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`");
        report.text(spec.object("scaleTargetRef"), "spec.scaleTargetRef", "kind");
        report.text(spec.object("scaleTargetRef"), "spec.scaleTargetRef", "name");
    }

    private static void budget(ValidationReport report, Json.Obj spec) {
        if (spec.has("minAvailable") && spec.has("maxUnavailable"))
            report.invalid("spec", spec.compact(), "minAvailable and maxUnavailable cannot be both set");
        report.notNegative(spec, "spec", "minAvailable");
        report.notNegative(spec, "spec", "maxUnavailable");
        ValidationSelector.expressions(report, spec.object("selector"), "spec.selector", false);
    }

    private static void storageClass(ValidationReport report, Json.Obj object, Json.@Nullable Obj old) {
        report.needed(object.textOrEmpty("provisioner").isEmpty(), "provisioner", "");
        if (old == null) return;
        for (var member : List.of("parameters", "provisioner", "reclaimPolicy"))
            if (!SchemaValues.sameAt(object, old, member))
                report.forbidden(member, "updates to " + member + " are forbidden.");
        if (!object.textOrEmpty("volumeBindingMode").equals(old.textOrEmpty("volumeBindingMode")))
            report.invalid("volumeBindingMode", object.textOrEmpty("volumeBindingMode"), "field is immutable");
    }

    private static void runtimeClass(ValidationReport report, Json.Obj object, Json.@Nullable Obj old) {
        var handler = object.textOrEmpty("handler");
        report.invalid("handler", handler, Names.label(handler));
        if (old != null && !handler.equals(old.textOrEmpty("handler")))
            report.invalid("handler", handler, "field is immutable");
    }

    private static void endpointSlice(ValidationReport report, Json.Obj object, Json.@Nullable Obj old) {
        var family = object.textOrEmpty("addressType");
        if (family.isEmpty()) report.required("addressType", "");
        else if (old != null && !family.equals(old.textOrEmpty("addressType")))
            report.invalid("addressType", family, "field is immutable");
        int index = 0;
        for (var endpoint : object.items("endpoints")) {
            report.needed(
                    endpoint.items("addresses").isEmpty(),
                    "endpoints[" + index++ + "].addresses",
                    "must contain at least 1 address");
        }
        index = 0;
        for (var port : object.items("ports")) report.range(port, "ports[" + index++ + "]", "port", 1, MAX_PORT);
    }

    private static void endpoints(ValidationReport report, Json.Obj object) {
        int index = 0;
        for (var subset : object.items("subsets")) {
            var at = "subsets[" + index++ + "]";
            report.needed(
                    subset.items("addresses").isEmpty()
                            && subset.items("notReadyAddresses").isEmpty(),
                    at,
                    "must specify `addresses` or `notReadyAddresses`");
            int number = 0;
            for (var port : subset.items("ports"))
                report.range(port, at + ".ports[" + number++ + "]", "port", 1, MAX_PORT);
        }
    }
}
