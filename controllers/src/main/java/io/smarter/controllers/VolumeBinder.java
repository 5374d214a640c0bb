package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.Informer;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Binds claims to volumes that people made, and says of volumes whether they can be had (Kubernetes "Persistent Volumes").
 * A claim of a class that waits for its first consumer gets a volume on the node of the pod that uses it. Each step is
 * one write that the next look finds done, the volume's first, so that two claims never share one. Nothing here makes
 * storage or deletes it: a volume whose claim is gone is Released, whatever its policy.
 */
final class VolumeBinder implements AutoCloseable {
    private static final String BY_US = "pv.kubernetes.io/bound-by-controller";
    private static final String COMPLETED = "pv.kubernetes.io/bind-completed";

    private final ApiClient client;
    private final Cluster cluster;
    private final WorkQueue claims = new WorkQueue("claims", this::bind);
    private final WorkQueue volumes = new WorkQueue("volumes", this::tell);

    VolumeBinder(ApiClient client, Cluster cluster) {
        this.client = client;
        this.cluster = cluster;
        cluster.listen(Resource.PERSISTENT_VOLUME_CLAIMS, this::claimChanged);
        cluster.listen(Resource.PERSISTENT_VOLUMES, this::volumeChanged);
        cluster.listen(Resource.STORAGE_CLASSES, (_, _, _) -> lookAtPending());
        cluster.listen(Resource.PODS, (_, _, now) -> {
            if (now != null) Cluster.claims(now).forEach(claims::add);
        });
    }

    void start() {
        claims.start(1); // one after another, as each looks for what is free
        volumes.start(1);
    }

    @Override
    public void close() {
        try (claims) {
            volumes.close();
        }
    }

    private void claimChanged(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        claims.add(key);
        var either = now == null ? old : now;
        if (either != null) volumes.add(either.textOrEmpty("spec", "volumeName"));
    }

    private void volumeChanged(String name, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        volumes.add(name);
        var changed = now == null ? old : now;
        if (changed == null) return;
        if (VolumeMatch.isFree(changed)) lookAtPending();
        else claims.add(claimOf(changed));
    }

    private void lookAtPending() {
        for (var claim : cluster.all(Resource.PERSISTENT_VOLUME_CLAIMS))
            if (!isBound(claim)) claims.add(Informer.key(claim));
    }

    private static boolean isBound(Json.Obj claim) {
        return "Bound".equals(claim.text("status", "phase"));
    }

    private static String claimOf(Json.Obj volume) {
        var reference = volume.object("spec", "claimRef");
        return reference.textOrEmpty("namespace") + "/" + reference.textOrEmpty("name");
    }

    // ---- claims

    private @Nullable Duration bind(String key) throws IOException {
        var claim = cluster.get(Resource.PERSISTENT_VOLUME_CLAIMS, key);
        if (claim == null || claim.text("metadata", "deletionTimestamp") != null) return null;
        if (isBound(claim)) {
            if (isLost(claim)) setStatus(claim, Json.obj("phase", "Lost"));
            return null;
        }
        var nodes = nodesOf(key);
        if (nodes.isEmpty() && waits(claim)) return null;
        var found = VolumeMatch.of(claim, cluster.all(Resource.PERSISTENT_VOLUMES), nodes);
        if (found.isEmpty()) return null;
        try {
            bind(claim, found.get());
        } catch (ApiException e) {
            if (!e.notFound()) throw e; // else somebody deleted one of them, and the next look sees that
        }
        return null;
    }

    /** Whether what a claim was bound to is not there any more, also when asked: our copy may be behind. */
    private boolean isLost(Json.Obj claim) throws IOException {
        var name = claim.textOrEmpty("spec", "volumeName");
        var volume = cluster.get(Resource.PERSISTENT_VOLUMES, name);
        if (volume != null && VolumeMatch.isFor(volume, claim)) return false;
        try {
            return !VolumeMatch.isFor(client.get(Resource.PERSISTENT_VOLUMES, "", name), claim);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
            return true;
        }
    }

