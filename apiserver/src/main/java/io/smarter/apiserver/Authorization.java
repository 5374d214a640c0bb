package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.List;

/**
 * Who may do what: administrators everything, a node what its own pods need and no more (Kubernetes "Using Node
 * Authorization"), nobody else anything. Safe for use by many threads.
 */
final class Authorization {
    private static final String LEASES_OF_NODES = "kube-node-lease";
    private static final long CATCH_UP_MILLIS = 1000;

    private final Registry registry;
    private final NodePods nodePods;
    private final WatchHub hub;

    Authorization(Registry registry, NodePods nodePods, WatchHub hub) {
        this.registry = registry;
        this.nodePods = nodePods;
        this.hub = hub;
    }

    /** Refuses what the one who asks may not do. */
    void check(ApiRequest request) {
        var subject = request.subject();
        if (subject.administrator()) return;
        var node = subject.node();
        if (node.isEmpty()) throw forbidden(request, "").error();
        if (!nodeMay(request, node.get()))
            throw forbidden(request, ": no relationship found between node '%s' and this object".formatted(node.get()))
                    .error();
    }

    /** Refuses what a node may not make or write, seen from what it sent. */
    static void checkContent(ApiRequest request, Json.Obj sent, Json.Obj old) {
        var node = request.subject().node();
        if (node.isEmpty() || request.subject().administrator()) return;
        NodeRestriction.check(request, node.get(), sent, old);
    }

    private boolean nodeMay(ApiRequest request, String node) {
        var verb = request.verb();
        return switch (request.type().resource().plural()) {
            case "nodes" -> onNode(request, node);
            case "pods" -> onPod(request, node);
            case "secrets", "configmaps" -> reads(verb) && isReferred(request, node);
            case "events" -> verb.equals("create") || verb.equals("patch") || verb.equals("update");
            case "leases" ->
                request.namespace().equals(LEASES_OF_NODES)
                        && (verb.equals("create")
                                || request.name().equals(node)
                                        && List.of("get", "update", "patch").contains(verb));
            default -> false;
        };
    }

    private static boolean onNode(ApiRequest request, String node) {
        var verb = request.verb();
        if (verb.equals("create")) return request.subresource().isEmpty();
        if (verb.equals("list") || verb.equals("watch"))
            return request.name().equals(node)
                    || node.equals(request.selection().name());
        return request.name().equals(node) && List.of("get", "update", "patch").contains(verb);
    }

    private boolean onPod(ApiRequest request, String node) {
        boolean status = request.subresource().equals("status");
        if (!status && !request.subresource().isEmpty()) return false;
        return switch (request.verb()) {
            case "list", "watch" -> node.equals(request.selection().node());
            case "get" -> isBound(request, node);
            case "delete" -> !status && isBound(request, node);
            case "update", "patch" -> status && isBound(request, node);
            default -> false;
        };
    }

    /** A pod that is not there is told to be missing only to the node that could have had it: nobody knows, so to all. */
    private boolean isBound(ApiRequest request, String node) {
        return registry.find(request.type(), request.namespace(), request.name())
                .map(pod -> pod.tree().textOrEmpty("spec", "nodeName").equals(node))
                .orElse(true);
    }

    private static boolean reads(String verb) {
        return verb.equals("get") || verb.equals("list") || verb.equals("watch");
    }

    /** The index may be a moment behind the store: before it says no, it catches up. */
    private boolean isReferred(ApiRequest request, String node) {
        var plural = request.type().resource().plural();
        var selected = request.name().isEmpty() ? request.selection().name() : request.name();
        if (selected == null || request.namespace().isEmpty()) return false;
        if (nodePods.mayRead(node, plural, request.namespace(), selected)) return true;
        return hub.awaitTold(registry.store().revision(), CATCH_UP_MILLIS)
                && nodePods.mayRead(node, plural, request.namespace(), selected);
    }

    private static Status forbidden(ApiRequest request, String why) {
        var resource = request.type().resource();
        var what =
                request.subresource().isEmpty() ? resource.plural() : resource.plural() + "/" + request.subresource();
        var place = request.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"" + request.namespace() + "\"";
        return Status.forbidden(
                resource,
                request.name(),
                "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s%s"
                        .formatted(request.subject().commonName(), request.verb(), what, resource.group(), place, why));
    }
}
