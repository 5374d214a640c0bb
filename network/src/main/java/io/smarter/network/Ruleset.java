package io.smarter.network;

import io.smarter.linux.NetworkKernel.Forward;
import io.smarter.linux.NetworkKernel.RuleFamily;
import io.smarter.linux.NetworkKernel.SetElement;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The rules of the pods' network, as a text for {@code nft} and as elements of its sets. Pure.
 *
 * <p>One table sees what is routed and, since the bridge shows it what it carries, what goes between pods: it keeps namespaces
 * apart, does what policies say (of what goes to the node, too, but for names), hides pods behind the node, leads host ports to
 * pods, and keeps everybody else from pods and name server. The other one sees what comes out of each pod's cable: nobody sends with an address that is not its own.
 */
@SuppressWarnings("InlineFormatString") // each table is easier to read in one piece
final class Ruleset {
    static final String TABLE = "smarter";
    /** A bit of connections that came by a host port; those that others lead elsewhere don't have it. */
    private static final String HOST_PORT_MARK = "0x40000000";

    /** What pods sent and got by the node's other interfaces: sets that count. */
    static final String SENT = "sent";

    static final String RECEIVED = "received";

    /** What is the same for all pods. */
    record Frame(String bridge, String nameServer, boolean ipv6) {}

    /** In the chains of others that would drop what is routed. */
    static final String COMMENT = "smarter: pods";

    private static final String SETS = """
            table inet smarter
            delete table inet smarter
            table inet smarter {
              set pods4 { type ipv4_addr; }
              set pods6 { type ipv6_addr; }
              map namespaces4 { type ipv4_addr : mark; }
              map namespaces6 { type ipv6_addr : mark; }
              set members4 { type mark . ipv4_addr; }
              set members6 { type mark . ipv6_addr; }
              map ports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
              map ports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
              map ports4at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
              map ports6at { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
              set sent4 { type ipv4_addr . ifname; flags dynamic; size 65535; counter; }
              set sent6 { type ipv6_addr . ifname; flags dynamic; size 65535; counter; }
              set received4 { type ipv4_addr . ifname; flags dynamic; size 65535; counter; }
              set received6 { type ipv6_addr . ifname; flags dynamic; size 65535; counter; }
              map ingress4 { type ipv4_addr : verdict; }
              map ingress6 { type ipv6_addr : verdict; }
              map egress4 { type ipv4_addr : verdict; }
              map egress6 { type ipv6_addr : verdict; }
            }
            """;

    private static final String CHAINS = """
            table inet smarter {
              chain outside {
                type filter hook prerouting priority raw; policy accept;
                iifname "%1$s" ip daddr 127.0.0.0/8 drop
                iifname { "lo", "%1$s" } accept
                ip daddr { %2$s } drop
                ip daddr @pods4 drop
                ip6 daddr @pods6 drop
                ip saddr @pods4 drop
                ip6 saddr @pods6 drop
              }
              chain to_host_ports {
                type nat hook prerouting priority dstnat; policy accept;
                ip daddr { %2$s } accept
                fib daddr type local jump host_ports
              }
              chain own_to_host_ports {
                type nat hook output priority -100; policy accept;
                ip daddr { %2$s } accept
                fib daddr type local jump host_ports
              }
              chain host_ports {
                ct mark set ct mark or %4$s
                dnat ip to ip daddr . meta l4proto . th dport map @ports4at
                dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6at
                dnat ip to meta l4proto . th dport map @ports4
                dnat ip6 to meta l4proto . th dport map @ports6
              }
              chain hide {
                type nat hook postrouting priority srcnat; policy accept;
                oifname != "%1$s" ip saddr @pods4 masquerade
                oifname != "%1$s" ip6 saddr @pods6 masquerade
                oifname "%1$s" ip saddr 127.0.0.0/8 masquerade
                oifname "%1$s" ct status dnat ip saddr @pods4 masquerade
                oifname "%1$s" ct status dnat ip6 saddr @pods6 masquerade
              }
              chain forward {
                type filter hook forward priority filter; policy accept;
                iifname != "%1$s" oifname != "%1$s" accept
                iifname "%1$s" oifname != "%1$s" update @sent4 { ip saddr . oifname }
                iifname "%1$s" oifname != "%1$s" update @sent6 { ip6 saddr . oifname }
                iifname != "%1$s" oifname "%1$s" update @received4 { ip daddr . iifname }
                iifname != "%1$s" oifname "%1$s" update @received6 { ip6 daddr . iifname }
                ct state established,related accept
                icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept
                ip saddr vmap @egress4
                ip6 saddr vmap @egress6
                ip daddr vmap @ingress4
                ip6 daddr vmap @ingress6
                iifname "%1$s" oifname "%1$s" jump between
              }
              chain node {
                type filter hook input priority filter; policy accept;
                iifname != "%1$s" accept
                ct state established,related accept
                ip daddr { %2$s } meta l4proto { tcp, udp } th dport 53 accept
                icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept
                ip saddr vmap @egress4
                ip6 saddr vmap @egress6
              }
              chain between {
                ct status dnat ct mark and %4$s == %4$s accept comment "a host port is for everybody"
                ip daddr 224.0.0.0/4 accept comment "table bridge looks at these"
                meta mark set ip saddr map @namespaces4
                meta mark . ip daddr @members4 meta mark set 0 accept
                meta mark set ip6 saddr map @namespaces6
                meta mark . ip6 daddr @members6 meta mark set 0 accept
                meta mark set 0
                reject with icmpx admin-prohibited
              }
            %3$s}
            """;

