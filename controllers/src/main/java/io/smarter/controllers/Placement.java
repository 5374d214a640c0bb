package io.smarter.controllers;

import io.smarter.api.NodeSelector;
import io.smarter.api.Taint;
import io.smarter.api.Toleration;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which nodes the pods of a DaemonSet belong on (Kubernetes "DaemonSet", "How Daemon Pods are scheduled").
 *
 * @param nodeName the one node that the template names; empty if it names none
 */
record Placement(String nodeName, NodeSelector selector, List<Toleration> tolerations) {
    /** What a node is to a DaemonSet. */
    enum Fit {
        /** A pod belongs there. */
        RUN,
        /** No pod is put there, but one that is there stays. */
        KEEP,
        /** No pod belongs there. */
        NONE
    }

    /**
     * A node, as far as a DaemonSet cares.
     *
     * @param reachable false while nobody knows how it is, so that its pods are left alone
     */
    record Node(String name, Fit fit, boolean reachable) {}

    static Placement of(Json.Obj template) {
        var spec = template.object("spec");
        var tolerations = new ArrayList<>(Toleration.of(spec));
        for (var toleration : DaemonPods.tolerations(spec)) {
            tolerations.add(new Toleration(toleration.textOrEmpty("key"), true, "", toleration.textOrEmpty("effect")));
        }
        return new Placement(spec.textOrEmpty("nodeName"), NodeSelector.of(spec), List.copyOf(tolerations));
    }

    Node on(Json.Obj node) {
        var name = node.textOrEmpty("metadata", "name");
        return new Node(name, fit(name, node), reachable(node));
    }

    private Fit fit(String name, Json.Obj node) {
        if (!nodeName.isEmpty() && !nodeName.equals(name)) return Fit.NONE;
        if (!selector.matches(node)) return Fit.NONE;
        var taints = Taint.of(node);
        if (!tolerated(taints, Set.of(Taint.NO_EXECUTE))) return Fit.NONE;
        return tolerated(taints, Set.of(Taint.NO_SCHEDULE)) ? Fit.RUN : Fit.KEEP;
    }

    private boolean tolerated(List<Taint> taints, Set<String> effects) {
        var counting = taints.stream()
                .filter(taint -> effects.contains(taint.effect()))
                .toList();
        return Toleration.allTolerated(counting, tolerations);
    }

    static boolean reachable(Json.Obj node) {
        for (var condition : node.items("status", "conditions"))
            if (condition.textOrEmpty("type").equals("Ready"))
                return !condition.textOrEmpty("status").equals("Unknown");
        return true;
    }
}
