package io.smarter.network;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A NetworkPolicy (networking.k8s.io/v1). What of one cannot be understood allows nothing, and chooses every pod.
 *
 * @param pods the pods of its namespace for which it is
 * @param ingress what may reach them; null if it does not say
 * @param egress what they may reach; null if it does not say
 */
record NetworkPolicy(
        String namespace,
        String name,
        LabelSelector pods,
        @Nullable List<Rule> ingress,
        @Nullable List<Rule> egress) {
    private static final System.Logger LOG = System.getLogger("io.smarter.network");

    /** What is allowed: any of the peers at any of the ports. Null for any peer at all, and for any port. */
    record Rule(@Nullable List<Peer> peers, @Nullable List<Port> ports) {}

    /** Who is at the other end. */
    sealed interface Peer {
        /** Pods, of namespaces that are chosen or, where that is null, of the policy's own. */
        record Pods(@Nullable LabelSelector namespaces, LabelSelector pods) implements Peer {}

        /** Addresses. */
        record Block(IpBlock block, List<IpBlock> except) implements Peer {}
    }

    /**
     * Ports of one protocol.
     *
     * @param protocol in lower case
     * @param name as containers name it; empty for numbers
     * @param first the lowest; 0 for all of the protocol
     * @param last the highest
     */
    record Port(String protocol, String name, int first, int last) {}

    static NetworkPolicy of(Json.Obj policy) {
        var namespace = policy.textOrEmpty("metadata", "namespace");
        var name = policy.textOrEmpty("metadata", "name");
        var types = policy.items("spec", "policyTypes");
        boolean egress =
                types.isEmpty() ? !policy.items("spec", "egress").isEmpty() : types.contains(Json.of("Egress"));
        boolean ingress = types.isEmpty() || types.contains(Json.of("Ingress"));
        try {
            return new NetworkPolicy(
                    namespace,
                    name,
                    LabelSelector.of(policy.object("spec", "podSelector")),
                    ingress ? rules(policy.items("spec", "ingress"), "from") : null,
                    egress ? rules(policy.items("spec", "egress"), "to") : null);
        } catch (SelectorException e) {
            LOG.log(WARNING, "network policy {0}/{1} denies all to all: {2}", namespace, name, e.getMessage());
            return new NetworkPolicy(
                    namespace, name, LabelSelector.EVERYTHING, ingress ? List.of() : null, egress ? List.of() : null);
        }
    }

    private static List<Rule> rules(List<Json> rules, String direction) throws SelectorException {
        var read = new ArrayList<Rule>();
        for (var rule : rules) {
            var peers = rule.items(direction);
            var ports = rule.items("ports");
            read.add(new Rule(
                    peers.isEmpty() ? null : peers(peers),
                    ports.isEmpty()
                            ? null
                            : ports.stream()
                                    .flatMap(port -> port(port).stream())
                                    .toList()));
        }
        return read;
    }

    private static List<Peer> peers(List<Json> peers) throws SelectorException {
        var read = new ArrayList<Peer>();
        for (var peer : peers) {
            boolean chosen = peer.at("podSelector") instanceof Json.Obj;
            boolean elsewhere = peer.at("namespaceSelector") instanceof Json.Obj;
            if (peer.at("ipBlock") instanceof Json.Obj block) block(block).ifPresent(read::add);
            else if (chosen || elsewhere)
                read.add(new Peer.Pods(
                        elsewhere ? LabelSelector.of(peer.object("namespaceSelector")) : null,
                        LabelSelector.of(peer.object("podSelector"))));
        }
        return read;
    }

    private static Optional<Peer> block(Json.Obj block) {
        var except = new ArrayList<IpBlock>();
        for (var item : block.items("except")) {
            var one = item instanceof Json.Str(var text) ? IpBlock.of(text) : Optional.<IpBlock>empty();
            if (one.isEmpty()) return Optional.empty();
            except.add(one.get());
        }
        return IpBlock.of(block.textOrEmpty("cidr")).map(cidr -> new Peer.Block(cidr, except));
    }

    private static Optional<Port> port(Json port) {
        var protocol = switch (port.textOrEmpty("protocol")) {
            case "", "TCP" -> "tcp";
            case "UDP" -> "udp";
            case "SCTP" -> "sctp";
            default -> "";
        };
        if (protocol.isEmpty()) return Optional.empty();
        if (port.at("port") instanceof Json.Str(var name)) return Optional.of(new Port(protocol, name, 0, 0));
        if (!(port.at("port") instanceof Json.Num)) return Optional.of(new Port(protocol, "", 0, 0));
        long first = port.number(0, "port");
        long last = port.number(first, "endPort");
        boolean good = 0 < first && first <= last && last < 65536;
        return good ? Optional.of(new Port(protocol, "", (int) first, (int) last)) : Optional.empty();
    }
}
