package io.smarter.apiserver;

import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.Registry;
import io.smarter.types.ApiType;
import java.util.ArrayList;

/** What a pod's runtime class adds to it (Kubernetes "Runtime Class"): its overhead, and where it runs. */
final class PodRuntime {
    private final Registry registry;
    private final ApiType classes;

    PodRuntime(Registry registry, ApiType classes) {
        this.registry = registry;
        this.classes = classes;
    }

    /** A pod that names a class that there is, or none. */
    Json.Obj added(Json.Obj pod) {
        var name = pod.textOrEmpty("spec", "runtimeClassName");
        var given = pod.at("spec", "overhead");
        if (name.isEmpty()) {
            if (given == null) return pod;
            throw PodAdmission.forbidden(
                    pod, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
        var chosen = registry.find(classes, "", name)
                .orElseThrow(() ->
                        PodAdmission.forbidden(pod, "pod rejected: RuntimeClass \"%s\" not found".formatted(name)))
                .tree();
        var overhead = chosen.at("overhead", "podFixed");
        if (given != null && (overhead == null || !SchemaValues.same(given, overhead)))
            throw PodAdmission.forbidden(
                    pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        var with = overhead == null ? pod : pod.withAt(overhead, "spec", "overhead");
        return onNodesOf(chosen.object("scheduling"), with);
    }

    /** A pod that goes where its runtime is, and bears what keeps others away. */
    private static Json.Obj onNodesOf(Json.Obj scheduling, Json.Obj pod) {
        var wanted = pod.object("spec", "nodeSelector");
        for (var label : scheduling.object("nodeSelector").members().entrySet()) {
            var had = wanted.get(label.getKey());
            if (had != null && !had.equals(label.getValue()))
                throw PodAdmission.forbidden(
                        pod,
                        "pod rejected: conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s"
                                .formatted(label.getKey(), label.getValue(), label.getKey(), had));
            wanted = wanted.with(label.getKey(), label.getValue());
        }
        var borne = new ArrayList<>(pod.items("spec", "tolerations"));
        for (var toleration : scheduling.items("tolerations")) if (!borne.contains(toleration)) borne.add(toleration);
        var placed = wanted.members().isEmpty() ? pod : pod.withAt(wanted, "spec", "nodeSelector");
        return borne.isEmpty() ? placed : placed.withAt(Json.arr(borne), "spec", "tolerations");
    }
}
