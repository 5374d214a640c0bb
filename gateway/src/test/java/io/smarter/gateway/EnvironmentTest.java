package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    @TempDir
    private Path volume;

    private static final Configs CONFIGS = (kind, namespace, name) -> switch (kind + "/" + name) {
        case "ConfigMap/settings" -> Json.obj("data", Json.obj("mode", "fast", "level", "3"));
        case "Secret/keys" -> Json.obj("data", Json.obj("password", "aHVudGVyMg=="));
        default -> null;
    };

    @Test
    void makesVariablesOfEverythingTheyMayComeFrom() throws Exception {
        var variables = of("""
                {"name":"app",
                 "resources":{"limits":{"cpu":"1500m","memory":"64Mi"}},
                 "envFrom":[{"prefix":"S_","configMapRef":{"name":"settings"}},
                            {"secretRef":{"name":"none","optional":true}}],
                 "env":[{"name":"PLAIN","value":"p"},
                        {"name":"AGAIN","value":"$(PLAIN)-$(S_mode)-$(NONE)"},
                        {"name":"KEY","valueFrom":{"configMapKeyRef":{"name":"settings","key":"level"}}},
                        {"name":"SECRET","valueFrom":{"secretKeyRef":{"name":"keys","key":"password"}}},
                        {"name":"MISSING","valueFrom":{"secretKeyRef":{"name":"keys","key":"x","optional":true}}},
                        {"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
                        {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                        {"name":"APP","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}},
                        {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}},
                        {"name":"MIB","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}]}
                """);
        assertThat(variables)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("S_mode", "fast"),
                        Map.entry("S_level", "3"),
                        Map.entry("PLAIN", "p"),
                        Map.entry("AGAIN", "p-fast-$(NONE)"),
                        Map.entry("KEY", "3"),
                        Map.entry("SECRET", "hunter2"),
                        Map.entry("POD", "cam"),
                        Map.entry("IP", "10.39.0.9"),
                        Map.entry("APP", "x"),
                        Map.entry("CPU", "2"),
                        Map.entry("MIB", "64")));
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> of("""
                        {"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"none","key":"k"}}}]}""")).hasMessage("configmap \"none\" not found");
        assertThatThrownBy(() -> of("""
                        {"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"settings","key":"k"}}}]}""")).hasMessage("couldn't find key k in ConfigMap farm/settings");
        assertThatThrownBy(() -> of("""
                        {"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.nope"}}}]}""")).hasMessage("unsupported fieldPath: spec.nope");
    }

    @Test
    void whatAllHaveCanBeUsedAndReplaced() throws Exception {
        var container = new Container((Json.Obj) Json.parse("""
                {"env":[{"name":"URL","value":"https://$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)"},
                        {"name":"KUBERNETES_SERVICE_HOST","value":"mine"}]}"""));
        var node = new Fields.Node("edge1", "192.0.2.7", 4000, 1L << 30);
        var fields = new Fields(new Pod(Json.Obj.EMPTY), node, List.of());
        var variables = new Environment(fields, CONFIGS, name -> Path.of("/nowhere"))
                .of(container, ApiVariables.of(URI.create("https://cloud.example:6443")));
        assertThat(variables)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "URL", "https://cloud.example:6443",
                        "KUBERNETES_SERVICE_HOST", "mine",
                        "KUBERNETES_SERVICE_PORT", "6443",
                        "KUBERNETES_SERVICE_PORT_HTTPS", "6443",
                        "KUBERNETES_PORT", "tcp://cloud.example:6443",
                        "KUBERNETES_PORT_6443_TCP", "tcp://cloud.example:6443",
                        "KUBERNETES_PORT_6443_TCP_PROTO", "tcp",
                        "KUBERNETES_PORT_6443_TCP_PORT", "6443",
                        "KUBERNETES_PORT_6443_TCP_ADDR", "cloud.example"));
    }

    @Test
    void anAddressOfVersion6IsWrittenAsClientsJoinIt() {
        assertThat(ApiVariables.of(URI.create("https://[2001:db8::1]")))
                .containsEntry("KUBERNETES_SERVICE_HOST", "2001:db8::1")
                .containsEntry("KUBERNETES_SERVICE_PORT", "443")
                .containsEntry("KUBERNETES_PORT", "tcp://[2001:db8::1]:443");
    }

    @Test
    void aFileThatAContainerWroteGivesVariables() throws Exception {
        Files.writeString(volume.resolve("vars"), "A='1'\nB=''\nC=bad");
        var ref = """
                {"name":"%s","valueFrom":{"fileKeyRef":{"volumeName":"v","path":"%s","key":"%s","optional":%s}}}""";
        assertThat(of("{\"env\":[%s,%s,%s]}"
                        .formatted(
                                ref.formatted("X", "vars", "A", false),
                                ref.formatted("Y", "vars", "B", false),
                                ref.formatted("Z", "none", "A", true))))
                .containsExactlyInAnyOrderEntriesOf(Map.of("X", "1", "Y", ""));
        assertThatThrownBy(() -> of("{\"env\":[%s]}".formatted(ref.formatted("X", "none", "A", false))))
                .hasMessage("environment variable key \"A\" not found in file \"none\" of volume \"v\"");
        assertThatThrownBy(() -> of("{\"env\":[%s]}".formatted(ref.formatted("X", "vars", "D", true))))
                .hasMessageContaining("'vars', line 3: must be");
        Files.createSymbolicLink(volume.resolve("link"), volume);
        assertThatThrownBy(() -> of("{\"env\":[%s]}".formatted(ref.formatted("X", "link/vars", "A", true))))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("file \"link/vars\" of volume \"v\" cannot be read: link");
    }

    private Map<String, String> of(String container) throws ConfigException {
        var pod = new Pod(
                Json.obj("metadata", Json.obj("name", "cam", "namespace", "farm", "labels", Json.obj("app", "x"))));
        var node = new Fields.Node("edge1", "192.0.2.7", 4000, 1L << 30);
        return new Environment(new Fields(pod, node, List.of("10.39.0.9")), CONFIGS, name -> volume)
                .of(new Container((Json.Obj) Json.parse(container)), Map.of());
    }
}
