package io.smarter.gateway;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names of pods and services.
 *
 * @param servers the addresses at which pods ask for them; empty where nobody knows them, then pods ask as their node does
 * @param domain the end of all of them, {@code cluster.local}; empty for none
 */
public record ClusterDns(List<String> servers, String domain) {
    public static final ClusterDns NONE = new ClusterDns(List.of(), "cluster.local");

    /** A node-local name server's address, which no machine has on its wire. */
    public static final String USUAL_SERVER = "169.254.0.2";

    public static final String USUAL_DOMAIN = "cluster.local";
    public static final ClusterDns USUAL = new ClusterDns(List.of(USUAL_SERVER), USUAL_DOMAIN);

    public ClusterDns {
        servers = List.copyOf(servers);
        servers.forEach(ClusterDns::check);
        if (!domain.isEmpty() && !GatewaySettings.isSubdomain(domain))
            throw new IllegalArgumentException(
                    "cluster-domain: must be lower-case letters, digits, '-' and '.', was '%s'".formatted(domain));
    }

    /**
     * @param servers addresses with commas between them
     * @throws IllegalArgumentException naming what is wrong
     */
    public static ClusterDns parse(String servers, String domain) {
        return new ClusterDns(
                Stream.of(servers.split(","))
                        .map(String::strip)
                        .filter(server -> !server.isEmpty())
                        .toList(),
                domain);
    }

    private static void check(String server) {
        try {
            InetAddress.ofLiteral(server);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cluster-dns: must be IP addresses, was '%s'".formatted(server), e);
        }
    }

    /** What follows a pod's name when the pod has a domain of its own. */
    String domainOf(String subdomain, String namespace) {
        return "%s.%s.svc".formatted(subdomain, namespace) + (domain.isEmpty() ? "" : "." + domain);
    }
}
