package io.smarter.network;

import static io.smarter.network.CniException.Code.BAD_CONFIGURATION;
import static io.smarter.network.CniException.Code.BAD_ENVIRONMENT;
import static io.smarter.network.CniException.Code.INCOMPATIBLE_VERSION;
import static io.smarter.network.CniException.Code.UNDECODABLE;

import io.smarter.api.IpAddress;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.linux.NetworkKernel.Rate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call of the plugin: its environment and its configuration, CNI 1.1 sections 2 and 3.
 *
 * @param args the pairs of {@code CNI_ARGS}, by which Kubernetes' runtimes tell the pod
 */
record CniRequest(
        String command, String containerId, String netns, String ifname, Map<String, String> args, Json.Obj config) {
    /** The versions of the specification that are spoken. */
    static final List<String> VERSIONS = List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0");

    private static final Pattern CONTAINER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,127}");
    private static final Pattern INTERFACE = Pattern.compile("[^/:\\s]{1,15}");
    private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");
    private static final int MOST_PORTS = 1000;
    /** Runtimes ask for bursts of half a gigabyte, which is no limit: a quarter of a second's worth is let through. */
    private static final long LEAST_BURST_BITS = 256 << 10;

    CniRequest {
        args = Map.copyOf(args);
    }

    /**
     * Reads what the plugin's program was given.
     *
     * @param variables {@code CNI_COMMAND} and the others
     */
    static CniRequest read(Map<String, String> variables, byte[] input) throws CniException {
        Json.Obj config;
        try {
            if (!(Json.parse(input) instanceof Json.Obj object))
                throw new CniException(UNDECODABLE, "the configuration must be a JSON object");
            config = object;
        } catch (JsonException e) {
            throw new CniException(UNDECODABLE, "the configuration is not JSON: " + e.getMessage(), e);
        }
        var request = new CniRequest(
                variables.getOrDefault("CNI_COMMAND", ""),
                variables.getOrDefault("CNI_CONTAINERID", ""),
                variables.getOrDefault("CNI_NETNS", ""),
                variables.getOrDefault("CNI_IFNAME", ""),
                pairs(variables.getOrDefault("CNI_ARGS", "")),
                config);
        request.checkVersion();
        return request;
    }

    private static Map<String, String> pairs(String args) throws CniException {
        var pairs = new HashMap<String, String>();
        for (var pair : args.split(";", -1)) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            if (equals < 0)
                throw new CniException(BAD_ENVIRONMENT, "CNI_ARGS must be KEY=VALUE;…, has '%s'".formatted(pair));
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }

    String version() {
        return config.textOrEmpty("cniVersion");
    }

    private void checkVersion() throws CniException {
        if (!VERSIONS.contains(version()))
            throw new CniException(
                    INCOMPATIBLE_VERSION, "cniVersion must be one of %s, was '%s'".formatted(VERSIONS, version()));
    }

    /** For what is about one attachment: that it is named rightly. */
    void checkAttachment(boolean withNamespace) throws CniException {
        if (!CONTAINER.matcher(containerId).matches())
            throw new CniException(
                    BAD_ENVIRONMENT,
                    "CNI_CONTAINERID must be letters, digits and _.- (at most 128), was '%s'".formatted(containerId));
        if (!INTERFACE.matcher(ifname).matches() || ifname.equals(".") || ifname.equals(".."))
            throw new CniException(
                    BAD_ENVIRONMENT,
                    "CNI_IFNAME must be 1 to 15 characters without / and :, was '%s'".formatted(ifname));
        if (withNamespace && !netns.startsWith("/"))
            throw new CniException(
                    BAD_ENVIRONMENT, "CNI_NETNS must be the path of a network namespace, was '%s'".formatted(netns));
    }

    String key() {
        return Lease.key(containerId, ifname);
    }

    String namespace() {
        return args.getOrDefault("K8S_POD_NAMESPACE", "");
    }

    String pod() {
        return args.getOrDefault("K8S_POD_NAME", "");
    }

    String uid() {
        return args.getOrDefault("K8S_POD_UID", "");
    }

    /** The ports of the node that are to be the pod's. */
    List<HostPort> ports() throws CniException {
        var ports = new ArrayList<HostPort>();
        for (var port : at(config, "runtimeConfig", "portMappings").items()) {
            long host = at(port, "hostPort").number(0);
            if (host == 0) continue;
            ports.add(new HostPort(
                    protocol(port),
                    checked("hostPort", host),
                    checked("containerPort", at(port, "containerPort").number(0)),
                    hostIp(port)));
        }
        if (ports.size() > MOST_PORTS)
            throw new CniException(
                    BAD_CONFIGURATION, "portMappings must be at most %d, were %d".formatted(MOST_PORTS, ports.size()));
        return ports;
    }

    /**
     * What is at a path, whatever the case of its letters; null as JSON has it if there is nothing. Containerd writes
     * {@code HostPort} and {@code IngressRate} where the conventions of CNI have {@code hostPort} and {@code ingressRate}, which
     * the stock plugins don't tell apart.
     */
    private static Json at(Json in, String... path) {
        var found = in;
        for (var name : path) found = member(found, name);
        return found;
    }

    private static Json member(Json in, String name) {
        if (!(in instanceof Json.Obj object)) return Json.Null.NULL;
        for (var member : object.members().entrySet()) {
            if (member.getKey().equalsIgnoreCase(name)) return member.getValue();
        }
        return Json.Null.NULL;
    }

    private static String protocol(Json port) throws CniException {
        var protocol = at(port, "protocol").textOrEmpty().toLowerCase(Locale.ROOT);
        if (protocol.isEmpty()) return "tcp";
        if (!PROTOCOLS.contains(protocol))
            throw new CniException(
                    BAD_CONFIGURATION, "protocol of a port must be one of %s, was '%s'".formatted(PROTOCOLS, protocol));
        return protocol;
    }

    private static int checked(String subject, long port) throws CniException {
        if (port < 1 || port > 65535)
            throw new CniException(BAD_CONFIGURATION, "%s must be 1 to 65535, was %d".formatted(subject, port));
        return (int) port;
    }

    private static @Nullable String hostIp(Json port) throws CniException {
        var ip = at(port, "hostIP").textOrEmpty();
        if (ip.isEmpty() || ip.equals("0.0.0.0") || ip.equals("::")) return null;
        if (!IpAddress.isIpv4(ip) && !IpAddress.isIpv6(ip))
            throw new CniException(BAD_CONFIGURATION, "hostIP must be an IP address, was '%s'".formatted(ip));
        return ip;
    }

    /** What the pod gets at most; null for no limit. */
    @Nullable
    Rate toPod() {
        return rate("ingress");
    }

    /** What the pod sends at most; null for no limit. */
    @Nullable
    Rate fromPod() {
        return rate("egress");
    }

    private @Nullable Rate rate(String way) {
        long rate = at(config, "runtimeConfig", "bandwidth", way + "Rate").number(0);
        if (rate <= 0) return null;
        long burst = at(config, "runtimeConfig", "bandwidth", way + "Burst").number(0);
        long longest = Math.max(rate / 4, LEAST_BURST_BITS);
        return new Rate(rate, burst > 0 ? Math.min(burst, longest) : longest);
    }
}
