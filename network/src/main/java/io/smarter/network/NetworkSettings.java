package io.smarter.network;

import io.smarter.api.IpAddress;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the network of a node is to be like.
 *
 * @param range the pods' addresses, such as {@code 10.39.0.0/16}
 * @param gateway the node's own address in it, such as {@code 10.39.0.1}; null for the first of the range
 * @param range6 the pods' IPv6 addresses; null for none
 * @param domain the cluster's domain, {@code cluster.local}
 * @param nameServer the address at which names are asked for, {@code 169.254.0.2}
 * @param node the Kubernetes Node's name
 * @param state folder for what outlives a reboot
 * @param run folder for the socket that the CNI plugin calls, gone after a reboot
 * @param cniConfig folder in which the runtime looks for a configuration, {@code /etc/cni/net.d}
 * @param cniPrograms folder of the runtime's plugins, {@code /opt/cni/bin}
 * @param runtimes sockets of container runtimes, of which those that exist are asked; their last two names may have {@code *}
 * @param resolvConf the node's {@code resolv.conf}, whose servers are asked for all other names
 * @param shim the program that is put into {@code cniPrograms}
 */
public record NetworkSettings(
        String range,
        @Nullable String gateway,
        @Nullable String range6,
        String domain,
        String nameServer,
        String node,
        Path state,
        Path run,
        Path cniConfig,
        Path cniPrograms,
        List<String> runtimes,
        Path resolvConf,
        Path shim) {
    private static final int LONGEST_DOMAIN = 253;
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    /** @throws IllegalArgumentException naming the setting by its name in the environment, the rule and the value */
    public NetworkSettings {
        runtimes = List.copyOf(runtimes);
        var pods = AddressRange.parse("CIDR", range, true);
        if (gateway != null && !pods.contains(address("GW", gateway)))
            throw new IllegalArgumentException("GW: must be of CIDR %s, was '%s'".formatted(pods, gateway));
        if (range6 != null) AddressRange.parse("CIDR6", range6, false);
        if (address("CLUSTER_DNS", nameServer).isAnyLocalAddress())
            throw new IllegalArgumentException("CLUSTER_DNS: must be one IP address, was '%s'".formatted(nameServer));
        if (domain.length() > LONGEST_DOMAIN || !DOMAIN.matcher(domain).matches())
            throw new IllegalArgumentException(
                    "CLUSTER_DOMAIN: must be a domain of lower-case letters, digits, '-' and '.', was '%s'"
                            .formatted(domain));
    }

    private static InetAddress address(String name, String value) {
        if (!IpAddress.isIpv4(value) && !IpAddress.isIpv6(value))
            throw new IllegalArgumentException("%s: must be an IP address, was '%s'".formatted(name, value));
        return InetAddress.ofLiteral(value);
    }

    /** The ranges, and the node's own address in each. */
    Map<AddressRange, InetAddress> gateways() {
        var gateways = new LinkedHashMap<AddressRange, InetAddress>();
        var pods = AddressRange.parse("CIDR", range, true);
        gateways.put(pods, gateway == null ? pods.address(1) : InetAddress.ofLiteral(gateway));
        if (range6 != null) {
            var pods6 = AddressRange.parse("CIDR6", range6, false);
            gateways.put(pods6, pods6.address(1));
        }
        return gateways;
    }
}
