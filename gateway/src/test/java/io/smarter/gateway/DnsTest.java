package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DnsTest {
    private static final List<String> OURS = List.of("farm.svc.edge.test", "svc.edge.test", "edge.test", "lan.example");
    private static final List<String> HOST = List.of("lan.example");

    @TempDir
    private Path etc;

    static Stream<Arguments> policies() {
        return Stream.of(
                argumentSet("none said", "", false, List.of("169.254.0.2"), OURS, List.of("ndots:5")),
                argumentSet("cluster", "ClusterFirst", false, List.of("169.254.0.2"), OURS, List.of("ndots:5")),
                argumentSet(
                        "cluster, host network", "ClusterFirst", true, List.of("192.0.2.53"), HOST, List.of("rotate")),
                argumentSet(
                        "cluster even so",
                        "ClusterFirstWithHostNet",
                        true,
                        List.of("169.254.0.2"),
                        OURS,
                        List.of("ndots:5")),
                argumentSet("the node's", "Default", false, List.of("192.0.2.53"), HOST, List.of("rotate")),
                argumentSet("its own", "None", false, List.of(), List.of(), List.of()));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void podsAskWhomTheirPolicySays(
            String policy, boolean hostNetwork, List<String> servers, List<String> searches, List<String> options)
            throws Exception {
        Files.writeString(etc.resolve("resolv.conf"), "nameserver 192.0.2.53\nsearch lan.example\noptions rotate\n");
        var config = new Dns(etc, ClusterDns.parse("169.254.0.2", "edge.test")).of(pod(policy, hostNetwork));
        assertThat(config.getServersList()).isEqualTo(servers);
        assertThat(config.getSearchesList()).isEqualTo(searches);
        assertThat(config.getOptionsList()).isEqualTo(options);
    }

    @Test
    void withoutAServerOfTheClusterPodsAskTheNodes() throws Exception {
        Files.writeString(etc.resolve("resolv.conf"), "nameserver 192.0.2.53\n");
        var config = new Dns(etc, ClusterDns.parse("", "cluster.local")).of(pod("ClusterFirst", false));
        assertThat(config.getServersList()).containsExactly("192.0.2.53");
        assertThat(config.getSearchesList()).isEmpty();
    }

    @Test
    void aServerIsAnAddress() {
        assertThat(ClusterDns.parse("10.0.0.1, fd00::1", "x").servers()).containsExactly("10.0.0.1", "fd00::1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterDns.parse("dns.example", "x"))
                .withMessage("cluster-dns: must be IP addresses, was 'dns.example'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterDns.parse("10.0.0.1", "Not A Domain"))
                .withMessageContaining("cluster-domain: ");
    }

    private static Pod pod(String policy, boolean hostNetwork) {
        return new Pod(Json.obj(
                "metadata",
                Json.obj("name", "cam", "namespace", "farm"),
                "spec",
                Json.obj("dnsPolicy", policy, "hostNetwork", hostNetwork)));
    }
}
