package io.smarter.network;

import java.net.InetAddress;
import java.util.List;

/**
 * What the names of a node's pods depend on besides the pods.
 *
 * @param domain the cluster's domain, such as {@code cluster.local}
 * @param gateways the node's own addresses on the bridge, one of each family, at which pods on the node's network are reached
 * @param ranges the pods' addresses
 * @param nameServer the address at which names are asked for
 * @param node what the node calls itself, which is no name of a pod
 */
record NameSettings(
        String domain, List<InetAddress> gateways, List<IpBlock> ranges, InetAddress nameServer, String node) {
    NameSettings {
        gateways = List.copyOf(gateways);
        ranges = List.copyOf(ranges);
    }
}
