package io.smarter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PodReferencesTest {
    private static PodReferences references(String spec) {
        return PodReferences.of(new Pod(Json.obj("spec", Json.parse(spec))));
    }

    @Test
    void areFoundWhereverAPodMayHaveThem() {
        var found = references("""
                {"imagePullSecrets":[{"name":"s1"}],"serviceAccountName":"a",
                "initContainers":[{"env":[{"valueFrom":{"secretKeyRef":{"name":"s2"}}}]}],
                "containers":[{"env":[{"valueFrom":{"configMapKeyRef":{"name":"c1"}}}],
                "envFrom":[{"secretRef":{"name":"s3"}},{"configMapRef":{"name":"c2"}}]}],
                "ephemeralContainers":[{"envFrom":[{"secretRef":{"name":"s6"}}]}],
                "volumes":[{"secret":{"secretName":"s4"}},{"configMap":{"name":"c3"}},
                {"persistentVolumeClaim":{"claimName":"p1"}},{"ephemeral":{}},
                {"projected":{"sources":[{"secret":{"name":"s5"}},{"configMap":{"name":"c4"}},
                {"serviceAccountToken":{"path":"t"}}]}}],
                "resourceClaims":[{"name":"d","resourceClaimName":"d1"}]}""");
        assertThat(found.objects())
                .extracting(one -> one.plural() + "/" + one.name())
                .containsExactly(
                        "serviceaccounts/a",
                        "secrets/s1",
                        "secrets/s2",
                        "configmaps/c1",
                        "secrets/s3",
                        "configmaps/c2",
                        "secrets/s6",
                        "secrets/s4",
                        "configmaps/c3",
                        "persistentvolumeclaims/p1",
                        "persistentvolumeclaims/",
                        "secrets/s5",
                        "configmaps/c4",
                        "serviceaccounts/",
                        "resourceclaims/d1");
        assertThat(found.unknown()).isEmpty();
    }

    private static String volume(String source) {
        return "{\"volumes\":[{\"name\":\"v\",%s}]}".formatted(source);
    }

    private static String container(String members) {
        return "{\"containers\":[{\"name\":\"c\",%s}]}".formatted(members);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                argumentSet("an account", "{\"serviceAccount\":\"a\"}", "serviceaccounts"),
                argumentSet("a device", "{\"resourceClaims\":[{\"name\":\"d\"}]}", "resourceclaims"),
                argumentSet(
                        "a token",
                        volume("\"projected\":{\"sources\":[{\"downwardAPI\":{}},{\"serviceAccountToken\":{}}]}"),
                        "serviceaccounts"),
                argumentSet(
                        "a certificate",
                        volume("\"projected\":{\"sources\":[{\"podCertificate\":{}}]}"),
                        "podcertificaterequests"),
                argumentSet(
                        "trust",
                        volume("\"projected\":{\"sources\":[{\"clusterTrustBundle\":{\"signerName\":\"s\"}}]}"),
                        "clustertrustbundles"),
                argumentSet(
                        "a projection that comes later",
                        volume("\"projected\":{\"sources\":[{\"later\":{}}]}"),
                        "the projected source \"later\""),
                argumentSet("a driver", volume("\"csi\":{\"driver\":\"d\"}"), "the volume source \"csi\""),
                argumentSet(
                        "a volume with a secret",
                        volume("\"azureFile\":{\"secretName\":\"s\"}"),
                        "the volume source \"azureFile\""),
                argumentSet(
                        "another source beside a plain one",
                        volume("\"emptyDir\":{},\"later\":{}"),
                        "the volume source \"later\""),
                argumentSet(
                        "a variable that comes later",
                        container("\"env\":[{\"name\":\"e\",\"valueFrom\":{\"laterRef\":{}}}]"),
                        "the source of variables \"laterRef\""),
                argumentSet(
                        "variables that come later",
                        container("\"envFrom\":[{\"prefix\":\"p\",\"laterRef\":{}}]"),
                        "the source of variables \"laterRef\""));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesToStaticPodsWhatIsOfTheApiAndWhatIsUnknown(String spec, String what) {
        assertThat(references(spec).refusedToStatic()).isEqualTo(what);
    }

    @Test
    void leavesStaticPodsWhatNeedsNoApi() {
        var spec = """
                {"containers":[{"env":[{"name":"a","value":"b"},{"valueFrom":{"fieldRef":{}}},
                {"valueFrom":{"resourceFieldRef":{}}},{"valueFrom":{"fileKeyRef":{}}},
                {"valueFrom":{"secretKeyRef":null}}],"envFrom":[{"prefix":"p"}]}],
                "volumes":[{"name":"a","emptyDir":{}},{"name":"b","hostPath":{}},{"name":"c","downwardAPI":{}},
                {"name":"d","image":{}},{"name":"e","projected":{"sources":[{"downwardAPI":{}}]}},{"name":"f"},
                {"name":"g","emptyDir":{},"secret":null}]}""";
        assertThat(references(spec).refusedToStatic()).isNull();
    }
}
