package io.smarter.gateway;

import io.smarter.api.Names;
import io.smarter.api.Pod;
import io.smarter.api.PodReferences;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * A pod that the node runs on its own, from a file (Kubernetes "Static Pods"), and what mirrors it in the cloud. Pure
 * functions.
 */
final class StaticPod {
    static final String SOURCE = "kubernetes.io/config.source";
    private static final String FILE = "file";
    private static final String HASH = "kubernetes.io/config.hash";
    private static final int UID_LENGTH = 32;

    private StaticPod() {}

    /** Whether the node runs a pod on its own. */
    static boolean is(Pod pod) {
        return FILE.equals(pod.metadata().annotations().get(SOURCE));
    }

    /** What it means that nobody wants a pod any more. */
    static String gone(Pod pod) {
        return is(pod) ? "its manifest is gone or says something else" : "the cloud has no such pod any more";
    }

    /** Whether a pod of the cloud shows this one as it is. */
    static boolean isMirrored(Pod pod, Pod mirror) {
        return pod.uid().equals(mirror.metadata().annotations().get(Pod.MIRROR));
    }

    /**
     * Reads a manifest, YAML or JSON.
     *
     * @param file its path, which makes equal pods of two files different ones
     * @param node the node's name, which becomes a part of the pod's
     * @throws ConfigException if that is no pod that can run; the message says why
     */
    static Pod read(Path file, byte[] manifest, String node) throws ConfigException {
        var tree = parse(manifest);
        if (!"Pod".equals(tree.text("kind")) || !"v1".equals(tree.text("apiVersion")))
            throw new ConfigException("must be a Pod of apiVersion v1, was a '%s' of '%s'"
                    .formatted(tree.textOrEmpty("kind"), tree.textOrEmpty("apiVersion")));
        check(tree, node);
        var uid = uid(tree, file, node);
        var metadata = tree.object("metadata");
        var namespace = metadata.textOrEmpty("namespace");
        var annotations = metadata.object("annotations")
                .without(Pod.MIRROR)
                .with(SOURCE, Json.of(FILE))
                .with(HASH, Json.of(uid));
        return new Pod(Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Json.obj(
                        "name",
                        name(metadata, node),
                        "namespace",
                        namespace.isEmpty() ? "default" : namespace,
                        "uid",
                        uid,
                        "labels",
                        metadata.object("labels"),
                        "annotations",
                        annotations),
                "spec",
                spec(tree.object("spec"), node)));
    }

    private static Json.Obj parse(byte[] manifest) throws ConfigException {
        try {
            // The reader of YAML costs memory, so who writes JSON is spared it.
            boolean json = manifest.length > 0 && manifest[0] == '{';
            if ((json ? Json.parse(manifest) : Yaml.parse(manifest)) instanceof Json.Obj tree) return tree;
        } catch (JsonException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        throw new ConfigException("must be one object");
    }

    private static String name(Json metadata, String node) {
        return metadata.textOrEmpty("name") + "-" + node.toLowerCase(Locale.ROOT);
    }

    /** It is bound already, and stays when the node is to be emptied. */
    private static Json.Obj spec(Json.Obj spec, String node) {
        var stays = Json.obj("operator", "Exists", "effect", "NoExecute");
        return spec.with("nodeName", Json.of(node))
                .with("tolerations", new Json.Arr(spec.items("tolerations")).plus(stays));
    }

    // ---- what may be wrong with it

    private static void check(Json.Obj tree, String node) throws ConfigException {
        check(
                "metadata.name",
                name(tree.object("metadata"), node),
                Names.subdomain(name(tree.object("metadata"), node)));
        if (tree.textOrEmpty("metadata", "name").isEmpty()) throw new ConfigException("metadata.name: must be given");
        var namespace = tree.textOrEmpty("metadata", "namespace");
        if (!namespace.isEmpty()) check("metadata.namespace", namespace, Names.label(namespace));
        var pod = new Pod(tree);
        if (!pod.ephemeralContainers().isEmpty())
            throw new ConfigException("static pods do not support ephemeral containers");
        if (pod.containers().isEmpty()) throw new ConfigException("spec.containers: must hold at least one");
        var names = new HashSet<String>();
        for (var container : pod.allContainers()) {
            check("container name", container.name(), Names.label(container.name()));
            if (!names.add(container.name()))
                throw new ConfigException(
                        "container name: must be given once, '%s' is not".formatted(container.name()));
            if (container.image().isEmpty())
                throw new ConfigException("container '%s': must have an image".formatted(container.name()));
        }
        for (var volume : pod.volumes()) check("volume name", volume.name(), Names.label(volume.name()));
        var reference = PodReferences.of(pod).refusedToStatic();
        if (reference != null) throw new ConfigException("static pods may not reference " + reference);
    }

    private static void check(String subject, String value, List<String> problems) throws ConfigException {
        if (!problems.isEmpty())
            throw new ConfigException("%s: %s, was '%s'".formatted(subject, problems.getFirst(), value));
    }

    // ---- who it is

    /** Another pod once the manifest says something else, and the same one after a restart. */
    private static String uid(Json.Obj tree, Path file, String node) {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            hash.update(sorted(tree).bytes());
            hash.update("host:%s file:%s".formatted(node, file).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash.digest()).substring(0, UID_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** The order of members says nothing. */
    private static Json sorted(Json value) {
        return switch (value) {
            case Json.Obj(var members) -> {
                var sorted = new TreeMap<String, Json>();
                members.forEach((name, member) -> sorted.put(name, sorted(member)));
                yield new Json.Obj(sorted);
            }
            case Json.Arr(var items) ->
                new Json.Arr(items.stream().map(StaticPod::sorted).toList());
            default -> value;
        };
    }

    // ---- its mirror

    /** What shows a pod in the cloud; it goes with its Node. */
    static Json.Obj mirror(Pod pod, String node, String nodeUid) {
        var owner = Json.obj("apiVersion", "v1", "kind", "Node", "name", node, "uid", nodeUid, "controller", true);
        return pod.tree()
                .without("status")
                .withoutAt("metadata", "uid")
                .withAt(Json.of(pod.uid()), "metadata", "annotations", Pod.MIRROR)
                .withAt(Json.arr(owner), "metadata", "ownerReferences");
    }
}
