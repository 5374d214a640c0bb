package io.smarter.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod of this node as the network sees it.
 *
 * @param sandbox the runtime's id of its sandbox
 * @param hostname what it calls itself, or its own name where that is not known (yet)
 * @param labels null while they are not known: the runtime tells them when the sandbox is made
 * @param hostNetwork whether it is on the node's own network
 * @param addresses its own addresses; none of a pod on the node's network
 * @param ports those with names, of the containers that have been started
 */
record NodePod(
        String sandbox,
        String namespace,
        String name,
        String uid,
        String hostname,
        @Nullable Map<String, String> labels,
        boolean hostNetwork,
        List<InetAddress> addresses,
        List<NamedPort> ports) {
    NodePod {
        labels = labels == null ? null : Map.copyOf(labels);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    NodePod withAddresses(List<InetAddress> own) {
        return new NodePod(sandbox, namespace, name, uid, hostname, labels, hostNetwork, own, ports);
    }

    NodePod withPorts(List<NamedPort> named) {
        return new NodePod(sandbox, namespace, name, uid, hostname, labels, hostNetwork, addresses, named);
    }
}