    private static final String BRIDGE = """
            table bridge smarter
            delete table bridge smarter
            table bridge smarter {
              set sources4 { type ifname . ether_addr . ipv4_addr; }
              set sources6 { type ifname . ether_addr . ipv6_addr; }
              set targets6 { typeof iifname . ether saddr . @th,64,128; }
              set ethers { type ifname . ether_addr; }
              map namespaces { type ifname : mark; }
              set members { type mark . ifname; }
              chain sources {
                type filter hook prerouting priority -300; policy accept;
                iifname != "%1$s*" accept
                ether type ip iifname . ether saddr . ip saddr @sources4 accept
                ether type arp iifname . ether saddr . arp saddr ip @sources4 iifname . arp saddr ether . arp saddr ip @sources4 accept
            %2$s    drop
              }
              chain multicast {
                type filter hook forward priority filter; policy accept;
                iifname != "%1$s*" accept
                ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 ip daddr 224.0.0.0/4 drop
                ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 ip6 daddr ff00::/8 drop
                ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 accept
                ether type arp accept
                icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept
                meta mark set iifname map @namespaces
                meta mark . oifname @members meta mark set 0 accept
                drop
              }
            }
            """;

    /** A pod finds neighbours by an address of its link, or by none, and says of no address but its own where it is. */
    private static final String SOURCES_6 = """
                icmpv6 type nd-neighbor-advert iifname . ether saddr . @th,64,128 @targets6 accept
                icmpv6 type nd-neighbor-advert @th,64,10 0x3fa iifname . ether saddr @ethers ip6 saddr fe80::/10 accept
                icmpv6 type nd-neighbor-advert drop
                ether type ip6 iifname . ether saddr . ip6 saddr @sources6 accept
                icmpv6 type { nd-router-solicit, nd-neighbor-solicit } iifname . ether saddr @ethers ip6 saddr { ::, fe80::/10 } accept
            """;

    /** Takes both tables away. */
    static final String NOTHING = """
            table inet smarter
            delete table inet smarter
            table bridge smarter
            delete table bridge smarter
            """;

    private Ruleset() {}

    /** Both tables with nobody in them but what policies say, in place of those that are there. */
    static String text(Frame frame, PolicyChains policies) {
        return SETS + chains(frame, policies) + BRIDGE.formatted(Lease.PREFIX, frame.ipv6() ? SOURCES_6 : "");
    }

    /** What changes the rules that are there from some policies to others, while pods go on talking. */
    static String change(Frame frame, PolicyChains before, PolicyChains policies) {
        var text = new StringBuilder("flush table inet smarter\n"); // of its rules; the sets stay
        for (var map : List.of("ingress4", "ingress6", "egress4", "egress6"))
            text.append("flush map inet smarter ").append(map).append('\n');
        for (var chain : before.chains().keySet()) {
            if (!policies.chains().containsKey(chain))
                text.append("delete chain inet smarter ").append(chain).append('\n');
        }
        return text.append(chains(frame, policies)).toString();
    }

