package io.smarter.network;

import java.nio.file.Path;
import java.util.List;
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
    public NetworkSettings {
        runtimes = List.copyOf(runtimes);
    }
}
