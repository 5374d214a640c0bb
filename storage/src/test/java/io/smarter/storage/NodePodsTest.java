package io.smarter.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import org.junit.jupiter.api.Test;

final class NodePodsTest {
    @Test
    void referencesAreFoundWhereverAPodMayHaveThem() {
        var pod = """
                {"metadata":{"namespace":"farm"},"spec":{"imagePullSecrets":[{"name":"s1"}],
                "initContainers":[{"env":[{"valueFrom":{"secretKeyRef":{"name":"s2"}}}]}],
                "containers":[{"env":[{"valueFrom":{"configMapKeyRef":{"name":"c1"}}}],
                "envFrom":[{"secretRef":{"name":"s3"}},{"configMapRef":{"name":"c2"}}]}],
                "volumes":[{"secret":{"secretName":"s4"}},{"configMap":{"name":"c3"}},
                {"projected":{"sources":[{"secret":{"name":"s5"}},{"configMap":{"name":"c4"}}]}}]}}""";
        assertThat(NodePods.references((Json.Obj) Json.parse(pod)))
                .containsExactlyInAnyOrder(
                        "secrets/farm/s1",
                        "secrets/farm/s2",
                        "secrets/farm/s3",
                        "secrets/farm/s4",
                        "secrets/farm/s5",
                        "configmaps/farm/c1",
                        "configmaps/farm/c2",
                        "configmaps/farm/c3",
                        "configmaps/farm/c4");
    }
}
