package io.smarter.api;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * To what of the API a pod refers. A pod that a node runs on its own may refer to nothing (Kubernetes "Static Pods"), as it
 * must start without the API and would otherwise be a way to read what the node may not. Immutable.
 *
 * @param objects in the order of the pod's account, pull secrets, containers, volumes and claims of devices
 * @param unknown sources of volumes, files and variables of which we cannot say that they refer to nothing
 */
public record PodReferences(List<Reference> objects, List<String> unknown) {
    private static final Set<String> PLAIN_VOLUMES = Set.of("name", "emptyDir", "hostPath", "downwardAPI", "image");
    private static final Set<String> PLAIN_VARIABLES = Set.of("fieldRef", "resourceFieldRef", "fileKeyRef");

    private static final Map<String, Source> VOLUMES = Map.of(
            "secret", new Source("secrets", "secretName"),
            "configMap", new Source("configmaps", "name"),
            "persistentVolumeClaim", new Source("persistentvolumeclaims", "claimName"),
            "ephemeral", new Source("persistentvolumeclaims", ""));

    private static final Map<String, Source> PROJECTIONS = Map.of(
            "secret", new Source("secrets", "name"),
            "configMap", new Source("configmaps", "name"),
            "serviceAccountToken", new Source("serviceaccounts", ""),
            "clusterTrustBundle", new Source("clustertrustbundles", "name"),
            "podCertificate", new Source("podcertificaterequests", ""));

    private static final Map<String, Source> VARIABLES =
            Map.of("secretKeyRef", new Source("secrets", "name"), "configMapKeyRef", new Source("configmaps", "name"));

    private static final Map<String, Source> ENVIRONMENTS =
            Map.of("secretRef", new Source("secrets", "name"), "configMapRef", new Source("configmaps", "name"));

    /**
     * An object of the pod's namespace, or of none.
     *
     * @param plural the resource, such as {@code secrets}
     * @param name empty where the pod does not name it, as with tokens, which are of the pod's own account
     */
    public record Reference(String plural, String name) {}

    /** @param member which names the object; empty when none does */
    private record Source(String plural, String member) {
        Reference in(Json source) {
            return new Reference(plural, member.isEmpty() ? "" : source.textOrEmpty(member));
        }
    }

    public PodReferences {
        objects = List.copyOf(objects);
        unknown = List.copyOf(unknown);
    }

    public static PodReferences of(Pod pod) {
        var walk = new Walk();
        var spec = pod.spec();
        for (var account : List.of("serviceAccountName", "serviceAccount"))
            if (!spec.textOrEmpty(account).isEmpty())
                walk.objects.add(new Reference("serviceaccounts", spec.textOrEmpty(account)));
        for (var secret : spec.items("imagePullSecrets")) walk.objects.add(new Source("secrets", "name").in(secret));
        for (var container : pod.containersOfAllKinds()) walk.container(container.tree());
        for (var volume : pod.volumes()) walk.volume(volume.tree());
        for (var claim : spec.items("resourceClaims"))
            walk.objects.add(new Source("resourceclaims", "resourceClaimName").in(claim));
        return new PodReferences(walk.objects, walk.unknown);
    }

    /** The first of what such a pod may not refer to, such as {@code secrets}; null when it may refer to all of it. */
    public @Nullable String refusedToStatic() {
        return Stream.concat(objects.stream().map(Reference::plural), unknown.stream())
                .findFirst()
                .orElse(null);
    }

    private static final class Walk {
        final List<Reference> objects = new ArrayList<>();
        final List<String> unknown = new ArrayList<>();

        void container(Json.Obj container) {
            for (var variable : container.items("env"))
                sources(variable.object("valueFrom"), VARIABLES, PLAIN_VARIABLES, "the source of variables");
            for (var from : container.items("envFrom"))
                sources(from.object(), ENVIRONMENTS, Set.of("prefix"), "the source of variables");
        }

        void volume(Json.Obj volume) {
            for (var source : volume.items("projected", "sources"))
                sources(source.object(), PROJECTIONS, Set.of("downwardAPI"), "the projected source");
            sources(volume.without("projected"), VOLUMES, PLAIN_VOLUMES, "the volume source");
        }

        private void sources(Json.Obj holder, Map<String, Source> known, Set<String> plain, String what) {
            holder.members().forEach((member, value) -> {
                if (value instanceof Json.Null || plain.contains(member)) return;
                var source = known.get(member);
                if (source == null) unknown.add("%s \"%s\"".formatted(what, member));
                else objects.add(source.in(value));
            });
        }
    }
}
