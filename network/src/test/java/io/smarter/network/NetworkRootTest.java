package io.smarter.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole network of a node with the real kernel, in namespaces of this test. */
@Tag("root")
@Timeout(180)
final class NetworkRootTest {
    private static final String RANGE = "10.39.0.0/16";
    private static final Map<String, Integer> NOTHING = Map.of("links", 0, "leases", 0, "elements", 0);
    private static final int TRY_AGAIN_LATER = 11;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void podsOfANamespaceTalkAndThoseOfOthersDoNot() throws Exception {
        try (var node = started(RANGE)) {
            node.pod("a", "farm");
            var b = node.pod("b", "farm");
            var c = node.pod("c", "shop");
            node.listen("b", 99);
            node.listen("c", 99);
            assertThat(node.reaches("a", b, 99)).isTrue();
            assertThat(node.reaches("a", c, 99)).isFalse();
            assertThat(node.nodeReaches(c, 99)).as("the node reaches its pods").isTrue();
            assertThat(node.inPod("a", "ip", "link", "show", "eth0")).contains("mtu 1400");
            for (var pod : new String[] {"a", "b", "c"}) node.end(pod);
            assertThat(node.traces()).isEqualTo(NOTHING);
        }
    }

    @Test
    void podsReachOutsideAndNobodyReachesThemButByHostPorts() throws Exception {
        try (var node = started(RANGE)) {
            var a = node.pod(
                    "a",
                    "farm",
                    ",\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":99,\"protocol\":\"tcp\"},"
                            + "{\"hostPort\":8081,\"containerPort\":99,\"protocol\":\"tcp\",\"hostIP\":\"127.0.0.1\"}]}");
            node.pod("b", "shop");
            node.listen("a", 99);
            node.listenOnLan(7);
            assertThat(node.reaches("a", "192.0.2.2", 7)).isTrue();
            node.onLan("ip", "route", "add", RANGE, "via", "192.0.2.1");
            node.onLan("ip", "route", "add", "169.254.0.2/32", "via", "192.0.2.1");
            assertThat(node.lanReaches(a, 99)).as("the pod itself").isFalse();
            assertThat(node.lanReaches("169.254.0.2", 53))
                    .as("names from outside")
                    .isFalse();
            assertThat(node.reaches("a", "169.254.0.2", 53))
                    .as("names from a pod")
                    .isTrue();
            assertThat(node.nodeReaches("169.254.0.2", 53))
                    .as("names from the node")
                    .isTrue();
            assertThat(node.lanReaches("192.0.2.1", 8080)).as("host port").isTrue();
            assertThat(node.lanReaches("192.0.2.1", 8081))
                    .as("host port of another address")
                    .isFalse();
            assertThat(node.nodeReaches("127.0.0.1", 8080))
                    .as("host port from loopback")
                    .isTrue();
            assertThat(node.nodeReaches("127.0.0.1", 8081))
                    .as("host port of loopback")
                    .isTrue();
            assertThat(node.reaches("a", "192.0.2.1", 8080)).as("own host port").isTrue();
            assertThat(node.reaches("b", "192.0.2.1", 8080))
                    .as("another's host port")
                    .isTrue();
            assertThat(node.reaches("b", a, 99)).as("another").isFalse();
            node.listen("", 2222);
            assertThat(node.reaches("a", "127.0.0.1", 2222))
                    .as("the node's loopback")
                    .isFalse();
            node.end("a");
            assertThat(node.lanReaches("192.0.2.1", 8080))
                    .as("host port of nobody")
                    .isFalse();
        }
    }

    @Test
    void aPodCannotSendWithAnotherAddress() throws Exception {
        try (var node = started(RANGE)) {
            node.pod("a", "farm");
            var b = node.pod("b", "farm");
            node.listen("b", 99);
            node.inPod("a", "ip", "addr", "add", "10.39.7.7/16", "dev", "eth0");
            var stolen = node.inPodStatus("a", "nc", "-zn", "-w1", "-s", "10.39.7.7", b, "99");
            assertThat(stolen).as("with an address of nobody").isNotZero();
            node.inPod("a", "ip", "link", "set", "eth0", "address", "0a:58:0a:27:00:63");
            assertThat(node.reaches("a", b, 99))
                    .as("with another Ethernet address")
                    .isFalse();
        }
    }

    @Test
    void whatSomebodyBreaksIsMended() throws Exception {
        try (var node = started(RANGE)) {
            node.pod("a", "farm");
            var b = node.pod("b", "farm");
            var c = node.pod("c", "shop");
            node.listen("b", 99);
            node.listen("c", 99);
            node.onNode("nft", "flush", "ruleset");
            until(() -> node.onNode("nft", "list", "tables").contains("bridge smarter"));
            assertThat(node.reaches("a", c, 99)).isFalse();
            assertThat(node.reaches("a", b, 99)).isTrue();
            node.onNode("ip", "link", "del", "smartnet0");
            until(() -> node.reaches("a", b, 99) && node.reaches("a", "169.254.0.2", 53));
            assertThat(node.reaches("a", c, 99)).isFalse();
            node.onNode("ip", "link", "set", "smartnet0", "down");
            until(() -> node.reaches("a", b, 99));
            assertThat(node.pod("d", "farm")).isNotEqualTo(b);
            assertThat(node.reaches("d", b, 99)).isTrue();
        }
    }