    private boolean waits(Json.Obj claim) {
        var name = claim.textOrEmpty("spec", "storageClassName");
        if (name.isEmpty() || !claim.textOrEmpty("spec", "volumeName").isEmpty()) return false;
        var storageClass = cluster.get(Resource.STORAGE_CLASSES, name);
        return storageClass != null && "WaitForFirstConsumer".equals(storageClass.text("volumeBindingMode"));
    }

    /** The nodes of the pods that use a claim. */
    private List<Json.Obj> nodesOf(String claim) {
        var nodes = new ArrayList<Json.Obj>();
        for (var pod : cluster.podsWith(claim)) {
            var name = pod.textOrEmpty("spec", "nodeName");
            var node = name.isEmpty() ? null : cluster.get(Resource.NODES, name);
            if (node != null) nodes.add(node);
        }
        return nodes;
    }

    private void bind(Json.Obj claim, Json.Obj volume) throws IOException {
        var name = volume.textOrEmpty("metadata", "name");
        var reference = reference(claim);
        if (!volume.object("spec", "claimRef").equals(reference)) {
            var metadata = at(volume);
            if (VolumeMatch.isFree(volume)) metadata = metadata.with("annotations", Json.obj(BY_US, "yes"));
            var patch = Json.obj("metadata", metadata, "spec", Json.obj("claimRef", reference));
            client.patch(Resource.PERSISTENT_VOLUMES, "", name, PatchType.MERGE, patch);
        }
        var annotations = Json.obj(COMPLETED, "yes");
        if (claim.textOrEmpty("spec", "volumeName").isEmpty()) annotations = annotations.with(BY_US, Json.of("yes"));
        var patch = Json.obj(
                "metadata",
                Json.obj("uid", claim.textOrEmpty("metadata", "uid"), "annotations", annotations),
                "spec",
                Json.obj("volumeName", name));
        var namespace = claim.textOrEmpty("metadata", "namespace");
        client.patch(
                Resource.PERSISTENT_VOLUME_CLAIMS,
                namespace,
                claim.textOrEmpty("metadata", "name"),
                PatchType.MERGE,
                patch);
        setStatus(
                claim,
                Json.obj(
                        "phase", "Bound",
                        "accessModes", volume.items("spec", "accessModes"),
                        "capacity", volume.object("spec", "capacity")));
    }

    private static Json.Obj reference(Json.Obj claim) {
        var metadata = claim.object("metadata");
        return Json.obj(
                "kind",
                "PersistentVolumeClaim",
                "namespace",
                metadata.textOrEmpty("namespace"),
                "name",
                metadata.textOrEmpty("name"),
                "uid",
                metadata.textOrEmpty("uid"),
                "apiVersion",
                "v1");
    }

    /** Has a patch fail where somebody changed the object since we saw it: it may be another's now. */
    private static Json.Obj at(Json.Obj object) {
        return Json.obj("resourceVersion", object.textOrEmpty("metadata", "resourceVersion"));
    }

    private void setStatus(Json.Obj claim, Json.Obj status) throws IOException {
        var patch = Json.obj("metadata", Json.obj("uid", claim.textOrEmpty("metadata", "uid")), "status", status);
        client.patch(
                Resource.PERSISTENT_VOLUME_CLAIMS,
                claim.textOrEmpty("metadata", "namespace"),
                claim.textOrEmpty("metadata", "name"),
                PatchType.MERGE,
                patch,
                "status");
    }

    // ---- volumes

    private @Nullable Duration tell(String name) throws IOException {
        var volume = cluster.get(Resource.PERSISTENT_VOLUMES, name);
        if (volume == null) return null;
        var phase = phase(volume);
        if (phase.equals(volume.text("status", "phase"))) return null;
        try {
            var patch = Json.obj("metadata", at(volume), "status", Json.obj("phase", phase));
            client.patch(Resource.PERSISTENT_VOLUMES, "", name, PatchType.MERGE, patch, "status");
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
        }
        return null;
    }

    private String phase(Json.Obj volume) {
        if (volume.textOrEmpty("spec", "claimRef", "uid").isEmpty()) return "Available";
        var claim = cluster.get(Resource.PERSISTENT_VOLUME_CLAIMS, claimOf(volume));
        return claim != null && VolumeMatch.isFor(volume, claim) ? "Bound" : "Released";
    }
}
