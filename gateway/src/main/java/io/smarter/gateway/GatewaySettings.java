package io.smarter.gateway;

import io.smarter.api.Names;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is told at its start.
 *
 * @param server the cloud's address, {@code https://HOST:PORT}
 * @param token the one-use join token; null when the gateway joined before
 * @param name the node's name, a DNS subdomain
 * @param data where it keeps its state
 * @param runtime the CRI socket of a containerd that runs already; null, or one at which nothing answers, for an own one
 * @param labels labels of the node beside those that the gateway knows itself
 * @param tainted whether the node carries {@code smarter.type=edge:NoSchedule}
 * @param limits what of the node pods may use
 * @param host where the node's own things are found
 * @param dns who knows the names of pods
 * @param shutdown how long pods have to end before the machine goes down
 */
public record GatewaySettings(
        URI server,
        @Nullable String token,
        String name,
        Path data,
        @Nullable Path runtime,
        Map<String, String> labels,
        boolean tainted,
        NodeLimits limits,
        HostPaths host,
        ClusterDns dns,
        List<ShutdownPhase> shutdown) {
    private static final int LONGEST_NAME = 253;

    public GatewaySettings {
        if (!"https".equals(server.getScheme()) || server.getHost() == null)
            throw new IllegalArgumentException("server: must be https://HOST[:PORT], was '%s'".formatted(server));
        if (!isSubdomain(name))
            throw new IllegalArgumentException(
                    "name: must be lower-case letters, digits, '-' and '.', at most 253, was '%s'".formatted(name));
        if (!data.isAbsolute())
            throw new IllegalArgumentException("data: must be an absolute path, was '%s'".formatted(data));
        labels = Map.copyOf(labels);
        shutdown = List.copyOf(shutdown);
        labels.forEach(GatewaySettings::checkLabel);
    }

    private static void checkLabel(String key, String value) {
        if (!Names.qualified(key).isEmpty() || !Names.labelValue(value).isEmpty())
            throw new IllegalArgumentException(
                    "label: must be a qualified name and a value of letters, digits, '-', '_' and '.', was '%s=%s'"
                            .formatted(key, value));
    }

    /** Settings of an ordinary gateway. */
    public GatewaySettings(
            URI server,
            @Nullable String token,
            String name,
            Path data,
            @Nullable Path runtime,
            Map<String, String> labels) {
        this(
                server,
                token,
                name,
                data,
                runtime,
                labels,
                true,
                NodeLimits.USUAL,
                HostPaths.REAL,
                ClusterDns.USUAL,
                ShutdownPhase.parse(ShutdownPhase.USUAL));
    }

    public GatewaySettings withHost(HostPaths host) {
        return new GatewaySettings(server, token, name, data, runtime, labels, tainted, limits, host, dns, shutdown);
    }

    public GatewaySettings withDns(ClusterDns dns) {
        return new GatewaySettings(server, token, name, data, runtime, labels, tainted, limits, host, dns, shutdown);
    }

    /** With one more label of the node. */
    public GatewaySettings withLabel(String key, String value) {
        var more = new HashMap<>(labels);
        more.put(key, value);
        return new GatewaySettings(server, token, name, data, runtime, more, tainted, limits, host, dns, shutdown);
    }

    public GatewaySettings withShutdown(List<ShutdownPhase> shutdown) {
        return new GatewaySettings(server, token, name, data, runtime, labels, tainted, limits, host, dns, shutdown);
    }

    public GatewaySettings withLimits(NodeLimits limits) {
        return new GatewaySettings(server, token, name, data, runtime, labels, tainted, limits, host, dns, shutdown);
    }

    /** The folder of the manifests of pods that the node runs on its own. */
    Path manifests() {
        return host.manifests() == null ? data.resolve("manifests") : host.manifests();
    }

    int port() {
        return server.getPort() < 0 ? 443 : server.getPort();
    }

    static boolean isSubdomain(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) return false;
        for (var part : name.split("\\.", -1)) {
            if (part.isEmpty() || part.length() > 63 || part.startsWith("-") || part.endsWith("-")) return false;
            if (!part.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) return false;
        }
        return true;
    }

    /**
     * Where the node's own things are found, so that tests can use other places.
     *
     * @param proc the process file system
     * @param sys the device file system
     * @param etc the node's configuration files
     * @param logs where containers' logs go, one folder for each pod
     * @param kubelet where device plugins and monitors look for a kubelet's sockets
     * @param manifests where manifests of static pods are; null for a folder of the gateway's own
     * @param cni where an own containerd finds the pods' network
     */
    public record HostPaths(
            Path proc,
            Path sys,
            Path etc,
            Path logs,
            Path kubelet,
            @Nullable Path manifests,
            CniFolders cni) {
        public static final HostPaths REAL = new HostPaths(
                Path.of("/proc"),
                Path.of("/sys"),
                Path.of("/etc"),
                Path.of("/var/log/pods"),
                Path.of("/var/lib/kubelet"),
                null,
                CniFolders.USUAL);

        public HostPaths withLogs(Path logs) {
            return new HostPaths(proc, sys, etc, logs, kubelet, manifests, cni);
        }

        public HostPaths withKubelet(Path kubelet) {
            return new HostPaths(proc, sys, etc, logs, kubelet, manifests, cni);
        }

        public HostPaths withManifests(@Nullable Path manifests) {
            return new HostPaths(proc, sys, etc, logs, kubelet, manifests, cni);
        }

        public HostPaths withCni(CniFolders cni) {
            return new HostPaths(proc, sys, etc, logs, kubelet, manifests, cni);
        }
    }
}
