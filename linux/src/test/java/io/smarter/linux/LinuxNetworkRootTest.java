package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.linux.NetworkKernel.PodAddress;
import io.smarter.linux.NetworkKernel.Rate;
import io.smarter.linux.NetworkKernel.RuleFamily;
import io.smarter.linux.NetworkKernel.SetElement;
import io.smarter.linux.NetworkKernel.Veth;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real links, addresses, rules and limits, in namespaces of this test. */
@Tag("root")
final class LinuxNetworkRootTest {
    private static final String NODE = "smt-node";
    private static final String POD = "smt-pod";
    private static final String TABLE = "smarter-test";

    @BeforeEach
    void makeNamespaces() throws Exception {
        removeNamespaces();
        for (var name : List.of(NODE, POD)) run("ip", "netns", "add", name);
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        for (var name : List.of(NODE, POD))
            new ProcessBuilder("ip", "netns", "del", name).start().waitFor();
    }

    @Test
    void aPodIsAttachedFoundRightAndTakenOff() throws Exception {
        inNode(kernel -> {
            var veth = attached(kernel);
            assertThat(run("ip", "netns", "exec", POD, "ip", "-br", "addr"))
                    .contains("10.9.0.2/24")
                    .contains("fd09::2/64")
                    .containsPattern("lo +UNKNOWN +127.0.0.1");
            assertThat(run("ip", "netns", "exec", POD, "ip", "route")).contains("default via 10.9.0.1 dev eth0");
            assertThat(run("ip", "-d", "link", "show", "smtpod"))
                    .contains("hairpin on")
                    .contains("master smtbr")
                    .contains("alias farm/cam1");
            assertThat(run("ip", "-6", "addr", "show", "smtpod")).isEmpty();
            assertThat(kernel.links().stream().filter(link -> link.name().equals("smtpod")))
                    .singleElement()
                    .satisfies(link -> assertThat(link.kind()).isEqualTo("veth"))
                    .satisfies(link -> assertThat(link.alias()).isEqualTo("farm/cam1"));
            assertThat(kernel.check(veth)).isEmpty();
            run("ip", "netns", "exec", POD, "ip", "route", "del", "default");
            assertThat(kernel.check(veth)).isEqualTo("eth0 lacks its default route by 10.9.0.1");
            assertThatThrownBy(() -> kernel.attach(veth)).hasMessageContaining("smtpod");
            assertThat(kernel.deleteLink("smtpod")).isTrue();
            assertThat(kernel.deleteLink("smtpod")).isFalse();
            assertThat(kernel.check(veth)).contains("interface eth0");
        });
    }

    @Test
    void trafficOfAPodIsLimitedBothWays() throws Exception {
        inNode(kernel -> {
            attached(kernel);
            kernel.limit("smtpod", new Rate(8_000_000, 160_000), new Rate(1_000_000, 160_000), "smtifb");
            assertThat(run("tc", "qdisc", "show", "dev", "smtpod"))
                    .contains("tbf")
                    .contains("rate 8Mbit burst 20000b");
            assertThat(run("tc", "qdisc", "show", "dev", "smtifb")).contains("rate 1Mbit burst 20000b");
            assertThat(run("tc", "filter", "show", "dev", "smtpod", "ingress"))
                    .contains("Egress Redirect to device smtifb");
        });
    }

