package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

class PodDemandsTest {
    private static final Sysctls SYSCTLS = new Sysctls(List.of("kernel.msg*", "net.core.somaxconn"));

    private static String sysctl(String name) {
        return "{'securityContext':{'sysctls':[{'name':'%s','value':'1'}]}%%s}".formatted(name);
    }

    static Stream<Arguments> demands() {
        var safe = sysctl("net.ipv4.ip_unprivileged_port_start");
        return Stream.of(
                argumentSet("nothing", "{}", ""),
                argumentSet("a safe sysctl", safe.formatted(""), ""),
                argumentSet(
                        "written with slashes",
                        safe.replace("net.ipv4.ip", "net/ipv4/ip").formatted(""),
                        ""),
                argumentSet(
                        "of the node's network",
                        safe.formatted(",'hostNetwork':true"),
                        "SysctlForbidden forbidden sysctl: \"net.ipv4.ip_unprivileged_port_start\" not allowed with host net enabled"),
                argumentSet("one that is allowed", sysctl("net.core.somaxconn").formatted(""), ""),
                argumentSet("several that are allowed", sysctl("kernel.msgmax").formatted(""), ""),
                argumentSet(
                        "of the node's messages",
                        sysctl("kernel.msgmax").formatted(",'hostIPC':true"),
                        "SysctlForbidden forbidden sysctl: \"kernel.msgmax\" not allowed with host ipc enabled"),
                argumentSet(
                        "one that is not",
                        sysctl("vm.swappiness").formatted(""),
                        "SysctlForbidden forbidden sysctl: \"vm.swappiness\" not allowlisted"),
                argumentSet(
                        "a profile",
                        "{'containers':[{'securityContext':{'appArmorProfile':{'type':'Localhost'}}}]}",
                        "AppArmor Cannot enforce AppArmor: AppArmor is not enabled on the host"),
                argumentSet("no profile", "{'securityContext':{'appArmorProfile':{'type':'Unconfined'}}}", ""),
                argumentSet(
                        "its own groups only",
                        "{'securityContext':{'supplementalGroupsPolicy':'Strict'}}",
                        "SupplementalGroupsPolicyNotSupported SupplementalGroupsPolicy=Strict is not supported in this node"));
    }

    @ParameterizedTest
    @MethodSource("demands")
    void refusesWhatTheNodeDoesNotGive(String spec, String expected, @TempDir Path sys) {
        var pod = new Pod(Json.obj("spec", Json.parse(spec.replace('\'', '"'))));
        var refusal = PodDemands.of(SYSCTLS, sys, "containerd://1.6.20").refusal(pod);
        assertThat(refusal == null ? "" : refusal.reason() + " " + refusal.message())
                .isEqualTo(expected.replaceFirst(" ", " Pod was rejected: "));
    }

    @Test
    void takesFromKernelAndRuntimeWhatTheyCan(@TempDir Path sys) throws Exception {
        var enabled = sys.resolve("module/apparmor/parameters/enabled");
        Files.createDirectories(enabled.getParent());
        Files.writeString(enabled, "Y\n");
        assertThat(PodDemands.of(SYSCTLS, sys, "containerd://2.1.0")).isEqualTo(new PodDemands(SYSCTLS, true, true));
        assertThat(PodDemands.of(SYSCTLS, sys, "containerd://1.7.2").strictGroups())
                .isFalse();
    }

    @Test
    void allowsNothingThatIsTheWholeNodes() {
        assertThatThrownBy(() -> new Sysctls(List.of("vm.*")))
                .hasMessageContaining("'vm.*' is not known to be namespaced");
    }
}
