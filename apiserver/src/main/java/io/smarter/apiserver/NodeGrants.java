package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which secrets and config maps each node may read: those to which the pods bound to it refer. Told of every change of a
 * pod before the node is. Safe for use by many threads.
 */
final class NodeGrants {
    private final Map<String, Map<String, Set<String>>> byNode = new ConcurrentHashMap<>();

    /** Takes the pods that are there. */
    void load(Registry registry, ApiType pods) {
        for (var pod : new Lists(registry).all(pods, "", Selection.EVERYTHING).objects()) put(pod);
    }

    void changed(Change change) {
        var before = change.before();
        var now = change.now();
        if (before != null) remove(before);
        if (now != null) put(now);
    }

    /** @param plural secrets or configmaps */
    boolean mayRead(String node, String plural, String namespace, String name) {
        var wanted = plural + "/" + namespace + "/" + name;
        for (var references : byNode.getOrDefault(node, Map.of()).values())
            if (references.contains(wanted)) return true;
        return false;
    }

    private void put(Stored pod) {
        var node = pod.tree().textOrEmpty("spec", "nodeName");
        if (node.isEmpty()) return;
        var references = references(pod.tree());
        byNode.computeIfAbsent(node, _ -> new ConcurrentHashMap<>()).put(key(pod), references);
    }

    private void remove(Stored pod) {
        var node = pod.tree().textOrEmpty("spec", "nodeName");
        byNode.computeIfPresent(node, (_, pods) -> {
            pods.remove(key(pod));
            return pods.isEmpty() ? null : pods;
        });
    }

    private static String key(Stored pod) {
        return pod.tree().textOrEmpty("metadata", "namespace") + "/"
                + pod.tree().textOrEmpty("metadata", "name");
    }

    /** What a pod refers to, as {@code secrets/<namespace>/<name>}. */
    static Set<String> references(Json.Obj pod) {
        var namespace = pod.textOrEmpty("metadata", "namespace");
        var found = new HashSet<String>();
        var spec = pod.object("spec");
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
        for (var source : volume.items("projected", "sources")) {
            add(found, "secrets", namespace, source.textOrEmpty("secret", "name"));
            add(found, "configmaps", namespace, source.textOrEmpty("configMap", "name"));
        }
    }

    private static void add(Set<String> found, String plural, String namespace, String name) {
        if (!name.isEmpty()) found.add(plural + "/" + namespace + "/" + name);
    }
}
