package io.smarter.storage;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pods bound to each node, and which secrets and config maps it may read for them: those to which they refer. Told of
 * every change of a pod before the node is. Safe for use by many threads.
 */
public final class NodePods {
    private static final System.Logger LOG = System.getLogger("io.smarter.storage");

    /** By node, then by the pod's key in the store: what the pod refers to. */
    private final Map<String, Map<String, Set<String>>> byNode = new ConcurrentHashMap<>();

    /** Knows of no pods yet. */
    public NodePods() {}

    /** Takes the pods that are there. */
    public void load(Store store, ApiType pods) {
        try {
            for (var entry : store.list(pods.folder(), null, 0, 0).entries()) load(new Stored(pods, entry));
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revision", e);
        }
    }

    /** An object that cannot be read must not keep the server from starting. */
    private void load(Stored pod) {
        try {
            put(pod);
        } catch (JsonException e) {
            LOG.log(ERROR, "pod cannot be read {key=%s}".formatted(pod.entry().key()), e);
        }
    }

    /** The keys of a node's pods in the store, in order. */
    List<String> keys(String node) {
        return byNode.getOrDefault(node, Map.of()).keySet().stream().sorted().toList();
    }

    public void changed(Change change) {
        var before = change.before();
        var now = change.now();
        if (before != null) remove(before);
        if (now != null) put(now);
    }

    /** @param plural secrets, configmaps, persistentvolumeclaims or serviceaccounts */
    public boolean mayRead(String node, String plural, String namespace, String name) {
        var wanted = plural + "/" + namespace + "/" + name;
        for (var references : byNode.getOrDefault(node, Map.of()).values())
            if (references.contains(wanted)) return true;
        return false;
    }

    private void put(Stored pod) {
        var node = pod.tree().textOrEmpty("spec", "nodeName");
        if (node.isEmpty()) return;
        var references = references(pod.tree());
        byNode.computeIfAbsent(node, _ -> new ConcurrentHashMap<>())
                .put(pod.entry().key(), references);
    }

    private void remove(Stored pod) {
        var node = pod.tree().textOrEmpty("spec", "nodeName");
        byNode.computeIfPresent(node, (_, pods) -> {
            pods.remove(pod.entry().key());
            return pods.isEmpty() ? null : pods;
        });
    }

    /** What a pod refers to, as {@code secrets/<namespace>/<name>}. */
    public static Set<String> references(Json.Obj pod) {
        var namespace = pod.textOrEmpty("metadata", "namespace");
        var found = new HashSet<String>();
        var spec = pod.object("spec");
        add(found, "serviceaccounts", namespace, spec.textOrEmpty("serviceAccountName"));
        for (var secret : spec.items("imagePullSecrets")) add(found, "secrets", namespace, secret.textOrEmpty("name"));
        for (var list : new String[] {"initContainers", "containers", "ephemeralContainers"}) {
            for (var container : spec.items(list)) ofContainer(container, namespace, found);
        }
        for (var volume : spec.items("volumes")) ofVolume(volume, namespace, found);
        return Set.copyOf(found);
    }

    private static void ofContainer(Json container, String namespace, Set<String> found) {
        for (var variable : container.items("env")) {
            add(found, "secrets", namespace, variable.textOrEmpty("valueFrom", "secretKeyRef", "name"));
            add(found, "configmaps", namespace, variable.textOrEmpty("valueFrom", "configMapKeyRef", "name"));
        }
        for (var source : container.items("envFrom")) {
            add(found, "secrets", namespace, source.textOrEmpty("secretRef", "name"));
            add(found, "configmaps", namespace, source.textOrEmpty("configMapRef", "name"));
        }
    }

    private static void ofVolume(Json volume, String namespace, Set<String> found) {
        add(found, "secrets", namespace, volume.textOrEmpty("secret", "secretName"));
        add(found, "configmaps", namespace, volume.textOrEmpty("configMap", "name"));
        add(found, "persistentvolumeclaims", namespace, volume.textOrEmpty("persistentVolumeClaim", "claimName"));
        for (var source : volume.items("projected", "sources")) {
            add(found, "secrets", namespace, source.textOrEmpty("secret", "name"));
            add(found, "configmaps", namespace, source.textOrEmpty("configMap", "name"));
        }
    }

    private static void add(Set<String> found, String plural, String namespace, String name) {
        if (!name.isEmpty()) found.add(plural + "/" + namespace + "/" + name);
    }
}
