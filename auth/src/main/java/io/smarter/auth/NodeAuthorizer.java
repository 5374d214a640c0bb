package io.smarter.auth;

import io.smarter.api.Resource;
import io.smarter.requests.RequestPath;
import io.smarter.storage.NodePods;
import io.smarter.storage.Registry;
import io.smarter.storage.WatchHub;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.util.List;
import java.util.Optional;

/**
 * What a node may do: what its own pods need and no more (Kubernetes "Using Node Authorization"). Safe for use by many
 * threads.
 */
public final class NodeAuthorizer {
    private static final String LEASES_OF_NODES = "kube-node-lease";
    private static final long CATCH_UP_MILLIS = 1000;

    private final Registry registry;
    private final ApiType nodes;
    private final ApiType pods;
    private final ApiType volumes;
    private final NodePods nodePods;
    private final WatchHub hub;

    public NodeAuthorizer(Registry registry, Types types, NodePods nodePods, WatchHub hub) {
        this.registry = registry;
        this.nodes = types.of(Resource.NODES);
        this.pods = types.of(Resource.PODS);
        this.volumes = types.of(Resource.PERSISTENT_VOLUMES);
        this.nodePods = nodePods;
        this.hub = hub;
    }

    boolean allows(Attributes asked, RequestPath target, String node) {
        var verb = asked.verb();
        return switch (target.plural() + "." + target.group()) {
            case "nodes." -> onNode(verb, target, node);
            case "pods." -> onPod(asked, target, node);
            case "secrets.", "configmaps.", "persistentvolumeclaims." ->
                target.subresource().isEmpty() && reads(verb) && isReferred(target, node);
            case "persistentvolumes." ->
                target.subresource().isEmpty() && verb.equals("get") && isClaimed(target.name(), node);
            case "runtimeclasses.node.k8s.io" -> target.subresource().isEmpty() && reads(verb);
            case "serviceaccounts." ->
                verb.equals("create") && target.subresource().equals("token") && isReferred(target, node);
            case "events.", "events.events.k8s.io" ->
                verb.equals("create") || verb.equals("patch") || verb.equals("update");
            case "leases.coordination.k8s.io" ->
                target.namespace().equals(LEASES_OF_NODES)
                        && (verb.equals("create")
                                || target.name().equals(node)
                                        && List.of("get", "update", "patch").contains(verb));
            default -> false;
        };
    }

    /** The uid of a node's object; empty when there is none. */
    Optional<String> uid(String node) {
        return registry.find(nodes, "", node).map(found -> found.tree().textOrEmpty("metadata", "uid"));
    }

    private static boolean onNode(String verb, RequestPath target, String node) {
        boolean itself = target.subresource().isEmpty();
        if (verb.equals("create")) return itself;
        return (itself || target.subresource().equals("status"))
                && target.name().equals(node)
                && List.of("get", "list", "watch", "update", "patch").contains(verb);
    }

    private boolean onPod(Attributes asked, RequestPath target, String node) {
        boolean status = target.subresource().equals("status");
        if (!status && !target.subresource().isEmpty()) return false;
        return switch (asked.verb()) {
            case "list", "watch" -> node.equals(asked.node());
            case "get" -> isBound(target, node);
            case "create" -> !status;
            case "delete" -> !status && isBound(target, node);
            case "update", "patch" -> status && isBound(target, node);
            default -> false;
        };
    }

    /** A pod that is not there is told to be missing only to the node that could have had it: nobody knows, so to all. */
    private boolean isBound(RequestPath target, String node) {
        return registry.find(pods, target.namespace(), target.name())
                .map(pod -> pod.tree().textOrEmpty("spec", "nodeName").equals(node))
                .orElse(true);
    }

    private static boolean reads(String verb) {
        return verb.equals("get") || verb.equals("list") || verb.equals("watch");
    }

    private boolean isReferred(RequestPath target, String node) {
        return isReferred(target.plural(), target.namespace(), target.name(), node);
    }

    /** Whether a volume is bound to a claim of one of the node's pods. */
    private boolean isClaimed(String volume, String node) {
        return registry.find(volumes, "", volume)
                .map(found -> found.tree().object("spec", "claimRef"))
                .map(claim -> isReferred(
                        "persistentvolumeclaims", claim.textOrEmpty("namespace"), claim.textOrEmpty("name"), node))
                .orElse(false);
    }

    /** The index may be a moment behind the store: before it says no, it catches up. */
    private boolean isReferred(String plural, String namespace, String name, String node) {
        if (name.isEmpty() || namespace.isEmpty()) return false;
        if (nodePods.mayRead(node, plural, namespace, name)) return true;
        return hub.awaitTold(registry.store().revision(), CATCH_UP_MILLIS)
                && nodePods.mayRead(node, plural, namespace, name);
    }
}
