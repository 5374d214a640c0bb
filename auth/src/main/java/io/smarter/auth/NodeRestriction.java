package io.smarter.auth;

import io.smarter.api.NodeAnnotations;
import io.smarter.api.Pod;
import io.smarter.api.PodReferences;
import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.storage.ApiRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a node may not say of itself, or make (Kubernetes "NodeRestriction"): by its taints and by labels that
 * only others give, it would choose what runs on it.
 */
final class NodeRestriction {
    private static final String RESERVED = "node-restriction.kubernetes.io";
    private static final List<String> OF_KUBERNETES = List.of("kubernetes.io", "k8s.io");
    private static final List<String> OF_NODES = List.of("kubelet.kubernetes.io", "node.kubernetes.io");

    private static final Set<String> ITS_OWN = Set.of(
            "kubernetes.io/hostname",
            "kubernetes.io/os",
            "kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/instance-type",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region");

    private NodeRestriction() {}

    /**
     * @param uids the uid of a node's object by its name; empty when there is none
     * @param old what is there; empty when it is made
     */
    static void check(
            ApiRequest request, String node, Function<String, Optional<String>> uids, Json.Obj sent, Json.Obj old) {
        var plural = request.type().resource().plural();
        if (plural.equals("pods") && request.subresource().equals("status")) {
            if (!changedLabels(sent, old).isEmpty())
                throw refused(request, sent, "node \"%s\" cannot update labels through pod status".formatted(node));
            return;
        }
        if (plural.equals("pods")) {
            if (!old.members().isEmpty()) return;
            notAMirror(new Pod(sent), node, uids).ifPresent(why -> {
                throw refused(request, sent, why);
            });
            return;
        }
        if (!plural.equals("nodes") && !plural.equals("leases")) return;
        if (!sent.textOrEmpty("metadata", "name").equals(node))
            throw refused(
                    request,
                    sent,
                    "node \"%s\" is not allowed to write the %s of another"
                            .formatted(node, request.type().singular()));
        if (!plural.equals("nodes")) return;
        boolean made = old.members().isEmpty();
        var labels = changedLabels(sent, old);
        labels.removeIf(label -> !restricted(label));
        if (!labels.isEmpty())
            throw refused(
                    request,
                    sent,
                    (made ? "is not allowed to set the following labels: " : "is not allowed to modify labels: ")
                            + String.join(", ", labels));
        if (!made && !sent.items("spec", "taints").equals(old.items("spec", "taints")))
            throw refused(request, sent, "node \"%s\" is not allowed to modify taints".formatted(node));
        if (!Objects.equals(agentVersion(sent), agentVersion(old)))
            throw refused(
                    request,
                    sent,
                    "node \"%s\" is not allowed to modify annotation %s"
                            .formatted(node, NodeAnnotations.AGENT_VERSION));
        if (!sent.items("metadata", "ownerReferences").equals(old.items("metadata", "ownerReferences")))
            throw refused(request, sent, "node \"%s\" is not allowed to modify ownerReferences".formatted(node));
    }

    /** Why a node may not make a pod: it makes those that show what it runs on its own, and no others. */
    private static Optional<String> notAMirror(Pod pod, String node, Function<String, Optional<String>> uids) {
        if (!pod.isMirror())
            return Optional.of("pod does not have \"%s\" annotation, node \"%s\" can only create mirror pods"
                    .formatted(Pod.MIRROR, node));
        if (!node.equals(pod.spec().text("nodeName")))
            return Optional.of("node \"%s\" can only create pods with spec.nodeName set to itself".formatted(node));
        var owners = pod.tree().items("metadata", "ownerReferences");
        if (owners.size() > 1)
            return Optional.of(
                    "node \"%s\" can only create pods with a single owner reference set to itself".formatted(node));
        var wrong = notItself(owners.isEmpty() ? Json.Obj.EMPTY : owners.getFirst(), node, uids);
        if (wrong.isPresent()) return wrong;
        return Optional.ofNullable(PodReferences.of(pod).refusedToStatic())
                .map(reference -> "node \"%s\" can not create pods that reference %s".formatted(node, reference));
    }

    private static Optional<String> notItself(Json owner, String node, Function<String, Optional<String>> uids) {
        boolean itself = "v1".equals(owner.text("apiVersion"))
                && "Node".equals(owner.text("kind"))
                && node.equals(owner.text("name"));
        if (!itself)
            return Optional.of(
                    "node \"%s\" can only create pods with an owner reference set to itself".formatted(node));
        if (!owner.flag("controller"))
            return Optional.of(
                    "node \"%s\" can only create pods with a controller owner reference set to itself".formatted(node));
        if (owner.flag("blockOwnerDeletion"))
            return Optional.of("node \"%s\" must not set blockOwnerDeletion on an owner reference".formatted(node));
        var uid = uids.apply(node)
                .orElseThrow(() -> Status.notFound(Resource.NODES, node).error());
        return uid.equals(owner.textOrEmpty("uid"))
                ? Optional.empty()
                : Optional.of(
                        "node %s UID mismatch: expected %s got %s".formatted(node, owner.textOrEmpty("uid"), uid));
    }

    private static StatusException refused(ApiRequest request, Json.Obj sent, String why) {
        return Status.forbidden(request.type().resource(), sent.textOrEmpty("metadata", "name"), why)
                .error();
    }

    private static @Nullable String agentVersion(Json.Obj node) {
        return node.text("metadata", "annotations", NodeAnnotations.AGENT_VERSION);
    }

    private static List<String> changedLabels(Json.Obj sent, Json.Obj old) {
        var now = sent.texts("metadata", "labels");
        var before = old.texts("metadata", "labels");
        var names = new TreeSet<>(now.keySet());
        names.addAll(before.keySet());
        names.removeIf(name -> Objects.equals(now.get(name), before.get(name)));
        return new ArrayList<>(names);
    }

    private static boolean restricted(String label) {
        int slash = label.indexOf('/');
        var domain = slash < 0 ? "" : label.substring(0, slash);
        if (in(domain, RESERVED)) return true;
        boolean ofKubernetes = OF_KUBERNETES.stream().anyMatch(of -> in(domain, of));
        return ofKubernetes && !ITS_OWN.contains(label) && OF_NODES.stream().noneMatch(of -> in(domain, of));
    }

    private static boolean in(String domain, String of) {
        return domain.equals(of) || domain.endsWith("." + of);
    }
}
