package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.math.BigDecimal;
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
            case "spec.serviceAccountName" -> serviceAccount();
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
            return Long.toString(amount.in(divisor(reference)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("resource %s: %s".formatted(resource, e.getMessage()));
        }
    }

    private Amount limit(Container container, String name) {
        var own = Amount.of(container.limits().get(name));
        if (own != null) return own;
        return switch (name) {
            case "cpu" -> new Amount(BigDecimal.valueOf(node.cores(), 3));
            case "memory" -> new Amount(BigDecimal.valueOf(node.memory()));
            default -> new Amount(BigDecimal.ZERO);
        };
    }

    private static Amount request(Container container, String name) {
        var own = Amount.of(
                container.requests().getOrDefault(name, container.limits().getOrDefault(name, "0")));
        return own == null ? new Amount(BigDecimal.ZERO) : own;
    }

    private static BigDecimal divisor(Json.Obj reference) {
        var text = reference.get("divisor") instanceof Json.Num(var literal) ? literal : reference.text("divisor");
        var divisor = Amount.of(text);
        return divisor == null || divisor.value().signum() <= 0 ? BigDecimal.ONE : divisor.value();
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

    private String serviceAccount() {
        var account = pod.spec().textOrEmpty("serviceAccountName");
        return account.isEmpty() ? "default" : account;
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
