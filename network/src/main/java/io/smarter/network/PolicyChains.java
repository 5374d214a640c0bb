package io.smarter.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * What network policies make of a node's pods, for the rules of {@code nft}.
 *
 * @param ingress for the addresses of pods that policies isolate, the chain of what may reach them
 * @param egress for the addresses of pods that policies isolate, the chain of what they may reach
 * @param chains the chains' rules by name. A packet that is allowed is ended by {@code accept} in a chain of ingress and by
 *     {@code return} in one of egress; each chain's last rule rejects.
 */
record PolicyChains(
        Map<InetAddress, String> ingress, Map<InetAddress, String> egress, Map<String, List<String>> chains) {
    static final PolicyChains NONE = new PolicyChains(Map.of(), Map.of(), Map.of());
}