    @Test
    void elementsChangeTogetherOrNotAtAll() throws Exception {
        inNode(kernel -> {
            kernel.loadRules("""
                    table inet %1$s {
                      map namespaces { type ipv4_addr : mark; }
                      set pods { type ipv4_addr; counter; }
                      chain forward { type filter hook forward priority 0; ip saddr @pods accept; }
                    }
                    """.formatted(TABLE));
            var first = element("pods", "0a090002", "");
            var mark = element("namespaces", "0a090002", "01000000");
            kernel.changeElements(List.of(first, mark), List.of());
            assertThat(run("nft", "list", "table", "inet", TABLE)).contains("10.9.0.2 : 0x00000001");
            assertThat(kernel.counters(RuleFamily.INET, TABLE, "pods")).isEqualTo(Map.of("0a090002", 0L));
            var second = element("pods", "0a090003", "");
            assertThatThrownBy(() -> kernel.changeElements(List.of(second), List.of(element("pods", "0a0900ff", ""))))
                    .hasMessageContaining("No such file");
            assertThat(kernel.counters(RuleFamily.INET, TABLE, "pods")).containsOnlyKeys("0a090002");
            kernel.changeElements(List.of(second), List.of(first));
            assertThat(kernel.counters(RuleFamily.INET, TABLE, "pods")).containsOnlyKeys("0a090003");
        });
    }

    @Test
    void itIsNoticedWhenRulesOrLinksAreTouched() throws Exception {
        inNode(kernel -> {
            kernel.loadRules("""
                    table inet %1$s {
                      set pods { type ipv4_addr; }
                      chain forward { type filter hook forward priority 0; ip saddr @pods accept; }
                    }
                    """.formatted(TABLE));
            var before = kernel.fingerprint(RuleFamily.INET, TABLE);
            var rules = new Semaphore(0);
            kernel.watchRules(rules::release);
            kernel.changeElements(List.of(element("pods", "0a090002", "")), List.of());
            assertThat(kernel.fingerprint(RuleFamily.INET, TABLE)).isEqualTo(before);
            assertThat(rules.tryAcquire()).as("told of our own elements").isFalse();
            run("nft", "flush", "ruleset");
            assertThat(rules.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(kernel.fingerprint(RuleFamily.INET, TABLE)).isEmpty();
            var links = new Semaphore(0);
            kernel.watchLink("smtother", links::release);
            run("ip", "link", "add", "smtelse", "type", "bridge");
            run("ip", "link", "add", "smtother", "type", "bridge");
            assertThat(links.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            run("ip", "addr", "add", "10.9.9.1/24", "dev", "smtelse");
            assertThat(links.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        });
    }

    private static SetElement element(String set, String key, String value) {
        return new SetElement(RuleFamily.INET, TABLE, set, key, value);
    }

    private static Veth attached(LinuxNetwork kernel) throws IOException {
        kernel.createBridge("smtbr", "0a:58:0a:09:00:01", 1400);
        int bridge = kernel.links().stream()
                .filter(link -> link.name().equals("smtbr"))
                .findFirst()
                .orElseThrow()
                .index();
        kernel.addAddress(bridge, InetAddress.getByName("10.9.0.1"), 24);
        kernel.addAddress(bridge, InetAddress.getByName("10.9.0.1"), 24);
        var addresses = List.of(
                new PodAddress(InetAddress.getByName("10.9.0.2"), 24, InetAddress.getByName("10.9.0.1")),
                new PodAddress(InetAddress.getByName("fd09::2"), 64, InetAddress.getByName("fd09::1")));
        kernel.addAddress(bridge, InetAddress.getByName("fd09::1"), 64);
        var veth = new Veth(
                "smtbr",
                "smtpod",
                "eth0",
                Path.of("/run/netns", POD),
                "0a:58:0a:09:00:02",
                1400,
                "farm/cam1",
                addresses);
        kernel.attach(veth);
        return veth;
    }

    @FunctionalInterface
    private interface Part {
        void run(LinuxNetwork kernel) throws Exception;
    }

    /** Runs in the node's namespace: threads and processes that are started there are in it, too. */
    private static void inNode(Part part) throws Exception {
        try {
            new NetworkNamespace(Path.of("/run/netns", NODE)).call(() -> {
                try (var kernel = LinuxNetwork.open()) {
                    part.run(kernel);
                    return true;
                }
            });
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) throw error;
            throw e;
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
        return said;
    }
}
