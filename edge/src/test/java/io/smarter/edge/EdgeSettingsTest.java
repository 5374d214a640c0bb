package io.smarter.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class EdgeSettingsTest {
    private static final Map<String, String> NODE = Map.of("NODE_NAME", "gateway-1");

    @Test
    void whatIsNotToldIsAsUsual() {
        var settings = EdgeSettings.of(List.of(), NODE);
        assertThat(settings.parts()).containsExactlyInAnyOrder("network", "devices");
        assertThat(settings.node()).isEqualTo("gateway-1");
        assertThat(settings.pod()).isNull();
        assertThat(settings.devices().dra()).isFalse();
        var network = settings.network();
        assertThat(network.range()).isEqualTo("10.39.0.0/16");
        assertThat(network.gateway()).isNull();
        assertThat(network.range6()).isNull();
        assertThat(network.nameServer()).isEqualTo("169.254.0.2");
        assertThat(network.domain()).isEqualTo("cluster.local");
        assertThat(network.cniConfig()).isEqualTo(Path.of("/etc/cni/net.d"));
        assertThat(network.runtimes()).contains("/run/containerd/containerd.sock");
    }

    @Test
    void allCanBeTold() {
        var environment = new HashMap<>(NODE);
        environment.putAll(Map.of(
                "CIDR", "172.39.0.0/16",
                "GW", "172.39.0.1",
                "CIDR6", "fd39::/64",
                "CLUSTER_DNS", "169.254.20.10",
                "CLUSTER_DOMAIN", "edge.example"));
        var settings = EdgeSettings.of(
                List.of(
                        "--daemonset=kube-system/smarter-edge",
                        "--state=/s",
                        "--run=/r",
                        "--runtime=/a",
                        "--runtime=/b",
                        "--dra=true"),
                environment);
        assertThat(settings.devices().dra()).isTrue();
        assertThat(Objects.requireNonNull(settings.pod()).daemonSet()).isEqualTo("smarter-edge");
        var network = settings.network();
        assertThat(List.of(network.range(), network.gateway(), network.range6()))
                .containsExactly("172.39.0.0/16", "172.39.0.1", "fd39::/64");
        assertThat(List.of(network.nameServer(), network.domain())).containsExactly("169.254.20.10", "edge.example");
        assertThat(List.of(network.state(), network.run())).containsExactly(Path.of("/s"), Path.of("/r"));
        assertThat(network.runtimes()).containsExactly("/a", "/b");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                argumentSet("no node", "", "NODE_NAME=", "NODE_NAME: must be the Node's name, was missing"),
                argumentSet("no such option", "--bridge=x", "CIDR=", "unknown option '--bridge=x'"),
                argumentSet("no option", "network", "CIDR=", "unknown option 'network'"),
                argumentSet("no value", "--state", "CIDR=", "--state: must be --state=VALUE"),
                argumentSet("relative folder", "--state=x", "CIDR=", "--state: must be an absolute path, was 'x'"),
                argumentSet("neither yes nor no", "--dra=yes", "CIDR=", "--dra: must be true or false, was 'yes'"),
                argumentSet("no part", "--parts=network,x", "CIDR=", "--parts: must be of [devices, network], was 'x'"),
                argumentSet("no namespace", "--daemonset=x", "CIDR=", "--daemonset: must be NAMESPACE/NAME, was 'x'"),
                argumentSet(
                        "no length",
                        "",
                        "CIDR=10.39.0.0",
                        "CIDR: must be a range of IPv4 addresses such as 10.39.0.0/16, was '10.39.0.0'"),
                argumentSet("too long", "", "CIDR=10.39.0.0/33", "CIDR: must be a range of IPv4 addresses"),
                argumentSet("of the other kind", "", "CIDR6=10.39.0.0/16", "CIDR6: must be a range of IPv6 addresses"),
                argumentSet("a name", "", "GW=gateway", "GW: must be an IP address, was 'gateway'"),
                argumentSet("no server", "", "CLUSTER_DNS=x", "CLUSTER_DNS: must be an IP address, was 'x'"),
                argumentSet("no domain", "", "CLUSTER_DOMAIN=A b", "CLUSTER_DOMAIN: must be a domain of"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamed(String option, String variable, String message) {
        var environment = new HashMap<>(NODE);
        environment.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
        var options = option.isEmpty() ? List.<String>of() : List.of(option);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EdgeSettings.of(options, environment))
                .withMessageStartingWith(message);
    }
}
