package io.smarter.schema;

import io.smarter.json.Json;
import java.util.List;
import java.util.Locale;

/** Sets what Kubernetes sets in an object whose author left it out. Pure functions; setting twice changes nothing. */
public final class Defaults {
    private static final int HISTORY = 10;
    private static final List<String> PARTS = List.of("spec", "status");

    private Defaults() {}

    public static Json.Obj apply(SchemaKind kind, Json.Obj object) {
        if (kind.type() instanceof CustomSchema custom) return CustomDefaults.apply(custom, object);
        if (!(kind.type() instanceof SchemaType.Struct type)) return object;
        return DefaultsDraft.filled(withParts(type, object), draft -> {
            switch (kind.group() + "/" + kind.kind()) {
                case "/Pod" -> draft.within("spec", DefaultsPod::pod);
                case "/PodTemplate" -> draft.within("template", Defaults::template);
                case "/ReplicationController" -> DefaultsData.controller(draft);
                case "/Secret" -> draft.put("type", "Opaque");
                case "/Service" -> draft.within("spec", Defaults::service);
                case "/Node" -> draft.within("status", Defaults::nodeStatus);
                case "apps/DaemonSet" -> draft.within("spec", Defaults::daemonSet);
                case "apps/Deployment" -> draft.within("spec", Defaults::deployment);
                case "apps/ReplicaSet" -> draft.within("spec", Defaults::replicas);
                case "apps/StatefulSet" -> draft.within("spec", Defaults::statefulSet);
                case "apiextensions.k8s.io/CustomResourceDefinition" -> draft.within("spec", Defaults::definition);
                case "batch/Job" -> {
                    draft.within("spec", Defaults::job);
                    DefaultsData.ownLabels(draft);
                }
                case "batch/CronJob" -> draft.within("spec", Defaults::cronJob);
                default -> DefaultsData.fill(kind, draft);
            }
        });
    }

    /** Clients written in Go get {@code spec} and {@code status} of every object, and others rely on it: empty they are. */
    private static Json.Obj withParts(SchemaType.Struct type, Json.Obj object) {
        var whole = object;
        for (var part : PARTS) {
            var field = whole.has(part) ? null : type.field(part);
            if (field != null && field.presentWhenUnset() && field.type() instanceof SchemaType.Struct)
                whole = whole.with(part, Json.Obj.EMPTY);
        }
        return whole;
    }

    static void template(DefaultsDraft template) {
        template.within("spec", DefaultsPod::spec);
    }

    private static void daemonSet(DefaultsDraft spec) {
        spec.within("template", Defaults::template);
        spec.always("updateStrategy", strategy -> {
            strategy.put("type", "RollingUpdate");
            if (!strategy.text("type").equals("RollingUpdate")) return;
            strategy.always("rollingUpdate", rolling -> {
                rolling.put("maxSurge", 0);
                rolling.put("maxUnavailable", 1);
            });
        });
        spec.put("revisionHistoryLimit", HISTORY);
    }

    private static void deployment(DefaultsDraft spec) {
        replicas(spec);
        spec.always("strategy", strategy -> {
            strategy.put("type", "RollingUpdate");
            if (!strategy.text("type").equals("RollingUpdate")) return;
            strategy.always("rollingUpdate", rolling -> {
                rolling.put("maxSurge", "25%");
                rolling.put("maxUnavailable", "25%");
            });
        });
        spec.put("revisionHistoryLimit", HISTORY);
        spec.put("progressDeadlineSeconds", 600);
    }

    private static void statefulSet(DefaultsDraft spec) {
        replicas(spec);
        spec.put("podManagementPolicy", "OrderedReady");
        spec.always("updateStrategy", strategy -> {
            strategy.put("type", "RollingUpdate");
            if (strategy.text("type").equals("RollingUpdate"))
                strategy.always("rollingUpdate", rolling -> rolling.put("partition", 0));
        });
        spec.always("persistentVolumeClaimRetentionPolicy", policy -> {
            policy.put("whenDeleted", "Retain");
            policy.put("whenScaled", "Retain");
        });
        spec.put("revisionHistoryLimit", HISTORY);
    }

    private static void definition(DefaultsDraft spec) {
        spec.within("names", names -> {
            var kind = names.text("kind");
            if (kind.isEmpty()) return;
            names.put("singular", kind.toLowerCase(Locale.ROOT));
            names.put("listKind", kind + "List");
        });
        spec.always("conversion", conversion -> conversion.put("strategy", "None"));
    }

    static void replicas(DefaultsDraft spec) {
        spec.put("replicas", 1);
        spec.within("template", Defaults::template);
    }

    private static void job(DefaultsDraft spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
            spec.put("parallelism", 1);
        }
        spec.put("parallelism", 1);
        spec.put("backoffLimit", 6);
        spec.put("completionMode", "NonIndexed");
        spec.put("podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        spec.put("suspend", Json.of(false));
        spec.within("template", Defaults::template);
    }

    private static void cronJob(DefaultsDraft spec) {
        spec.put("concurrencyPolicy", "Allow");
        spec.put("suspend", Json.of(false));
        spec.put("successfulJobsHistoryLimit", 3);
        spec.put("failedJobsHistoryLimit", 1);
        spec.within(
                "jobTemplate", template -> template.within("spec", job -> job.within("template", Defaults::template)));
    }

    private static void service(DefaultsDraft spec) {
        spec.put("type", "ClusterIP");
        spec.put("sessionAffinity", "None");
        spec.put("internalTrafficPolicy", "Cluster");
        spec.each("ports", port -> {
            port.put("protocol", "TCP");
            var number = port.get("port");
            if (number != null) port.put("targetPort", number);
        });
    }

    private static void nodeStatus(DefaultsDraft status) {
        var capacity = status.get("capacity");
        if (capacity != null) status.put("allocatable", capacity);
    }
}
