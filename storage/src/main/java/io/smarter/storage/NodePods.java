package io.smarter.storage;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.api.Pod;
import io.smarter.api.PodReferences;
import io.smarter.json.JsonException;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

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
        var wanted = key(plural, namespace, name);
        for (var references : byNode.getOrDefault(node, Map.of()).values())
            if (references.contains(wanted)) return true;
        return false;
    }

    private void put(Stored stored) {
        var pod = new Pod(stored.tree());
        var node = pod.spec().textOrEmpty("nodeName");
        if (node.isEmpty()) return;
        var references = PodReferences.of(pod).objects().stream()
                .filter(one -> !one.name().isEmpty())
                .map(one -> key(one.plural(), pod.namespace(), one.name()))
                .collect(Collectors.toUnmodifiableSet());
        byNode.computeIfAbsent(node, _ -> new ConcurrentHashMap<>())
                .put(stored.entry().key(), references);
    }

    private void remove(Stored pod) {
        var node = pod.tree().textOrEmpty("spec", "nodeName");
        byNode.computeIfPresent(node, (_, pods) -> {
            pods.remove(pod.entry().key());
            return pods.isEmpty() ? null : pods;
        });
    }

    private static String key(String plural, String namespace, String name) {
        return plural + "/" + namespace + "/" + name;
    }
}