    @Test
    void withoutTheResidentPartPodsWaitAndMayGo() throws Exception {
        try (var node = started(RANGE)) {
            var a = node.pod("a", "farm");
            var b = node.pod("b", "farm");
            node.listen("b", 99);
            node.kill();
            assertThat(node.reaches("a", b, 99)).as("while nobody is there").isTrue();
            var failed = node.call("ADD", "c", "farm", "");
            assertThat(failed.status()).isEqualTo(1);
            assertThat(failed.json().number(0, "code")).isEqualTo(TRY_AGAIN_LATER);
            node.end("a");
            node.start();
            assertThat(node.traces()).containsEntry("leases", 1).containsEntry("links", 1);
            assertThat(node.pod("c", "farm")).isNotIn(a, b);
            assertThat(node.reaches("c", b, 99)).isTrue();
        }
    }

    @Test
    void aPodThatComesAgainHasItsAddressAgain() throws Exception {
        try (var node = started(RANGE)) {
            var a = node.pod("a", "farm");
            node.pod("b", "farm");
            node.dropNamespace("a");
            node.makeNamespace("a-again");
            var again = node.call("ADD", "a", "farm", "", "/run/netns/" + node.netns("a-again"), "second-sandbox");
            assertThat(again.address()).isEqualTo(a);
        }
    }

    @Test
    void aPoolThatIsFullSaysSoAndServesWhenOneGoes() throws Exception {
        try (var node = started("10.39.0.0/29")) {
            for (int i = 0; i < 5; i++) node.pod("p" + i, "farm");
            var failed = node.call("ADD", "p0", "shop", "", "/run/netns/" + node.netns("p0"), "more");
            assertThat(failed.json().number(0, "code")).isEqualTo(TRY_AGAIN_LATER);
            assertThat(failed.json().textOrEmpty("msg"))
                    .isEqualTo("no address of 10.39.0.0/29 is free, 5 pods have one");
            node.end("p3");
            assertThat(node.pod("p9", "farm")).isEqualTo("10.39.0.5");
        }
    }

