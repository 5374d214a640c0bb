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
 * @param hostNetwork whether it is on the node's own network, and its addresses are the node's
 */
record NodePod(
        String sandbox,
        String namespace,
        String name,
        String uid,
        String hostname,
        @Nullable Map<String, String> labels,
        boolean hostNetwork,
        List<InetAddress> addresses) {
    NodePod {
        addresses = List.copyOf(addresses);
    }
}
