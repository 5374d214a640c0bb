package io.smarter.edge;

import io.smarter.devices.DevicesSettings;
import io.smarter.devices.DevicesStatus;
import io.smarter.network.NetworkSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the program is told: by its options which parts are on and where things are, by its environment what differs between
 * clusters and nodes.
 *
 * <pre>
 *   --parts=network,devices       what it does, with commas between
 *   --daemonset=NAMESPACE/NAME    whose pod it is; without, nothing is ever taken away at its end
 *   --state=DIR                   what outlives a reboot: /var/lib/smarter/network
 *   --run=DIR                     what does not: /run/smarter/network
 *   --cni-conf-dir=DIR            where the runtime looks for its network: /etc/cni/net.d
 *   --cni-bin-dir=DIR             where it looks for plugins: /opt/cni/bin
 *   --cni-plugin=FILE             the plugin that is put there: /usr/libexec/smarter-cni
 *   --resolv-conf=FILE            the node's: /etc/resolv.conf
 *   --kubelet-dir=DIR             the kubelet's: /var/lib/kubelet
 *   --dev=DIR                     where the node's /dev is: /dev
 *   --rules=FILE                  the rules of its devices: /root/config/conf.yaml
 *   --cdi-dir=DIR                 where the runtime looks for CDI specifications: /var/run/cdi
 *   --dra=true                    pods get devices by claims (dynamic resource allocation) in place of resources: false
 *   --runtime=SOCKET              a runtime that is asked for pods; may be given several times, its last two names may have *
 *
 *   CIDR            the pods' addresses: 10.39.0.0/16
 *   GW              the node's own address among them: the first
 *   CIDR6           the pods' IPv6 addresses: none
 *   CLUSTER_DNS     at which address names are asked for: 169.254.0.2
 *   CLUSTER_DOMAIN  the end of names: cluster.local
 *   NODE_NAME       the Node's name
 * </pre>
 *
 * @param pod null when it is no pod of a DaemonSet
 */
record EdgeSettings(
        Set<String> parts, String node, @Nullable OwnPod pod, NetworkSettings network, DevicesSettings devices) {
    static final String NETWORK = "network";
    static final String DEVICES = "devices";
    static final Path STATE = Path.of("/var/lib/smarter/network");
    static final Path RUN = Path.of("/run/smarter/network");

    private static final SortedSet<String> PARTS = new TreeSet<>(List.of(NETWORK, DEVICES));
    private static final List<String> RUNTIMES = List.of(
            "/run/containerd/containerd.sock",
            "/run/k3s/containerd/containerd.sock",
            "/run/crio/crio.sock",
            "/run/smarter/*/containerd.sock");
    private static final List<String> OPTIONS = List.of(
            "--parts",
            "--daemonset",
            "--state",
            "--run",
            "--cni-conf-dir",
            "--cni-bin-dir",
            "--cni-plugin",
            "--resolv-conf",
            "--kubelet-dir",
            "--dev",
            "--rules",
            "--cdi-dir",
            "--dra",
            "--runtime");

    /** Whose pod this is. */
    record OwnPod(String namespace, String daemonSet) {}

    EdgeSettings {
        parts = Set.copyOf(parts);
    }

    /** @throws IllegalArgumentException naming what is wrong, the rule and what was given */
    static EdgeSettings of(List<String> arguments, Map<String, String> environment) {
        var options = options(arguments);
        var node = node(environment);
        var network = new NetworkSettings(
                variable(environment, "CIDR", "10.39.0.0/16"),
                orNull(variable(environment, "GW", "")),
                orNull(variable(environment, "CIDR6", "")),
                variable(environment, "CLUSTER_DOMAIN", "cluster.local"),
                variable(environment, "CLUSTER_DNS", "169.254.0.2"),
                node,
                path(options, "--state", STATE.toString()),
                path(options, "--run", RUN.toString()),
                path(options, "--cni-conf-dir", "/etc/cni/net.d"),
                path(options, "--cni-bin-dir", "/opt/cni/bin"),
                options.getOrDefault("--runtime", RUNTIMES),
                path(options, "--resolv-conf", "/etc/resolv.conf"),
                path(options, "--cni-plugin", "/usr/libexec/smarter-cni"));
        network.runtimes().forEach(socket -> absolute("--runtime", socket));
        var devices = new DevicesSettings(
                node,
                path(options, "--dev", "/dev"),
                Path.of("/sys"),
                Path.of("/run/udev/data"),
                path(options, "--rules", "/root/config/conf.yaml"),
                path(options, "--kubelet-dir", "/var/lib/kubelet"),
                network.runtimes(),
                DevicesStatus.FOLDER,
                path(options, "--cdi-dir", "/var/run/cdi"),
                flag(options, "--dra"));
        return new EdgeSettings(
                parts(last(options, "--parts", String.join(",", PARTS))), node, pod(options), network, devices);
    }

    private static Map<String, List<String>> options(List<String> arguments) {
        var options = new LinkedHashMap<String, List<String>>();
        for (var argument : arguments) {
            int equals = argument.indexOf('=');
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (!OPTIONS.contains(name)) throw new IllegalArgumentException("unknown option '%s'".formatted(argument));
            if (equals < 0) throw new IllegalArgumentException("%s: must be %s=VALUE".formatted(name, name));
            options.computeIfAbsent(name, _ -> new ArrayList<>()).add(argument.substring(equals + 1));
        }
        return options;
    }

    private static String last(Map<String, List<String>> options, String name, String usual) {
        return options.getOrDefault(name, List.of(usual)).getLast();
    }

    private static boolean flag(Map<String, List<String>> options, String name) {
        var value = last(options, name, "false");
        if (!List.of("true", "false").contains(value))
            throw new IllegalArgumentException("%s: must be true or false, was '%s'".formatted(name, value));
        return value.equals("true");
    }

    private static Path path(Map<String, List<String>> options, String name, String usual) {
        return absolute(name, last(options, name, usual));
    }

    private static Path absolute(String name, String value) {
        if (!value.startsWith("/"))
            throw new IllegalArgumentException("%s: must be an absolute path, was '%s'".formatted(name, value));
        return Path.of(value);
    }

    private static Set<String> parts(String names) {
        var parts = new TreeSet<>(List.of(names.split(",", -1)));
        for (var part : parts)
            if (!PARTS.contains(part))
                throw new IllegalArgumentException("--parts: must be of %s, was '%s'".formatted(PARTS, part));
        return parts;
    }

    private static @Nullable OwnPod pod(Map<String, List<String>> options) {
        var name = last(options, "--daemonset", "");
        if (name.isEmpty()) return null;
        int slash = name.indexOf('/');
        if (slash < 1 || slash == name.length() - 1 || slash != name.lastIndexOf('/'))
            throw new IllegalArgumentException("--daemonset: must be NAMESPACE/NAME, was '%s'".formatted(name));
        return new OwnPod(name.substring(0, slash), name.substring(slash + 1));
    }

    // ---- the environment

    /** @throws IllegalArgumentException if it is missing */
    static String node(Map<String, String> environment) {
        var node = variable(environment, "NODE_NAME", "");
        if (node.isEmpty()) throw new IllegalArgumentException("NODE_NAME: must be the Node's name, was missing");
        return node;
    }

    /** A ConfigMap can't leave a key out that a manifest names, so that an empty value is as good as none. */
    private static String variable(Map<String, String> environment, String name, String usual) {
        var value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? usual : value;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
