package io.smarter.network;

import static io.smarter.network.NameTableTest.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyChainsTest {
    private static final String REJECT = "reject with icmpx type admin-prohibited";
    private static final Map<String, Map<String, String>> NAMESPACES = Map.of(
            "farm", Map.of("kubernetes.io/metadata.name", "farm", "team", "a"),
            "shop", Map.of("kubernetes.io/metadata.name", "shop", "team", "b"));

    private static final InetAddress SERVER = ip("10.39.0.5");
    private static final List<NodePod> PODS = List.of(
            pod("farm", Map.of("app", "server"), new NamedPort("web", "TCP", 8080), "10.39.0.5", "fd39::5"),
            pod("farm", Map.of("app", "client"), null, "10.39.0.6", "fd39::6"),
            pod("shop", Map.of("app", "client"), new NamedPort("web", "TCP", 8081), "10.39.0.7"),
            pod("shop", Map.of("app", "other"), null, "10.39.0.8"),
            pod("lost", Map.of("app", "client"), null, "10.39.0.9"),
            pod("shop", null, null, "10.39.0.10"),
            new NodePod("h", "farm", "host", "u", "host", Map.of("app", "client"), true, List.of(), List.of()));

    /** What a policy with this spec allows to reach, or to be reached by, the server. */
    static Stream<Arguments> specs() {
        return Stream.of(
                argumentSet("says nothing of ingress", "policyTypes: [Egress]", null, List.of()),
                argumentSet("is for another", "podSelector: {matchLabels: {app: x}}", null, null),
                argumentSet("denies all that comes", "podSelector: {}", List.of(), null),
                argumentSet("has empty rules", "ingress: []", List.of(), null),
                argumentSet("denies all that goes", "{policyTypes: [Ingress, Egress]}", List.of(), List.of()),
                argumentSet("is of both types by default", "egress: [{}]", List.of(), List.of("return")),
                argumentSet("allows all", "ingress: [{}]", List.of("accept"), null),
                argumentSet(
                        "allows all beside others",
                        "ingress: [{from: [{podSelector: {}}]}, {from: [], ports: []}]",
                        List.of("accept"),
                        null),
                argumentSet(
                        "pods of the namespace",
                        "ingress: [{from: [{podSelector: {}}]}]",
                        List.of(
                                "ip saddr { 10.39.0.5, 10.39.0.6 } accept",
                                "ip6 saddr { fd39:0:0:0:0:0:0:5, fd39:0:0:0:0:0:0:6 } accept"),
                        null),
                argumentSet(
                        "some pods of the namespace",
                        "ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [server]}]}}]}]",
                        List.of("ip saddr 10.39.0.6 accept", "ip6 saddr fd39:0:0:0:0:0:0:6 accept"),
                        null),
                argumentSet(
                        "pods of a namespace, with labels or without known ones",
                        "ingress: [{from: [{namespaceSelector: {matchLabels: {team: b}}}]}]",
                        List.of("ip saddr { 10.39.0.7, 10.39.0.8, 10.39.0.10 } accept"),
                        null),
                argumentSet(
                        "some pods of some namespaces",
                        "ingress: [{from: [{namespaceSelector: {matchLabels: {team: b}}, podSelector: {matchLabels: {app: client}}}]}]",
                        List.of("ip saddr 10.39.0.7 accept"),
                        null),
                argumentSet(
                        "either of two peers",
                        "ingress: [{from: [{namespaceSelector: {matchLabels: {team: b}}}, {podSelector: {matchLabels: {app: client}}}]}]",
                        List.of(
                                "ip saddr { 10.39.0.6, 10.39.0.7, 10.39.0.8, 10.39.0.10 } accept",
                                "ip6 saddr fd39:0:0:0:0:0:0:6 accept"),
                        null),
                argumentSet(
                        "pods of every namespace",
                        "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}]}]",
                        List.of(
                                "ip saddr { 10.39.0.6, 10.39.0.7, 10.39.0.9 } accept",
                                "ip6 saddr fd39:0:0:0:0:0:0:6 accept"),
                        null),
                argumentSet(
                        "a namespace by name, of which nothing else is known",
                        "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lost}}}]}]",
                        List.of("ip saddr 10.39.0.9 accept"),
                        null),
                argumentSet(
                        "a namespace of which nothing is known is not chosen for what it lacks",
                        "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}]}]",
                        List.of(),
                        null),
                argumentSet("nobody", "ingress: [{from: [{podSelector: {matchLabels: {app: x}}}]}]", List.of(), null),
                argumentSet("a peer that says nothing", "ingress: [{from: [{}]}]", List.of(), null),
                argumentSet(
                        "addresses",
                        "ingress: [{from: [{ipBlock: {cidr: 192.168.7.9/16, except: [192.168.1.0/24, 192.168.2.0/24]}}]}]",
                        List.of("ip saddr 192.168.0.0/16 ip saddr != 192.168.1.0/24 ip saddr != 192.168.2.0/24 accept"),
                        null),
                argumentSet(
                        "all addresses of a family",
                        "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}, {ipBlock: {cidr: '2001:db8::/32'}}]}]",
                        List.of(
                                "meta nfproto ipv4 ip saddr != 10.0.0.0/8 accept",
                                "ip6 saddr 2001:db8:0:0:0:0:0:0/32 accept"),
                        null),
                argumentSet(
                        "addresses that cannot be read",
                        "ingress: [{from: [{ipBlock: {cidr: 1.2.3.0/24, except: [x]}}]}]",
                        List.of(),
                        null),
                argumentSet(
                        "ports",
                        "ingress: [{ports: [{port: 80}, {port: 443, protocol: TCP}, {port: 53, protocol: UDP}, {port: 9, protocol: SCTP}]}]",
                        List.of("sctp dport 9 accept", "tcp dport { 80, 443 } accept", "udp dport 53 accept"),
                        null),
                argumentSet(
                        "ranges of ports",
                        "ingress: [{ports: [{port: 8000, endPort: 8010}, {port: 8005, endPort: 8020}, {port: 8021}, {port: 9000}]}]",
                        List.of("tcp dport { 8000-8021, 9000 } accept"),
                        null),
                argumentSet(
                        "all ports of a protocol",
                        "ingress: [{ports: [{protocol: UDP}, {protocol: UDP, port: 5}]}]",
                        List.of("meta l4proto udp accept"),
                        null),
                argumentSet(
                        "a port by name",
                        "ingress: [{ports: [{port: web}, {port: gone}]}]",
                        List.of("tcp dport 8080 accept"),
                        null),
                argumentSet("a port by a name that nobody has", "ingress: [{ports: [{port: gone}]}]", List.of(), null),
                argumentSet(
                        "a port by name of another protocol",
                        "ingress: [{ports: [{port: web, protocol: UDP}]}]",
                        List.of(),
                        null),
                argumentSet(
                        "ports that cannot be",
                        "ingress: [{ports: [{port: 70000}, {port: 9, endPort: 8}, {protocol: XYZ}]}]",
                        List.of(),
                        null),
                argumentSet(
                        "peers and ports",
                        "ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: 80}]}]",
                        List.of(
                                "ip saddr 10.39.0.6 tcp dport 80 accept",
                                "ip6 saddr fd39:0:0:0:0:0:0:6 tcp dport 80 accept"),
                        null),
                argumentSet(
                        "egress",
                        "{policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {team: b}}}], ports: [{port: 53, protocol: UDP}]}]}",
                        null,
                        List.of("ip daddr { 10.39.0.7, 10.39.0.8, 10.39.0.10 } udp dport 53 return")),
                argumentSet(
                        "egress to a port by name, another in each pod",
                        "{policyTypes: [Egress], egress: [{ports: [{port: web}]}]}",
                        null,
                        List.of(
                                "ip daddr 10.39.0.5 tcp dport 8080 return",
                                "ip6 daddr fd39:0:0:0:0:0:0:5 tcp dport 8080 return",
                                "ip daddr 10.39.0.7 tcp dport 8081 return")),
                argumentSet(
                        "egress to a port by name of some",
                        "{policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {team: b}}}], ports: [{port: web}, {port: 80}]}]}",
                        null,
                        List.of(
                                "ip daddr { 10.39.0.7, 10.39.0.8, 10.39.0.10 } tcp dport 80 return",
                                "ip daddr 10.39.0.7 tcp dport 8081 return")),
                argumentSet(
                        "a selector that cannot be understood",
                        "podSelector: {matchExpressions: [{key: app, operator: Is}]}",
                        List.of(),
                        null));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void policyBecomesChains(String spec, @Nullable List<String> ingress, @Nullable List<String> egress) {
        var chains = PolicyChains.of(PODS, NAMESPACES, List.of(policy("farm", spec)));
        assertThat(rules(chains, chains.ingress(), SERVER)).isEqualTo(ended(ingress));
        assertThat(rules(chains, chains.egress(), SERVER)).isEqualTo(ended(egress));
        assertThat(chains.ingress()).doesNotContainKeys(ip("10.39.0.7"), ip("10.39.0.8"));
    }

    @Test
    void policiesAddUpAndPodsOfTheSamePoliciesShareAChain() {
        var chains = PolicyChains.of(
                PODS,
                NAMESPACES,
                List.of(
                        policy("farm", "podSelector: {}"),
                        policy("farm", "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}"),
                        policy("farm", "{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: 81}]}]}"),
                        policy("shop", "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}")));
        assertThat(rules(chains, chains.ingress(), SERVER))
                .containsExactly("tcp dport 80 accept", "tcp dport 81 accept", REJECT);
        assertThat(rules(chains, chains.ingress(), ip("10.39.0.6"))).containsExactly("tcp dport 80 accept", REJECT);
        assertThat(chains.ingress())
                .containsEntry(ip("fd39::5"), chains.ingress().get(SERVER));
        assertThat(chains.ingress().get(ip("10.39.0.6")))
                .isEqualTo(chains.ingress().get(ip("10.39.0.7")));
        assertThat(chains.chains()).hasSize(3);
        assertThat(chains.ingress()).as("no policy in its namespace").doesNotContainKey(ip("10.39.0.9"));
    }

    @Test
    void aPodOfUnknownLabelsIsAllowedNothing() {
        var chains = PolicyChains.of(
                PODS, NAMESPACES, List.of(policy("shop", "{podSelector: {matchLabels: {app: any}}, ingress: [{}]}")));
        assertThat(rules(chains, chains.ingress(), ip("10.39.0.10"))).containsExactly(REJECT);
        assertThat(chains.egress()).isEmpty();
        assertThat(chains.ingress()).containsOnlyKeys(ip("10.39.0.10"));
    }

    @Test
    void withoutPoliciesThereIsNothing() {
        assertThat(PolicyChains.of(PODS, NAMESPACES, List.of())).isEqualTo(PolicyChains.NONE);
    }

    private static @Nullable List<String> rules(PolicyChains chains, Map<InetAddress, String> of, InetAddress pod) {
        var name = of.get(pod);
        return name == null ? null : chains.chains().get(name);
    }

    private static @Nullable List<String> ended(@Nullable List<String> rules) {
        if (rules == null || rules.equals(List.of("accept")) || rules.equals(List.of("return"))) return rules;
        return Stream.concat(rules.stream(), Stream.of(REJECT)).toList();
    }

    static NetworkPolicy policy(String namespace, String spec) {
        return NetworkPolicy.of(Json.obj(
                "metadata", Json.obj("namespace", namespace, "name", "p"),
                "spec", Yaml.parse(spec.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    }

    static NodePod pod(
            String namespace, @Nullable Map<String, String> labels, @Nullable NamedPort port, String... addresses) {
        return new NodePod(
                addresses[0],
                namespace,
                "pod",
                "uid",
                "pod",
                labels,
                false,
                Stream.of(addresses).map(NameTableTest::ip).toList(),
                port == null ? List.of() : List.of(port));
    }
}
