package io.smarter.network;

import io.smarter.network.NetworkPolicy.Rule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What network policies make of a node's pods, for the rules of {@code nft}. A pod that no policy isolates in a direction
 * has no chain for it. Pods on the node's network are not isolated, and none of the peers that selectors choose.
 *
 * @param ingress for the addresses of pods that policies isolate, the chain of what may reach them
 * @param egress for the addresses of pods that policies isolate, the chain of what they may reach
 * @param chains the chains' rules by name, in the syntax of family {@code inet}. A packet that is allowed is ended by
 *     {@code accept} in a chain of ingress and by {@code return} in one of egress; each chain's last rule rejects. A chain's
 *     name follows from its rules, so that a name that was there before needs not be written again.
 */
record PolicyChains(
        Map<InetAddress, String> ingress, Map<InetAddress, String> egress, Map<String, List<String>> chains) {
    static final PolicyChains NONE = new PolicyChains(Map.of(), Map.of(), Map.of());

    private static final int NAME_DIGITS = 16;
    private static final String REJECT = "reject with icmpx type admin-prohibited";

    /**
     * What policies make of pods. A pod whose labels are not known yet may be any, so every policy of its namespace isolates
     * it and none allows it anything.
     *
     * @param namespaces the labels of the namespaces that are known
     */
    static PolicyChains of(
            List<NodePod> pods, Map<String, Map<String, String>> namespaces, List<NetworkPolicy> policies) {
        var ingress = new LinkedHashMap<InetAddress, String>();
        var egress = new LinkedHashMap<InetAddress, String>();
        var chains = new LinkedHashMap<String, List<String>>();
        for (var pod : pods) {
            if (pod.hostNetwork()) continue;
            var own = policies.stream()
                    .filter(policy -> policy.namespace().equals(pod.namespace()))
                    .filter(policy ->
                            pod.labels() == null || policy.pods().matches(Objects.requireNonNull(pod.labels())))
                    .toList();
            var in = chain(own, pod, PolicyRules.ingress(pod, pods, namespaces));
            var out = chain(own, pod, PolicyRules.egress(pods, namespaces));
            if (in != null) enter(name("ingress_", in), in, pod, ingress, chains);
            if (out != null) enter(name("egress_", out), out, pod, egress, chains);
        }
        return new PolicyChains(ingress, egress, chains);
    }

    /** Null if no policy isolates the pod. */
    private static @Nullable List<String> chain(List<NetworkPolicy> policies, NodePod pod, PolicyRules texts) {
        var lines = new LinkedHashSet<String>();
        boolean isolated = false;
        for (var policy : policies) {
            var rules = texts.of(policy);
            if (rules == null) continue;
            isolated = true;
            if (pod.labels() == null) continue;
            for (Rule rule : rules) lines.addAll(texts.lines(policy.namespace(), rule));
        }
        if (!isolated) return null;
        if (lines.contains(texts.verdict())) return List.of(texts.verdict()); // anything goes
        var all = new ArrayList<>(lines);
        all.add(REJECT);
        return all;
    }

    private static void enter(
            String name,
            List<String> lines,
            NodePod pod,
            Map<InetAddress, String> addresses,
            Map<String, List<String>> chains) {
        chains.put(name, lines);
        for (var address : pod.addresses()) addresses.put(address, name);
    }

    private static String name(String prefix, List<String> lines) {
        return prefix + Hex.sha256(String.join("\n", lines)).substring(0, NAME_DIGITS);
    }
}
