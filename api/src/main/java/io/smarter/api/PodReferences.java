package io.smarter.api;

import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * To what of the API a pod refers. A pod that a node runs on its own may refer to nothing (Kubernetes "Static Pods"), as it
 * must start without the API and would otherwise be a way to read what the node may not. Pure functions.
 */
public final class PodReferences {
    private PodReferences() {}

    /** The first kind of object to which a pod refers, such as {@code secrets}; null when there is none. */
    public static @Nullable String first(Pod pod) {
        var spec = pod.spec();
        if (isNamed(spec, "serviceAccountName") || isNamed(spec, "serviceAccount")) return "serviceaccounts";
        if (!spec.items("imagePullSecrets").isEmpty()) return "secrets";
        for (var container : pod.containersOfAllKinds()) {
            var found = ofContainer(container.tree());
            if (found != null) return found;
        }
        for (var volume : pod.volumes()) {
            var found = ofVolume(volume.tree());
            if (found != null) return found;
        }
        return spec.items("resourceClaims").isEmpty() ? null : "resourceclaims";
    }

    private static @Nullable String ofContainer(Json.Obj container) {
        for (var variable : container.items("env")) {
            if (variable.at("valueFrom", "secretKeyRef") != null) return "secrets";
            if (variable.at("valueFrom", "configMapKeyRef") != null) return "configmaps";
        }
        for (var from : container.items("envFrom")) {
            if (from.at("secretRef") != null) return "secrets";
            if (from.at("configMapRef") != null) return "configmaps";
        }
        return null;
    }

    private static @Nullable String ofVolume(Json.Obj volume) {
        for (var source : volume.items("projected", "sources")) {
            if (source.at("serviceAccountToken") != null) return "serviceaccounts";
            if (source.at("clusterTrustBundle") != null) return "clustertrustbundles";
            var found = ofFiles(source);
            if (found != null) return found;
        }
        boolean claims = volume.has("persistentVolumeClaim") || volume.has("ephemeral");
        return claims ? "persistentvolumeclaims" : ofFiles(volume);
    }

    private static @Nullable String ofFiles(Json source) {
        for (var kind : List.of("secret", "configMap")) {
            if (source.at(kind) != null) return kind.equals("secret") ? "secrets" : "configmaps";
        }
        return null;
    }

    private static boolean isNamed(Json.Obj spec, String member) {
        return !spec.textOrEmpty(member).isEmpty();
    }
}
