package io.smarter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CniServerTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void aPodIsAttachedInTheWordsOfEachVersion(String version) throws Exception {
        try (var plugin = new Plugin(folder)) {
            var result = plugin.json("ADD", version, "");
            assertThat(result.textOrEmpty("cniVersion")).isEqualTo(version);
            var ip = result.items("ips").getFirst();
            assertThat(ip.textOrEmpty("address")).isEqualTo("10.39.0.2/16");
            assertThat(ip.textOrEmpty("gateway")).isEqualTo("10.39.0.1");
            assertThat(ip.text("version")).isEqualTo(version.startsWith("0.") ? "4" : null);
            assertThat(result.items("interfaces")
                            .get((int) ip.number(-1, "interface"))
                            .textOrEmpty("sandbox"))
                    .isEqualTo(plugin.namespace().toString());
            assertThat(plugin.kernel.calls)
                    .anyMatch(call -> call.matches("attach smv[0-9a-f]{11} farm/cam1 10.39.0.2"));
            assertThat(plugin.pods.current()).singleElement().satisfies(pod -> {
                assertThat(pod.name()).isEqualTo("cam1");
                assertThat(pod.namespace()).isEqualTo("farm");
            });
        }
    }

    @Test
    void aPodIsTakenOffOnceAndAgain() throws Exception {
        try (var plugin = new Plugin(folder)) {
            plugin.call("ADD", "1.0.0");
            assertThat(plugin.call("CHECK", "1.0.0")).isEqualTo("0 ");
            assertThat(plugin.call("DEL", "1.0.0")).isEqualTo("0 ");
            assertThat(plugin.call("DEL", "1.0.0")).isEqualTo("0 ");
            assertThat(plugin.pool.leases()).isEmpty();
            assertThat(plugin.kernel.links).isEmpty();
            assertThat(plugin.kernel.elements).isEmpty();
            assertThat(plugin.pods.current()).isEmpty();
            assertThat(plugin.call("CHECK", "1.0.0")).startsWith("1 ").contains("c1@eth0 has no address");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach", "changeElements", "limit"})
    void whatFailsHalfwayLeavesNothing(String failing) throws Exception {
        try (var plugin = new Plugin(folder)) {
            plugin.kernel.failing = failing;
            var limits = ",\"runtimeConfig\":{\"bandwidth\":{\"egressRate\":1000000}}";
            var said = plugin.call(plugin.variables("ADD"), Plugin.config("1.0.0", limits));
            if (failing.equals("changeElements")) {
                assertThat(said).as("the rules are loaded anew").startsWith("0 ");
                plugin.call("DEL", "1.0.0");
            } else {
                assertThat(said).startsWith("1 ").contains("\"code\":5").contains(failing + " fails");
            }
            assertThat(plugin.pool.leases()).isEmpty();
            assertThat(plugin.kernel.links).isEmpty();
            assertThat(plugin.kernel.elements).isEmpty();
            assertThat(plugin.pods.current()).isEmpty();
        }
    }

    @Test
    void anAddAfterOneThatNobodyHeardOfTakesItsPlace() throws Exception {
        try (var plugin = new Plugin(folder)) {
            plugin.call("ADD", "1.0.0");
            assertThat(plugin.call("ADD", "1.0.0")).startsWith("0 ");
            assertThat(plugin.pool.leases()).hasSize(1);
            assertThat(plugin.kernel.links).hasSize(1);
        }
    }

    @Test
    void aHostPortIsOnePods() throws Exception {
        try (var plugin = new Plugin(folder)) {
            var port = ports("\"hostPort\":8080,\"containerPort\":80");
            assertThat(plugin.call(plugin.variables("ADD"), port)).startsWith("0 ");
            int elements = plugin.kernel.elements.size();
            var other = plugin.variables("ADD");
            other.put("CNI_CONTAINERID", "c2");
            other.put("CNI_ARGS", "K8S_POD_NAMESPACE=farm;K8S_POD_NAME=cam2");
            assertThat(plugin.call(other, port))
                    .startsWith("1 ")
                    .contains("\"code\":11")
                    .contains("host port 8080/tcp is that of pod farm/cam1");
            assertThat(plugin.kernel.elements).as("of the one that has it").hasSize(elements);
            var udp = ports("\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"udp\"");
            assertThat(plugin.call(other, udp)).startsWith("0 ");
        }
    }

    @Test
    void whatTheRuntimeAsksForIsReadInItsOwnSpelling() throws Exception {
        try (var plugin = new Plugin(folder)) {
            var asked = ",\"runtimeConfig\":{\"portMappings\":[{\"HostPort\":80,\"ContainerPort\":8080,"
                    + "\"Protocol\":\"UDP\",\"HostIP\":\"192.0.2.1\"}],\"bandwidth\":{\"IngressRate\":8000000,"
                    + "\"IngressBurst\":4294967295,\"EgressRate\":0,\"EgressBurst\":0}}";
            plugin.call(plugin.variables("ADD"), Plugin.config("1.0.0", asked));
            assertThat(plugin.kernel.calls).contains("limit 8000000 -");
            assertThat(plugin.pool.leases().getFirst().ports())
                    .containsExactly(new HostPort("udp", 80, 8080, "192.0.2.1"));
        }
    }

    @Test
    void whatADeadPodHoldsIsTheNextOnes() throws Exception {
        try (var plugin = new Plugin(folder)) {
            var gone = Files.createFile(folder.resolve("gone"));
            var before = plugin.variables("ADD");
            before.put("CNI_CONTAINERID", "before-the-boot");
            before.put("CNI_NETNS", gone.toString());
            var port = ports("\"hostPort\":8080,\"containerPort\":80");
            plugin.call(before, port);
            Files.delete(gone);
            assertThat(plugin.call(plugin.variables("ADD"), port))
                    .as("its own address")
                    .contains("10.39.0.2/16");
            assertThat(plugin.pool.leases()).hasSize(1);
            assertThat(plugin.kernel.links).hasSize(1);
        }
    }

    @Test
    void theRuntimeSaysWhichAttachmentsAreValid() throws Exception {
        try (var plugin = new Plugin(folder)) {
            plugin.call("ADD", "1.1.0");
            assertThat(plugin.call("STATUS", "1.1.0")).isEqualTo("0 ");
            var none = Plugin.config("1.1.0", ",\"cni.dev/valid-attachments\":[]");
            assertThat(plugin.call(plugin.variables("GC"), none)).isEqualTo("0 ");
            assertThat(plugin.pool.leases()).as("its namespace is there").hasSize(1);
            Files.delete(plugin.namespace());
            var valid = Plugin.config(
                    "1.1.0", ",\"cni.dev/valid-attachments\":[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]");
            assertThat(plugin.call(plugin.variables("GC"), valid)).isEqualTo("0 ");
            assertThat(plugin.pool.leases()).as("it is valid").hasSize(1);
            assertThat(plugin.call(plugin.variables("GC"), none)).isEqualTo("0 ");
            assertThat(plugin.pool.leases()).isEmpty();
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                argumentSet("version", Map.of(), Plugin.config("0.2.0", ""), 1, "cniVersion must be one of"),
                argumentSet("no JSON", Map.of(), "{", 6, "is not JSON"),
                argumentSet("no object", Map.of(), "[]", 6, "must be a JSON object"),
                argumentSet("command", Map.of("CNI_COMMAND", "RUN"), Plugin.config("1.0.0", ""), 4, "was 'RUN'"),
                argumentSet(
                        "container",
                        Map.of("CNI_CONTAINERID", "../../etc"),
                        Plugin.config("1.0.0", ""),
                        4,
                        "was '../../etc'"),
                argumentSet("interface", Map.of("CNI_IFNAME", "a/b"), Plugin.config("1.0.0", ""), 4, "was 'a/b'"),
                argumentSet("no interface", Map.of("CNI_IFNAME", ""), Plugin.config("1.0.0", ""), 4, "was ''"),
                argumentSet("namespace", Map.of("CNI_NETNS", "here"), Plugin.config("1.0.0", ""), 4, "was 'here'"),
                argumentSet("arguments", Map.of("CNI_ARGS", "pod"), Plugin.config("1.0.0", ""), 4, "has 'pod'"),
                argumentSet("port", Map.of(), ports("\"hostPort\":70000,\"containerPort\":1"), 7, "was 70000"),
                argumentSet("no port", Map.of(), ports("\"hostPort\":70"), 7, "containerPort must be"),
                argumentSet(
                        "protocol",
                        Map.of(),
                        ports("\"hostPort\":70,\"containerPort\":1,\"protocol\":\"icmp\""),
                        7,
                        "was 'icmp'"),
                argumentSet(
                        "address",
                        Map.of(),
                        ports("\"hostPort\":70,\"containerPort\":1,\"hostIP\":\"me\""),
                        7,
                        "was 'me'"),
                argumentSet(
                        "GC of old", Map.of("CNI_COMMAND", "GC"), Plugin.config("1.0.0", ""), 1, "since version 1.1.0"),
                argumentSet("GC", Map.of("CNI_COMMAND", "GC"), Plugin.config("1.1.0", ""), 7, "must be a list"));
    }

    private static String ports(String port) {
        return Plugin.config("1.0.0", ",\"runtimeConfig\":{\"portMappings\":[{%s}]}".formatted(port));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsNamed(Map<String, String> changed, String config, int code, String message) throws Exception {
        try (var plugin = new Plugin(folder)) {
            var variables = plugin.variables("ADD");
            variables.putAll(changed);
            assertThat(plugin.call(variables, config))
                    .startsWith("1 ")
                    .contains("\"code\":" + code)
                    .contains(message);
            assertThat(plugin.pool.leases()).isEmpty();
        }
    }
}
