package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostsFileTest {
    static Stream<Arguments> pods() {
        return Stream.of(
                argumentSet("its own name", "{}", "10.39.0.5\tcam"),
                argumentSet("another name", "{'hostname': 'eye'}", "10.39.0.5\teye"),
                argumentSet(
                        "a domain",
                        "{'hostname': 'eye', 'subdomain': 'front'}",
                        "10.39.0.5\teye.front.farm.svc.cluster.local\teye"),
                argumentSet(
                        "a whole name of its own",
                        "{'hostname': 'eye', 'subdomain': 'front', 'hostnameOverride': 'eye.example.org'}",
                        "10.39.0.5\teye.example.org"),
                argumentSet(
                        "other hosts",
                        "{'hostAliases': [{'ip': '192.0.2.1', 'hostnames': ['a', 'b']}]}",
                        "192.0.2.1\ta\tb"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void namesThePodAndWhatItAsksFor(String spec, String line) throws IOException {
        var pod = new Pod(Json.obj(
                "metadata", Json.obj("name", "cam", "namespace", "farm"), "spec", Json.parse(spec.replace('\'', '"'))));
        var text = new String(
                HostsFile.of(pod, List.of("10.39.0.5"), new Dns(Path.of("/none"), ClusterDns.NONE)),
                StandardCharsets.UTF_8);
        assertThat(text.lines()).contains(line);
    }
}
