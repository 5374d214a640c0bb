package io.smarter.network;

import io.smarter.api.LabelSelector;
import io.smarter.network.NetworkPolicy.Peer;
import io.smarter.network.NetworkPolicy.Port;
import io.smarter.network.NetworkPolicy.Rule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules of {@code nft} for what policies allow, in one direction. Immutable. */
final class PolicyRules {
    private static final String NAMESPACE = "kubernetes.io/metadata.name";

    /** A range of ports. */
    private record Range(int first, int last) {
        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    private final boolean inward;
    private final List<NodePod> pods;
    private final Map<String, Map<String, String>> namespaces;
    /** The pods of which a port's name is looked up: the one that is reached. */
    private final List<NodePod> reached;

    private PolicyRules(
            boolean inward, List<NodePod> pods, Map<String, Map<String, String>> namespaces, List<NodePod> reached) {
        this.inward = inward;
        this.pods = pods;
        this.namespaces = namespaces;
        this.reached = reached;
    }

    static PolicyRules ingress(NodePod to, List<NodePod> pods, Map<String, Map<String, String>> namespaces) {
        return new PolicyRules(true, pods, namespaces, List.of(to));
    }

    static PolicyRules egress(List<NodePod> pods, Map<String, Map<String, String>> namespaces) {
        return new PolicyRules(false, pods, namespaces, pods);
    }

    /** What a policy allows in this direction; null if it says nothing about it. */
    @Nullable
    List<Rule> of(NetworkPolicy policy) {
        return inward ? policy.ingress() : policy.egress();
    }

    /** How a packet that is allowed leaves the chain; alone, a rule that allows all. */
    String verdict() {
        return inward ? "accept" : "return";
    }

    List<String> lines(String namespace, Rule rule) {
        var lines = new ArrayList<String>();
        var ports = rule.ports();
        var numbers = ports == null ? Stream.of("") : numbers(ports).stream();
        var ends = ends(namespace, rule.peers());
        numbers.forEach(number -> ends.forEach(end -> lines.add(line(end, number))));
        if (ports != null && !inward) lines.addAll(named(namespace, rule.peers(), ports));
        return lines;
    }

    private String line(String end, String number) {
        return Stream.of(end, number, verdict()).filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    }

    /** Which addresses may be at the other end, a match of each; the empty one for any. */
    private List<String> ends(String namespace, @Nullable List<Peer> peers) {
        if (peers == null) return List.of("");
        var ends = new ArrayList<>(ends(chosen(namespace, peers)));
        for (var peer : peers) if (peer instanceof Peer.Block block) ends.add(end(block));
        return ends;
    }

    private List<String> ends(List<NodePod> chosen) {
        var addresses = chosen.stream()
                .flatMap(pod -> pod.addresses().stream())
                .distinct()
                .collect(Collectors.partitioningBy(
                        address -> address.getAddress().length == 4,
                        Collectors.mapping(InetAddress::getHostAddress, Collectors.toList())));
        return Stream.of(true, false)
                .filter(ipv4 -> !of(addresses, ipv4).isEmpty())
                .map(ipv4 -> side(ipv4) + " " + set(of(addresses, ipv4)))
                .toList();
    }

    private static List<String> of(Map<Boolean, List<String>> addresses, boolean ipv4) {
        return addresses.getOrDefault(ipv4, List.of());
    }

    private String end(Peer.Block peer) {
        boolean ipv4 = peer.block().isIpv4();
        var match = new StringBuilder(
                peer.block().bits() == 0
                        ? "meta nfproto " + (ipv4 ? "ipv4" : "ipv6")
                        : side(ipv4) + " " + peer.block());
        for (var except : peer.except()) {
            if (except.isIpv4() == ipv4)
                match.append(' ').append(side(ipv4)).append(" != ").append(except);
        }
        return match.toString();
    }

    private String side(boolean ipv4) {
        return (ipv4 ? "ip" : "ip6") + (inward ? " saddr" : " daddr");
    }

    private List<NodePod> chosen(String namespace, List<Peer> peers) {
        return pods.stream()
                .filter(pod -> !pod.hostNetwork())
                .filter(pod -> peers.stream()
                        .anyMatch(peer -> peer instanceof Peer.Pods selectors && chooses(selectors, namespace, pod)))
                .toList();
    }

    /** What is not known of a pod or a namespace could be anything, so it is chosen only by what chooses all. */
    private boolean chooses(Peer.Pods peer, String namespace, NodePod pod) {
        var selector = peer.namespaces();
        boolean inNamespace = selector == null ? pod.namespace().equals(namespace) : chooses(selector, pod.namespace());
        var labels = pod.labels();
        return inNamespace
                && (labels == null ? peer.pods().isEverything() : peer.pods().matches(labels));
    }

    private boolean chooses(LabelSelector selector, String namespace) {
        var labels = namespaces.get(namespace);
        if (labels != null) return selector.matches(labels);
        return selector.requirements().stream()
                        .allMatch(requirement -> requirement.key().equals(NAMESPACE))
                && selector.matches(Map.of(NAMESPACE, namespace));
    }

    /** The ports that a rule names by numbers, or whose names are those of the pod that is reached: a match by protocol. */
    private List<String> numbers(List<Port> ports) {
        var ranges = new TreeMap<String, List<Range>>();
        for (var port : ports) {
            if (port.name().isEmpty()) range(ranges, port.protocol(), port.first(), port.last());
            else if (inward)
                for (int number : numbers(reached.getFirst(), port)) range(ranges, port.protocol(), number, number);
        }
        var matches = new ArrayList<String>();
        ranges.forEach((protocol, of) -> matches.add(match(protocol, of)));
        return matches;
    }

    private static void range(Map<String, List<Range>> ranges, String protocol, int first, int last) {
        ranges.computeIfAbsent(protocol, _ -> new ArrayList<>()).add(new Range(first, last));
    }

    private static String match(String protocol, List<Range> ranges) {
        if (ranges.stream().anyMatch(range -> range.first() == 0)) return "meta l4proto " + protocol;
        return protocol + " dport "
                + set(merged(ranges).stream().map(Range::toString).toList());
    }

    /** A set must not have intervals that overlap. */
    private static List<Range> merged(List<Range> ranges) {
        var merged = new ArrayList<Range>();
        for (var range :
                ranges.stream().sorted(Comparator.comparingInt(Range::first)).toList()) {
            var last = merged.isEmpty() ? null : merged.getLast();
            if (last == null || range.first() > last.last() + 1) merged.add(range);
            else merged.set(merged.size() - 1, new Range(last.first(), Math.max(last.last(), range.last())));
        }
        return merged;
    }

    /** A port with a name has a number of its own in each pod that may be reached. */
    private List<String> named(String namespace, @Nullable List<Peer> peers, List<Port> ports) {
        var lines = new ArrayList<String>();
        var chosen = peers == null ? reached : chosen(namespace, peers);
        for (var port : ports) {
            if (port.name().isEmpty()) continue;
            for (var pod : chosen) {
                if (pod.hostNetwork()) continue;
                for (int number : numbers(pod, port)) {
                    for (var end : ends(List.of(pod))) lines.add(line(end, port.protocol() + " dport " + number));
                }
            }
        }
        return lines;
    }

    private static List<Integer> numbers(NodePod pod, Port port) {
        return pod.ports().stream()
                .filter(named ->
                        named.name().equals(port.name()) && named.protocol().equalsIgnoreCase(port.protocol()))
                .map(NamedPort::number)
                .toList();
    }

    private static String set(List<String> elements) {
        return elements.size() == 1 ? elements.getFirst() : "{ " + String.join(", ", elements) + " }";
    }
}
