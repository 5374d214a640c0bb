package io.smarter.controllers;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes the pods of a DaemonSet from its template. */
final class DaemonPods {
    private static final String GENERATION_LABEL = "pod-template-generation";
    private static final String GENERATION_ANNOTATION = "deprecated.daemonset.template.generation";
    private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX = 5;
    private static final int MAX_BASE = 58;

    private DaemonPods() {}

    /** A new name of a pod: that of its DaemonSet and five random characters. */
    static String name(DaemonSet of, RandomGenerator random) {
        var name = new StringBuilder(of.name());
        name.setLength(Math.min(name.length(), MAX_BASE - 1));
        name.append('-');
        for (int i = 0; i < SUFFIX; i++) name.append(SUFFIX_ALPHABET.charAt(random.nextInt(SUFFIX_ALPHABET.length())));
        return name.toString();
    }

    /** The pod of a DaemonSet on a node, bound to it. */
    static Json.Obj make(DaemonSet of, String name, String node, String hash) {
        var template = of.template();
        var metadata = Json.obj(
                "name", name,
                "generateName", of.name() + "-",
                "namespace", of.namespace(),
                "labels", labels(of, hash),
                "annotations", template.at("metadata", "annotations"),
                "ownerReferences", List.of(of.ownerReference()));
        var spec =
                template.object("spec").with("nodeName", Json.of(node)).with("tolerations", allTolerations(template));
        return Json.obj("apiVersion", "v1", "kind", "Pod", "metadata", metadata, "spec", spec);
    }

    private static Json.Obj labels(DaemonSet of, String hash) {
        var generation = of.object().text("metadata", "annotations", GENERATION_ANNOTATION);
        return of.template()
                .object("metadata", "labels")
                .with(DaemonPod.HASH_LABEL, Json.of(hash))
                .with(GENERATION_LABEL, Json.of(generation != null ? generation : String.valueOf(of.generation())));
    }

    private static Json.Arr allTolerations(Json.Obj template) {
        var tolerations = new ArrayList<>(template.items("spec", "tolerations"));
        for (var toleration : tolerations(template.object("spec")))
            if (!tolerations.contains(toleration)) tolerations.add(toleration);
        return new Json.Arr(tolerations);
    }

    /** What every pod of a DaemonSet tolerates: being there is its purpose, whatever the state of the node. */
    static List<Json.Obj> tolerations(Json.Obj podSpec) {
        var tolerations = new ArrayList<Json.Obj>();
        tolerations.add(toleration("not-ready", "NoExecute"));
        tolerations.add(toleration("unreachable", "NoExecute"));
        tolerations.add(toleration("disk-pressure", "NoSchedule"));
        tolerations.add(toleration("memory-pressure", "NoSchedule"));
        tolerations.add(toleration("pid-pressure", "NoSchedule"));
        tolerations.add(toleration("unschedulable", "NoSchedule"));
        if (podSpec.flag("hostNetwork")) tolerations.add(toleration("network-unavailable", "NoSchedule"));
        return tolerations;
    }

    private static Json.Obj toleration(String taint, String effect) {
        return Json.obj("key", "node.kubernetes.io/" + taint, "operator", "Exists", "effect", effect);
    }
}
