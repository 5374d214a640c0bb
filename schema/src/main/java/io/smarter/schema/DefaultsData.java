package io.smarter.schema;

import io.smarter.json.Json;
import org.jspecify.annotations.Nullable;

/** The defaults of types that are kept as data. Pure functions. */
final class DefaultsData {
    private DefaultsData() {}

    static void fill(SchemaKind kind, DefaultsDraft draft) {
        switch (kind.kind()) {
            case "CSIDriver" -> draft.within("spec", DefaultsData::csiDriver);
            case "EndpointSlice" -> draft.each("ports", DefaultsData::namedPort);
            case "Endpoints" -> draft.each("subsets", subset -> subset.each("ports", DefaultsData::protocol));
            case "HorizontalPodAutoscaler" -> draft.within("spec", spec -> autoscaler(spec, kind.version()));
            case "IngressClass" ->
                draft.within("spec", spec -> spec.within("parameters", reference -> reference.put("scope", "Cluster")));
            case "LimitRange" -> draft.within("spec", spec -> spec.each("limits", DefaultsData::limit));
            case "MutatingWebhookConfiguration" ->
                draft.each("webhooks", webhook -> {
                    webhook(webhook);
                    webhook.put("reinvocationPolicy", "Never");
                });
            case "NetworkPolicy" -> draft.within("spec", DefaultsData::networkPolicy);
            case "PersistentVolume" ->
                draft.within("spec", spec -> {
                    spec.put("persistentVolumeReclaimPolicy", "Retain");
                    spec.put("volumeMode", "Filesystem");
                    spec.within("hostPath", path -> path.put("type", Json.of("")));
                });
            case "PersistentVolumeClaim" -> draft.within("spec", spec -> spec.put("volumeMode", "Filesystem"));
            case "PriorityClass" -> draft.put("preemptionPolicy", "PreemptLowerPriority");
            case "StorageClass" -> {
                draft.put("reclaimPolicy", "Delete");
                draft.put("volumeBindingMode", "Immediate");
            }
            case "FlowSchema" -> draft.within("spec", spec -> spec.put("matchingPrecedence", 1000));
            case "PriorityLevelConfiguration" -> draft.within("spec", DefaultsData::level);
            case "ResourceClaim" -> draft.within("spec", DefaultsData::claim);
            case "ResourceClaimTemplate" -> draft.within("spec", spec -> spec.within("spec", DefaultsData::claim));
            case "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy" ->
                draft.within("spec", spec -> {
                    spec.put("failurePolicy", "Fail");
                    spec.within("matchConstraints", DefaultsData::matched);
                });
            case "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding" ->
                draft.within("spec", spec -> spec.within("matchResources", DefaultsData::matched));
            case "ValidatingWebhookConfiguration" -> draft.each("webhooks", DefaultsData::webhook);
            default -> {}
        }
    }

    /** A controller takes its labels, and its selector, from its template. */
    static void controller(DefaultsDraft controller) {
        controller.within("spec", spec -> {
            Defaults.replicas(spec);
            var labels = labels(spec.get("template"));
            if (!labels.members().isEmpty()) spec.put("selector", labels);
        });
        ownLabels(controller);
    }

    /** Labels of its template, for an object that has none. */
    static void ownLabels(DefaultsDraft object) {
        var spec = object.get("spec");
        var labels = spec == null ? Json.Obj.EMPTY : labels(spec.at("template"));
        if (!labels.members().isEmpty()) object.within("metadata", metadata -> metadata.put("labels", labels));
    }

    private static Json.Obj labels(@Nullable Json template) {
        return template == null ? Json.Obj.EMPTY : template.object("metadata", "labels");
    }

    private static void csiDriver(DefaultsDraft spec) {
        spec.put("attachRequired", Json.of(true));
        spec.put("podInfoOnMount", Json.of(false));
        spec.put("storageCapacity", Json.of(false));
        spec.put("fsGroupPolicy", "ReadWriteOnceWithFSType");
        spec.put("volumeLifecycleModes", Json.arr("Persistent"));
        spec.put("requiresRepublish", Json.of(false));
        spec.put("seLinuxMount", Json.of(false));
    }

    private static void level(DefaultsDraft spec) {
        spec.within("exempt", exempt -> {
            exempt.put("nominalConcurrencyShares", 0);
            exempt.put("lendablePercent", 0);
        });
        spec.within("limited", limited -> {
            limited.put("nominalConcurrencyShares", 30);
            limited.put("lendablePercent", 0);
            limited.within(
                    "limitResponse",
                    response -> response.within("queuing", queuing -> {
                        queuing.put("queues", 64);
                        queuing.put("handSize", 8);
                        queuing.put("queueLengthLimit", 50);
                    }));
        });
    }

    private static void claim(DefaultsDraft spec) {
        spec.within(
                "devices",
                devices -> devices.each("requests", request -> {
                    request.within("exactly", DefaultsData::device);
                    request.each("firstAvailable", DefaultsData::device);
                }));
    }

    private static void device(DefaultsDraft request) {
        request.put("allocationMode", "ExactCount");
        if (request.text("allocationMode").equals("ExactCount")) request.put("count", 1);
    }

    private static void namedPort(DefaultsDraft port) {
        port.put("name", Json.of(""));
        protocol(port);
    }

    private static void protocol(DefaultsDraft port) {
        port.put("protocol", "TCP");
    }

    private static void autoscaler(DefaultsDraft spec, String version) {
        spec.put("minReplicas", 1);
        if (version.equals("v1")) return; // its one metric comes with the conversion
        if (spec.get("metrics") instanceof Json.Arr(var metrics) && !metrics.isEmpty()) return;
        var target = Json.obj("type", "Utilization", "averageUtilization", 80);
        spec.put(
                "metrics",
                Json.arr(Json.obj("type", "Resource", "resource", Json.obj("name", "cpu", "target", target))));
    }

    /** What is allowed at most is the default of limits, and that of requests. */
    private static void limit(DefaultsDraft item) {
        if (!item.text("type").equals("Container")) return;
        fallback(item, "default", "max");
        fallback(item, "defaultRequest", "default");
        fallback(item, "defaultRequest", "min");
    }

    private static void fallback(DefaultsDraft item, String member, String from) {
        if (!(item.get(from) instanceof Json.Obj values)) return;
        item.always(member, quantities -> values.members().forEach(quantities::put));
    }

    private static void networkPolicy(DefaultsDraft spec) {
        spec.put("policyTypes", spec.has("egress") ? Json.arr("Ingress", "Egress") : Json.arr("Ingress"));
        for (var direction : new String[] {"ingress", "egress"})
            spec.each(direction, rule -> rule.each("ports", DefaultsData::protocol));
    }

    private static void webhook(DefaultsDraft webhook) {
        webhook.put("failurePolicy", "Fail");
        webhook.put("timeoutSeconds", 10);
        webhook.within("clientConfig", config -> config.within("service", service -> service.put("port", 443)));
        matched(webhook);
        webhook.each("rules", DefaultsData::scoped);
    }

    private static void matched(DefaultsDraft rules) {
        rules.put("matchPolicy", "Equivalent");
        rules.put("namespaceSelector", Json.Obj.EMPTY);
        rules.put("objectSelector", Json.Obj.EMPTY);
        rules.each("resourceRules", DefaultsData::scoped);
        rules.each("excludeResourceRules", DefaultsData::scoped);
    }

    private static void scoped(DefaultsDraft rule) {
        rule.put("scope", "*");
    }
}
