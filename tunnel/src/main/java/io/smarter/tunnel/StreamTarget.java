package io.smarter.tunnel;

import io.smarter.json.Json;
import io.smarter.requests.RefusedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pod, and the container in it, that a streaming request is for. */
final class StreamTarget {
    private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

    private final Json.Obj pod;

    StreamTarget(Json.Obj pod) {
        this.pod = pod;
    }

    /** The node that runs it; empty when it has none yet. */
    String node() {
        return pod.textOrEmpty("spec", "nodeName");
    }

    String assignedNode() throws RefusedException {
        if (node().isEmpty()) throw new RefusedException(400, "pod %s does not have a host assigned".formatted(name()));
        return node();
    }

    private String name() {
        return pod.textOrEmpty("metadata", "name");
    }

    /** The container that is meant when one is asked for, or none is (as kubectl and kube-apiserver choose). */
    String container(@Nullable String asked) throws RefusedException {
        var containers = names("containers");
        var others = new ArrayList<>(names("initContainers"));
        others.addAll(names("ephemeralContainers"));
        if (asked != null && !asked.isEmpty()) {
            if (containers.contains(asked) || others.contains(asked)) return asked;
            throw new RefusedException(400, "container %s is not valid for pod %s".formatted(asked, name()));
        }
        var preferred = pod.textOrEmpty("metadata", "annotations", DEFAULT_CONTAINER);
        if (containers.contains(preferred)) return preferred;
        if (containers.size() == 1) return containers.getFirst();
        var choice = "a container name must be specified for pod %s, choose one of: [%s]"
                .formatted(name(), String.join(" ", containers));
        var init = names("initContainers");
        if (!init.isEmpty()) choice += " or one of the init containers: [%s]".formatted(String.join(" ", init));
        throw new RefusedException(400, choice);
    }

    /** Whether a container was started with a terminal. */
    boolean terminal(String container) {
        return Stream.of("containers", "ephemeralContainers")
                .flatMap(list -> pod.items("spec", list).stream())
                .anyMatch(one -> one.textOrEmpty("name").equals(container) && one.flag("tty"));
    }

    /** A path of the kubelet's API: the verb, then namespace, pod and the given rest. */
    String path(String verb, String... rest) {
        var path = new StringBuilder("/").append(verb);
        path.append('/').append(encode(pod.textOrEmpty("metadata", "namespace")));
        path.append('/').append(encode(name()));
        for (var part : rest) path.append('/').append(encode(part));
        return path.toString();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private List<String> names(String kind) {
        return pod.items("spec", kind).stream()
                .map(container -> container.textOrEmpty("name"))
                .toList();
    }
}