    @Test
    void killedAtAnyMomentOfAnAddNothingLeaks() throws Exception {
        try (var node = started(RANGE)) {
            var random = new Random(20261127);
            for (int round = 0; round < 8; round++) {
                var pods = new ArrayList<String>();
                for (int i = 0; i < 3; i++) pods.add("k%d%d".formatted(round, i));
                for (var pod : pods) node.makeNamespace(pod);
                try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (var pod : pods) {
                        var _ = threads.submit(() -> node.call("ADD", pod, "farm", ""));
                    }
                    Thread.sleep(random.nextInt(60)); // the moment of the kill, whatever it is
                    node.kill();
                }
                node.start();
                for (var pod : pods) node.end(pod);
                assertThat(node.traces()).as("round %d", round).isEqualTo(NOTHING);
            }
        }
    }

    @Test
    void twoHundredPodsLeaveNothing() throws Exception {
        try (var node = started(RANGE)) {
            try (var threads = Executors.newFixedThreadPool(10)) {
                var done = new ArrayList<java.util.concurrent.Future<String>>();
                for (int i = 0; i < 200; i++) {
                    var pod = "n" + i;
                    done.add(threads.submit(() -> {
                        var address = node.pod(pod, "farm");
                        node.end(pod);
                        return address;
                    }));
                }
                for (var one : done) assertThat(one.get()).startsWith("10.39.0.");
            }
            assertThat(node.traces()).isEqualTo(NOTHING);
        }
    }

    @Test
    void manyPodsArePutBackInOneGo() throws Exception {
        try (var node = started(RANGE)) {
            var addresses = new ArrayList<String>();
            for (int i = 0; i < 70; i++) addresses.add(node.pod("m" + i, "farm"));
            node.listen("m69", 99);
            node.kill();
            node.start();
            assertThat(node.reaches("m0", addresses.getLast(), 99)).isTrue();
            node.onNode("nft", "flush", "ruleset");
            until(() -> node.onNode("nft", "list", "ruleset").contains(addresses.getLast()));
            assertThat(node.reaches("m0", addresses.getLast(), 99)).isTrue();
        }
    }

    @Test
    void limitsOfAPodAreTheKernels() throws Exception {
        try (var node = started(RANGE)) {
            node.pod(
                    "a",
                    "farm",
                    ",\"runtimeConfig\":{\"bandwidth\":{\"ingressRate\":8000000,\"ingressBurst\":4294967295,"
                            + "\"egressRate\":1000000,\"egressBurst\":4294967295}}");
            assertThat(node.onNode("tc", "qdisc"))
                    .contains("rate 8Mbit burst 250000b")
                    .contains("rate 1Mbit burst 32Kb");
            node.end("a");
            assertThat(node.traces()).isEqualTo(NOTHING);
        }
    }

    @Test
    void whoDropsWhatIsRoutedLetsPodsThrough() throws Exception {
        try (var node = started(RANGE)) {
            node.pod("a", "farm");
            node.listenOnLan(7);
            node.onNode("iptables", "-P", "FORWARD", "DROP");
            until(() -> node.reaches("a", "192.0.2.2", 7));
            node.onNode("iptables", "-F");
            until(() -> node.reaches("a", "192.0.2.2", 7));
            assertThat(node.onNode("iptables", "-S", "FORWARD"))
                    .contains("-P FORWARD DROP")
                    .containsOnlyOnce("-i smartnet0")
                    .containsOnlyOnce("-o smartnet0");
        }
    }

    @Test
    void uplinksComeAndGoAndPodsDoNotNotice() throws Exception {
        try (var node = started(RANGE)) {
            node.pod("a", "farm");
            var b = node.pod("b", "farm");
            node.listen("b", 99);
            node.onNode("ip", "link", "del", "up0");
            assertThat(node.reaches("a", b, 99)).isTrue();
            node.uplink("wwan0", "198.51.100.1", "198.51.100.2", 1280);
            node.listenOnLan(7);
            assertThat(node.reaches("a", b, 99)).isTrue();
            until(() -> node.reaches("a", "198.51.100.2", 7));
            node.pod("c", "farm");
            assertThat(node.inPod("c", "ip", "link", "show", "eth0")).contains("mtu 1280");
            assertThat(node.reaches("c", b, 99)).isTrue();
        }
    }

    @Test
    void bytesAreCountedByPodAndUplink() throws Exception {
        try (var node = started(RANGE)) {
            node.pod("a", "farm");
            var b = node.pod("b", "farm");
            node.listen("b", 99);
            node.listenOnLan(7);
            var text = "x".repeat(972); // with the headers of UDP and IP 1,000 bytes
            for (int i = 0; i < 10; i++) node.send("a", "192.0.2.2", 9, text);
            assertThat(node.traffic("a", "up0").sentBytes()).isEqualTo(10_000);
            assertThat(node.reaches("a", "192.0.2.2", 7)).isTrue();
            assertThat(node.traffic("a", "up0").receivedBytes()).isPositive();
            assertThat(node.reaches("a", b, 99)).isTrue();
            assertThat(node.traffic("b", "up0").sentBytes())
                    .as("what stays on the node")
                    .isZero();

            node.onNode("ip", "link", "del", "up0");
            node.uplink("wwan0", "198.51.100.1", "198.51.100.2", 1280);
            node.send("b", "198.51.100.2", 9, text);
            assertThat(node.traffic("b", "wwan0").sentBytes()).isEqualTo(1_000);
            assertThat(node.traffic("a", "up0").sentBytes())
                    .as("over one that is gone")
                    .isGreaterThan(10_000);
            assertThat(node.traffic("a", "wwan0").sentBytes()).isZero();
        }
    }

    @Test
    void podsHaveIpv6AsWell() throws Exception {
        try (var node = new Node(folder, "smtn", RANGE, "fd39::/64")) {
            node.start();
            node.pod("a", "farm");
            node.pod("b", "farm");
            node.pod("c", "shop");
            for (var pod : new String[] {"b", "c"}) node.listen(pod, 99);
            assertThat(node.address6("b")).isEqualTo("fd39::3");
            assertThat(node.reaches("a", "fd39::3", 99)).isTrue();
            assertThat(node.reaches("a", "fd39::4", 99))
                    .as("of another namespace")
                    .isFalse();
            node.inPod("a", "ip", "addr", "add", "fd39::77/64", "dev", "eth0", "nodad");
            assertThat(node.inPodStatus("a", "nc", "-zn", "-w1", "-s", "fd39::77", "fd39::3", "99"))
                    .as("with an address of nobody")
                    .isNotZero();
            for (var pod : new String[] {"a", "b", "c"}) node.end(pod);
            assertThat(node.traces()).isEqualTo(NOTHING);
        }
    }

    @Test
    void multicastStaysInTheNamespace() throws Exception {
        try (var node = started(RANGE)) {
            node.pod("a", "farm");
            node.pod("b", "farm");
            node.pod("c", "shop");
            try (var friend = node.joined("b", "224.3.0.7", 5000);
                    var stranger = node.joined("c", "224.3.0.7", 5000)) {
                node.send("a", "224.3.0.7", 5000, "picture");
                assertThat(Node.received(friend)).isEqualTo("picture");
                node.send("c", "224.3.0.7", 5000, "other picture");
                assertThat(Node.received(stranger))
                        .as("what is first, hears itself")
                        .isEqualTo("other picture");
            }
        }
    }

    @Test
    void aRangeOfAnotherNetworkIsRefused() throws Exception {
        try (var node = new Node(folder, "smtn", "192.0.0.0/16")) {
            assertThat(node.startupFailure())
                    .contains("pods cannot have addresses of 192.0.0.0/16: it overlaps 192.0.2.0/24 of up0");
        }
    }

    private Node started(String range) throws Exception {
        var node = new Node(folder, "smtn", range);
        node.start();
        return node;
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited for 20 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
