package io.smarter.network;

import static io.smarter.network.NameTableTest.ip;
import static io.smarter.network.PolicyChainsTest.pod;
import static io.smarter.network.PolicyChainsTest.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The chains with the kernel's own filter and real packets: pods on a bridge, of two namespaces, and a machine outside. The
 * chains around them are the test's, of the form that a node has.
 */
@Tag("root")
@Timeout(120)
class PolicyChainsRootTest {
    private static final Map<String, Map<String, String>> NAMESPACES =
            Map.of("farm", Map.of("team", "a"), "shop", Map.of("team", "b"));
    private static final NodePod SERVER =
            pod("farm", Map.of("app", "server"), new NamedPort("web", "TCP", 8080), "10.77.0.5", "fd77::5");
    private static final NodePod FRIEND = pod("farm", Map.of("app", "client"), null, "10.77.0.6", "fd77::6");
    private static final NodePod STRANGER = pod("shop", Map.of("app", "client"), null, "10.77.0.7", "fd77::7");
    private static final List<NodePod> PODS = List.of(SERVER, FRIEND, STRANGER);

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestNetns node;
    private TestNetns server;
    private TestNetns friend;
    private TestNetns stranger;
    private TestNetns outside;

    @BeforeEach
    void connect() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "network namespaces need root");
        var unique = "smtp" + ProcessHandle.current().pid();
        node = made(unique + "node");
        node.exec("sysctl", "-q", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        node.exec("ip", "link", "add", "br0", "type", "bridge");
        node.exec("ip", "link", "set", "br0", "up");
        node.exec("ip", "addr", "add", "10.77.0.1/24", "dev", "br0");
        node.exec("ip", "addr", "add", "fd77::1/64", "dev", "br0", "nodad");
        node.exec("sysctl", "-q", "net.bridge.bridge-nf-call-iptables=1", "net.bridge.bridge-nf-call-ip6tables=1");
        server = bridged(unique + "server", 5);
        friend = bridged(unique + "friend", 6);
        stranger = bridged(unique + "stranger", 7);
        outside = made(unique + "out");
        node.exec("ip", "link", "add", "up0", "type", "veth", "peer", "name", "eth0", "netns", outside.name());
        node.exec("ip", "addr", "add", "192.0.2.1/24", "dev", "up0");
        node.exec("ip", "link", "set", "up0", "up");
        outside.exec("ip", "addr", "add", "192.0.2.2/24", "dev", "eth0");
        outside.exec("ip", "link", "set", "eth0", "up");
        outside.exec("ip", "route", "add", "default", "via", "192.0.2.1");
        for (int port : List.of(8080, 9090)) listen(server, port);
        listen(outside, 8080);
        answer(server, 5353);
    }

    @AfterEach
    void takeAway() throws Exception {
        for (var one : open.reversed()) one.close();
    }

    @Test
    void allIsOpenWithoutPolicies() throws Exception {
        apply();
        for (var from : List.of(friend, stranger, outside))
            assertThat(reaches(from, "10.77.0.5", 8080)).isTrue();
        assertThat(reaches(stranger, "fd77::5", 9090)).isTrue();
        assertThat(answers(stranger, "10.77.0.5", 5353)).isTrue();
        assertThat(reaches(server, "192.0.2.2", 8080)).isTrue();
    }

    @Test
    void denyAllLeavesTheNodeAndTheWayOut() throws Exception {
        apply("podSelector: {matchLabels: {app: server}}");
        for (var from : List.of(friend, stranger, outside))
            assertThat(reaches(from, "10.77.0.5", 8080)).isFalse();
        assertThat(reaches(friend, "fd77::5", 8080)).isFalse();
        assertThat(answers(friend, "10.77.0.5", 5353)).isFalse();
        assertThat(reaches(node, "10.77.0.5", 8080)).as("probes").isTrue();
        assertThat(reaches(server, "192.0.2.2", 8080)).as("answers come back").isTrue();
    }

    @Test
    void peersAndPorts() throws Exception {
        apply("""
                {podSelector: {matchLabels: {app: server}}, ingress: [
                  {from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: web}]},
                  {from: [{namespaceSelector: {matchLabels: {team: b}}}],
                   ports: [{port: 9000, endPort: 9100}, {port: 5353, protocol: UDP}]}]}""");
        assertThat(reaches(friend, "10.77.0.5", 8080)).isTrue();
        assertThat(reaches(friend, "fd77::5", 8080)).isTrue();
        assertThat(reaches(friend, "10.77.0.5", 9090)).isFalse();
        assertThat(answers(friend, "10.77.0.5", 5353)).isFalse();
        assertThat(reaches(stranger, "10.77.0.5", 8080)).isFalse();
        assertThat(reaches(stranger, "fd77::5", 8080)).isFalse();
        assertThat(reaches(stranger, "10.77.0.5", 9090)).isTrue();
        assertThat(reaches(stranger, "fd77::5", 9090)).isTrue();
        assertThat(answers(stranger, "10.77.0.5", 5353)).isTrue();
        assertThat(reaches(outside, "10.77.0.5", 9090)).isFalse();
    }

    @Test
    void blocksOfAddresses() throws Exception {
        apply("""
                {podSelector: {matchLabels: {app: server}}, ingress: [
                  {from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.77.0.7/32]}}]}]}""");
        assertThat(reaches(outside, "10.77.0.5", 8080)).isTrue();
        assertThat(reaches(friend, "10.77.0.5", 8080)).isTrue();
        assertThat(reaches(stranger, "10.77.0.5", 8080)).isFalse();
        assertThat(reaches(friend, "fd77::5", 8080)).as("the other family").isFalse();
    }

    @Test
    void egress() throws Exception {
        apply("""
                {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [
                  {to: [{podSelector: {matchLabels: {app: server}}}], ports: [{port: web}]}]}""");
        assertThat(reaches(friend, "10.77.0.5", 8080)).isTrue();
        assertThat(reaches(friend, "fd77::5", 8080)).isTrue();
        assertThat(reaches(friend, "10.77.0.5", 9090)).isFalse();
        assertThat(reaches(friend, "192.0.2.2", 8080)).isFalse();
        assertThat(reaches(stranger, "192.0.2.2", 8080))
                .as("of another namespace")
                .isTrue();
        assertThat(reaches(stranger, "10.77.0.5", 9090)).isTrue();
    }

    @Test
    void bothEndsMustAllow() throws Exception {
        apply(
                "{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: 9090}]}]}",
                "{podSelector: {matchLabels: {app: client}}, egress: [{ports: [{port: 8080}, {port: 9090}]}]}");
        assertThat(reaches(friend, "10.77.0.5", 9090)).isTrue();
        assertThat(reaches(friend, "10.77.0.5", 8080)).isFalse();
    }

    @Test
    void everyTextIsOneThatTheFilterReads() {
        assertThat(PolicyChainsTest.specs()).allSatisfy(fact -> apply(String.valueOf(fact.get()[0])));
    }

    // ---- the network

    private TestNetns made(String name) throws Exception {
        var made = TestNetns.make(name);
        open.add(made::delete);
        made.exec("ip", "link", "set", "lo", "up");
        return made;
    }

    private TestNetns bridged(String name, int number) throws Exception {
        var made = made(name);
        node.exec("ip", "link", "add", "v" + number, "type", "veth", "peer", "name", "eth0", "netns", name);
        node.exec("ip", "link", "set", "v" + number, "master", "br0", "up");
        made.exec("ip", "addr", "add", "10.77.0." + number + "/24", "dev", "eth0");
        made.exec("ip", "addr", "add", "fd77::" + number + "/64", "dev", "eth0", "nodad");
        made.exec("ip", "link", "set", "eth0", "up");
        made.exec("ip", "route", "add", "default", "via", "10.77.0.1");
        return made;
    }

    private void apply(String... specs) throws Exception {
        var policies = List.of(specs).stream().map(spec -> policy("farm", spec)).toList();
        node.execWith(ruleset(PolicyChains.of(PODS, NAMESPACES, policies)), "nft", "-f", "-");
    }

    private static String ruleset(PolicyChains chains) {
        var text = new StringBuilder("flush ruleset\ntable inet test {\n");
        chains.chains()
                .forEach((name, rules) -> text.append("chain %s {\n%s\n}\n".formatted(name, String.join("\n", rules))));
        for (int family : List.of(4, 6)) {
            text.append(map("egress" + family, family, chains.egress()));
            text.append(map("ingress" + family, family, chains.ingress()));
        }
        return text.append("""
                chain forward {
                  type filter hook forward priority 0; policy accept;
                  ct state established,related accept
                  icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
                  ip saddr vmap @egress4
                  ip6 saddr vmap @egress6
                  ip daddr vmap @ingress4
                  ip6 daddr vmap @ingress6
                }
                }
                """).toString();
    }

    private static String map(String name, int family, Map<InetAddress, String> chains) {
        var elements = chains.entrySet().stream()
                .filter(entry -> entry.getKey().getAddress().length == (family == 4 ? 4 : 16))
                .map(entry -> entry.getKey().getHostAddress() + " : jump " + entry.getValue())
                .collect(Collectors.joining(", "));
        return "map %s { type ipv%d_addr : verdict; %s }\n"
                .formatted(name, family, elements.isEmpty() ? "" : "elements = { " + elements + " }");
    }

    private void listen(TestNetns in, int port) throws Exception {
        var socket = in.call(() -> new ServerSocket(port));
        open.add(socket);
        Thread.ofPlatform().daemon().start(() -> {
            while (!socket.isClosed()) {
                try (var _ = socket.accept()) {
                    // that it came is enough
                } catch (IOException _) {
                    // closed
                }
            }
        });
    }

    private void answer(TestNetns in, int port) throws Exception {
        var channel = in.call(() -> DatagramChannel.open().bind(new InetSocketAddress(port)));
        open.add(channel);
        Thread.ofPlatform().daemon().start(() -> {
            var packet = ByteBuffer.allocate(16);
            while (channel.isOpen()) {
                try {
                    var from = channel.receive(packet.clear());
                    if (from != null) channel.send(packet.flip(), from);
                } catch (IOException _) {
                    // closed, or told of an earlier answer's fate
                }
            }
        });
    }

    /** False if it is told that it may not; a packet that is lost fails the test. */
    private static boolean reaches(TestNetns from, String address, int port) throws Exception {
        return from.call(() -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(ip(address), port), 5000);
                return true;
            } catch (NoRouteToHostException | BindException _) {
                return false; // the second is IPv6's "permission denied"
            }
        });
    }

    private static boolean answers(TestNetns from, String address, int port) throws Exception {
        return from.call(() -> {
            try (var socket = new java.net.DatagramSocket()) {
                socket.setSoTimeout(5000);
                socket.connect(ip(address), port);
                var packet = new java.net.DatagramPacket(new byte[] {1}, 1);
                socket.send(packet);
                socket.receive(packet);
                return true;
            } catch (java.net.SocketTimeoutException e) {
                throw e;
            } catch (IOException _) {
                return false;
            }
        });
    }
}
