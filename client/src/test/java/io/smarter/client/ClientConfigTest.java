package io.smarter.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Pem;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClientConfigTest {
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: farm
            contexts:
            - {name: other, context: {cluster: x, user: y}}
            - {name: farm, context: {cluster: c, user: u}}
            clusters:
            - name: c
              cluster:
                server: https://[::1]:6443
                %s
            users:
            - name: u
              user:
                %s
                %s
            """;

    @TempDir
    private Path folder;

    @Test
    void kubeconfigGivesItsCurrentContext() throws Exception {
        var pki = new TestPki(folder);
        var me = pki.identity("admin", List.of("system:masters"));
        Pem.write(folder.resolve("me.key"), me.key());
        var data = KUBECONFIG.formatted(
                "certificate-authority-data: " + base64(Pem.text(pki.authority())),
                "client-certificate-data: " + base64(Pem.text(me.chain())),
                "client-key-data: " + base64(Pem.text(me.key())));
        var files = KUBECONFIG.formatted(
                "certificate-authority: ca.crt",
                "client-certificate: " + folder.resolve("own.crt"),
                "client-key: me.key");
        for (var text : List.of(data, files)) {
            var config = ClientConfig.kubeconfig(write(text));
            assertThat(config.server()).isEqualTo(URI.create("https://[::1]:6443"));
            assertThat(config.host()).isEqualTo("::1");
            assertThat(config.ca()).containsExactly(pki.authority());
            var identity = Objects.requireNonNull(config.identity());
            assertThat(identity.key()).isEqualTo(me.key());
            assertThat(identity.chain().getFirst()).isEqualTo(me.chain().getFirst());
        }
    }

    @Test
    void kubeconfigGivesTokens() throws Exception {
        Files.writeString(folder.resolve("t"), "from-file\n");
        var both = ClientConfig.kubeconfig(write(KUBECONFIG.formatted("x: y", "token: given", "tokenFile: t")));
        assertThat(Objects.requireNonNull(both.token()).text()).isEqualTo("from-file");
        var text = ClientConfig.kubeconfig(write(KUBECONFIG.formatted("x: y", "token: given", "z: w")));
        assertThat(Objects.requireNonNull(text.token()).text()).isEqualTo("given");
        assertThat(text.toString()).as("what may be logged").doesNotContain("given");
    }

    @Test
    void aPodFindsItsClustersServer() throws Exception {
        var pki = new TestPki(folder);
        Files.writeString(folder.resolve("token"), "first");
        var environment = Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "6443");
        var config = ClientConfig.inCluster(environment, folder);
        assertThat(config.server()).isEqualTo(URI.create("https://10.96.0.1:6443"));
        assertThat(config.ca()).containsExactly(pki.authority());
        var token = Objects.requireNonNull(config.token());
        assertThat(token.text()).isEqualTo("first");
        Files.writeString(folder.resolve("token"), "second\n");
        assertThat(token.text()).isEqualTo("second");
        Files.writeString(folder.resolve("token"), " \n");
        assertThatThrownBy(token::text).hasMessageContaining("no token");
        var ipv6 = ClientConfig.inCluster(
                Map.of("KUBERNETES_SERVICE_HOST", "fd96::1", "KUBERNETES_SERVICE_PORT", "443"), folder);
        assertThat(ipv6.host()).isEqualTo("fd96::1");
        assertThat(ipv6.port()).isEqualTo(443);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                argumentSet("no YAML", "a: [", "invalid YAML"),
                argumentSet("no context", "current-context: x", "contexts has no entry named \"x\""),
                argumentSet(
                        "bad certificate",
                        KUBECONFIG.formatted("certificate-authority-data: aGVsbG8=", "x: y", "z: w"),
                        "no CERTIFICATE block"),
                argumentSet(
                        "token without TLS",
                        KUBECONFIG.formatted("", "token: t", "z: w").replace("https:", "http:"),
                        "a token is sent to https only"),
                argumentSet(
                        "no token",
                        KUBECONFIG.formatted("", "token: \"a b\"", "z: w"),
                        "token is empty, too long, or has other characters"),
                argumentSet(
                        "bad server",
                        KUBECONFIG.formatted("", "x: y", "z: w").replace("https://[::1]:6443", "ftp://x"),
                        "server must be https://HOST[:PORT], was ftp://x"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysWhatIsWrongAndWhere(String text, String message) throws Exception {
        var file = write(text);
        assertThatThrownBy(() -> ClientConfig.kubeconfig(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(file.toString());
    }

    @Test
    void targetsAreEncoded() {
        var target = new Target("/api")
                .segment("a b/ü")
                .parameter("q", "x=y,z&w")
                .parameter("none", "")
                .parameter("r", "1");
        assertThat(target).hasToString("/api/a%20b%2F%C3%BC?q=x%3Dy%2Cz%26w&r=1");
    }

    @Test
    void waitsGrowToTheirLimitAndStartAgain() {
        var backoff = new Backoff(1000);
        long[] limits = {200, 400, 800, 1000, 1000};
        for (long limit : limits) assertThat(backoff.nextMillis()).isBetween(limit / 2, limit);
        backoff.reset();
        assertThat(backoff.nextMillis()).isBetween(100L, 200L);
    }

    private Path write(String text) throws IOException {
        var file = folder.resolve("kubeconfig");
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
