package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a pod may learn about itself (Kubernetes "Downward API").
 *
 * @param node the node's name and addresses, and what it can give to containers without limits
 */
record Fields(Pod pod, Node node, List<String> podIps) {
    /** The node as a pod sees it; cores in thousandths, memory in bytes. */
    record Node(String name, String address, long cores, long memory) {}

    /**
     * The value of a field such as {@code metadata.labels['app']}.
     *
     * @throws ConfigException if there is no such field
     */
    String field(String path) throws ConfigException {
        int bracket = path.indexOf("['");
        if (bracket > 0 && path.endsWith("']")) {
            var key = path.substring(bracket + 2, path.length() - 2);
            return map(path.substring(0, bracket), path).getOrDefault(key, "");
        }
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "metadata.labels", "metadata.annotations" -> lines(map(path, path));
            case "spec.nodeName" -> node.name();
            case "spec.serviceAccountName" -> pod.serviceAccount();
            case "status.hostIP", "status.hostIPs" -> node.address();
            case "status.podIP" -> address();
            case "status.podIPs" -> pod.hostNetwork() ? node.address() : String.join(",", podIps);
            default -> throw new ConfigException("unsupported fieldPath: " + path);
        };
    }

    /**
     * A limit or request of a container, in units of the divisor; what is not limited is as large as the node.
     *
     * @param self the container that asks when the reference names none; null in a volume, which must name one
     */
    String resource(Json.Obj reference, @Nullable Container self) throws ConfigException {
        var container = container(reference.textOrEmpty("containerName"), self);
        var resource = reference.textOrEmpty("resource");
        int dot = resource.indexOf('.');
        var name = dot < 0 ? "" : resource.substring(dot + 1);
        if (name.isEmpty()) throw new ConfigException("unsupported resource: '%s'".formatted(resource));
        try {
            var amount = resource.startsWith("limits.") ? limit(container, name) : request(container, name);
            return Long.toString(divide(amount, divisor(reference), name));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("resource %s: %s".formatted(resource, e.getMessage()));
        }
    }

    private Quantity limit(Container container, String name) {
        var own = container.limits().get(name);
        if (own != null) return Quantity.parse(own);
        return switch (name) {
            case "cpu" -> Quantity.ofMilli(node.cores());
            case "memory" -> Quantity.ofBytes(node.memory());
            default -> Quantity.of(0);
        };
    }

    private static Quantity request(Container container, String name) {
        var own = container.requests().getOrDefault(name, container.limits().get(name));
        return own == null ? Quantity.of(0) : Quantity.parse(own);
    }

    private static Quantity divisor(Json.Obj reference) {
        var text = reference.get("divisor") instanceof Json.Num(var literal) ? literal : reference.text("divisor");
        var divisor = text == null ? Quantity.of(1) : Quantity.parse(text);
        return divisor.signum() <= 0 ? Quantity.of(1) : divisor;
    }

    private static long divide(Quantity amount, Quantity divisor, String name) {
        return name.equals("cpu")
                ? Math.ceilDiv(amount.milliValue(), divisor.milliValue())
                : Math.ceilDiv(amount.value(), divisor.value());
    }

    private Container container(String name, @Nullable Container self) throws ConfigException {
        if (name.isEmpty() && self != null) return self;
        return pod.allContainers().stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigException("container '%s' not found in pod".formatted(name)));
    }

    private String address() {
        if (pod.hostNetwork()) return node.address();
        return podIps.isEmpty() ? "" : podIps.getFirst();
    }

    private Map<String, String> map(String name, String path) throws ConfigException {
        return switch (name) {
            case "metadata.labels" -> pod.metadata().labels();
            case "metadata.annotations" -> pod.metadata().annotations();
            default -> throw new ConfigException("unsupported fieldPath: " + path);
        };
    }

    private static String lines(Map<String, String> map) {
        var lines = new StringBuilder();
        new TreeMap<>(map).forEach((name, value) -> {
            if (!lines.isEmpty()) lines.append('\n');
            lines.append(name).append('=').append(Json.of(value).compact());
        });
        return lines.toString();
    }
}
