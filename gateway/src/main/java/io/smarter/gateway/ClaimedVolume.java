package io.smarter.gateway;

import io.smarter.api.NodeSelector;
import io.smarter.api.Volume.Source;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Storage of this node to which a claim is bound (Kubernetes "Persistent Volumes", {@code local} and {@code hostPath}). The
 * cloud binds claims.
 */
record ClaimedVolume(Configs configs, String node) {
    static final String CLAIM = "PersistentVolumeClaim";
    static final String VOLUME = "PersistentVolume";
    private static final String HOSTNAME = "kubernetes.io/hostname";

    /** The volume's path; {@code owned} says whether files in it are to belong to the pod's group. */
    record Place(Path path, boolean owned) {}

    /**
     * Where the storage of a claim is.
     *
     * @throws ConfigException if it is not bound, or not to storage of this node
     */
    Place find(String namespace, String claim) throws IOException, ConfigException {
        var at = "error processing PVC %s/%s: ".formatted(namespace, claim);
        var bound = configs.find(CLAIM, namespace, claim);
        if (bound == null)
            throw new ConfigException(at
                    + "failed to fetch PVC from API server: persistentvolumeclaims \"%s\" not found".formatted(claim));
        var name = volumeOf(bound);
        if (name == null) throw new ConfigException(at + "PVC is not bound");
        var volume = configs.find(VOLUME, "", name);
        if (volume == null)
            throw new ConfigException(
                    at + "failed to fetch PV %s from API server: persistentvolumes \"%1$s\" not found".formatted(name));
        if (!isBound(volume, bound)) throw new ConfigException(at + "PV %s is not bound to it".formatted(name));
        return place(volume.object("spec"), name);
    }

    /** The name of the volume to which a claim is bound; null while it is not. */
    static @Nullable String volumeOf(Json.Obj claim) {
        var name = claim.textOrEmpty("spec", "volumeName");
        return name.isEmpty() || !"Bound".equals(claim.text("status", "phase")) ? null : name;
    }

    /** Whether a volume, as far as there is one, says that it is a claim's. */
    static boolean isBound(Json.@Nullable Obj volume, Json.@Nullable Obj claim) {
        return volume != null
                && claim != null
                && volume.textOrEmpty("spec", "claimRef", "uid").equals(claim.textOrEmpty("metadata", "uid"));
    }

    private Place place(Json.Obj spec, String name) throws IOException, ConfigException {
        if ("Block".equals(spec.text("volumeMode")))
            throw new ConfigException("PV %s: volumeMode Block is not supported".formatted(name));
        if (!isHere(spec)) throw new ConfigException("PV %s: storage is not on node %s".formatted(name, node));
        if (spec.has("hostPath")) {
            var source =
                    new Source.HostPath(spec.textOrEmpty("hostPath", "path"), spec.textOrEmpty("hostPath", "type"));
            return new Place(HostPath.check(source), false);
        }
        if (!spec.has("local")) throw new ConfigException("PV %s: is neither local nor hostPath".formatted(name));
        var path = Path.of(spec.textOrEmpty("local", "path"));
        if (!path.isAbsolute() || !Files.isDirectory(path))
            throw new ConfigException("PV %s: path \"%s\" does not exist".formatted(name, path));
        return new Place(path, true);
    }

    /** Only by the node's name can we tell; of other labels the cloud knows. */
    private boolean isHere(Json.Obj spec) {
        if (!(spec.at("nodeAffinity", "required") instanceof Json.Obj required)) return true;
        boolean byName = required.items("nodeSelectorTerms").stream()
                .flatMap(term -> term.items("matchExpressions").stream())
                .allMatch(expression -> HOSTNAME.equals(expression.text("key")));
        if (!byName) return true;
        var affinity = Json.obj("nodeAffinity", Json.obj("requiredDuringSchedulingIgnoredDuringExecution", required));
        var itself = Json.obj("metadata", Json.obj("name", node, "labels", Json.obj(HOSTNAME, node)));
        return NodeSelector.of(Json.obj("affinity", affinity)).matches(itself);
    }
}