    private static String chains(Frame frame, PolicyChains policies) {
        var chains = new StringBuilder();
        policies.chains().forEach((name, rules) -> {
            chains.append("  chain ").append(name).append(" {\n");
            for (var rule : rules) chains.append("    ").append(rule).append('\n');
            chains.append("  }\n");
        });
        return CHAINS.formatted(frame.bridge(), frame.nameServer(), chains, HOST_PORT_MARK)
                + verdicts("ingress", policies.ingress())
                + verdicts("egress", policies.egress());
    }

    private static String verdicts(String name, Map<InetAddress, String> chains) {
        var text = new StringBuilder();
        chains.forEach((address, chain) -> text.append("add element inet smarter %s%d { %s : jump %s }%n"
                .formatted(name, address.getAddress().length == 4 ? 4 : 6, address.getHostAddress(), chain)));
        return text.toString();
    }

    /** Lets pods' packets through where others, such as Docker, drop what is routed; {@link #text} has decided on them before. */
    static String opened(List<Forward> forwards) {
        var text = new StringBuilder();
        for (var forward : forwards) {
            if (!forward.drops() || !forward.marked().isEmpty()) continue;
            for (var way : List.of("iifname", "oifname"))
                text.append("insert rule %s %s %s %s \"%s\" counter accept comment \"%s\"%n"
                        .formatted(forward.family(), forward.table(), forward.chain(), way, Bridge.NAME, COMMENT));
        }
        return text.toString();
    }

    /** Takes these rules away again. */
    static String closed(List<Forward> forwards) {
        var text = new StringBuilder();
        for (var forward : forwards) {
            for (var handle : forward.marked())
                text.append("delete rule %s %s %s handle %d%n"
                        .formatted(forward.family(), forward.table(), forward.chain(), handle));
        }
        return text.toString();
    }

    /**
     * What a pod has in the sets.
     *
     * @param marks a number for each namespace
     */
    static List<SetElement> elements(Lease lease, ToIntFunction<String> marks) {
        var elements = new ArrayList<SetElement>();
        var mark = Hex.ofMark(marks.applyAsInt(lease.namespace()));
        var host = Hex.ofInterface(lease.host());
        for (var address : lease.addresses()) {
            var bytes = Hex.of(address.address());
            int version = address.address().getAddress().length == 4 ? 4 : 6;
            elements.add(internet("pods" + version, bytes, ""));
            elements.add(internet("namespaces" + version, bytes, mark));
            elements.add(internet("members" + version, mark + bytes, ""));
            var source = host + Hex.ofMac(lease.mac()) + bytes;
            elements.add(bridge("sources" + version, source, ""));
            if (version == 6) elements.add(bridge("targets6", source, ""));
            for (var port : lease.ports()) addPort(port, version, bytes, elements);
        }
        elements.add(bridge("ethers", host + Hex.ofMac(lease.mac()), ""));
        elements.add(bridge("namespaces", host, mark));
        elements.add(bridge("members", mark + host, ""));
        return elements;
    }

    /** The sets that count what a pod with this address sent and got. */
    static List<String> counting(InetAddress address) {
        int version = address.getAddress().length == 4 ? 4 : 6;
        return List.of(SENT + version, RECEIVED + version);
    }

    private static void addPort(HostPort port, int version, String address, List<SetElement> elements) {
        var key = Hex.ofProtocol(port.protocolNumber()) + Hex.ofPort(port.hostPort());
        var to = address + Hex.ofPort(port.containerPort());
        if (port.hostIp() == null) {
            elements.add(internet("ports" + version, key, to));
            return;
        }
        var at = InetAddress.ofLiteral(port.hostIp());
        if ((at.getAddress().length == 4 ? 4 : 6) == version)
            elements.add(internet("ports" + version + "at", Hex.of(at) + key, to));
    }

    private static SetElement internet(String set, String key, String value) {
        return new SetElement(RuleFamily.INET, TABLE, set, key, value);
    }

    private static SetElement bridge(String set, String key, String value) {
        return new SetElement(RuleFamily.BRIDGE, TABLE, set, key, value);
    }
}
