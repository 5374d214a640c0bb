package io.smarter.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SchemaProtobufTest {
    private static final Schema SCHEMA = Schema.load();

    /** Bodies that kubectl 1.32 sent for its create commands. */
    static Stream<Arguments> bodies() {
        return Stream.of(
                argumentSet(
                        "config map",
                        "",
                        "ConfigMap",
                        "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEiUKEQoBYxIAGgAiACoAMgA4AEIAEgYKAWESAWISCAoDYmluEgF4GgAiAA==",
                        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'},'data':{'a':'b','bin':'x'}"
                                + "}"),
                argumentSet(
                        "binary data",
                        "",
                        "ConfigMap",
                        "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEh4KEQoBZBIAGgAiACoAMgA4AEIAGgkKA2JpbhIC//4aACIA",
                        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'d'},'binaryData':{'bin':'//4='"
                                + "}}"),
                argumentSet(
                        "secret",
                        "",
                        "Secret",
                        "azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWsSAXYaABoAIgA=",
                        "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'data':{'k':'dg=='}}"),
                argumentSet(
                        "namespace",
                        "",
                        "Namespace",
                        "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBbhIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==",
                        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n'},'spec':{},'status':{}}"),
                argumentSet(
                        "service account",
                        "",
                        "ServiceAccount",
                        "azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSEwoRCgFzEgAaACIAKgAyADgAQgAaACIA",
                        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'s'}}"),
                argumentSet(
                        "deployment",
                        "apps",
                        "Deployment",
                        "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EqkBChsKAWQSABoAIgAqADIAOABCAFoICgNhcHASAWQSfAgCEgoKCA"
                                + "oDYXBwEgFkGmQKGgoAEgAaACIAKgAyADgAQgBaCAoDYXBwEgFkEkYSKAoBeBIDeDoxKgAyCgoAEAAYUCIAKgBCAGoA"
                                + "cgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIg"
                                + "A=",
                        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','labels':{'app':'d'}}"
                                + ",'spec':{'replicas':2,'selector':{'matchLabels':{'app':'d'}},'template':{'metadata':{'la"
                                + "bels':{'app':'d'}},'spec':{'containers':[{'name':'x','image':'x:1','ports':[{'containerP"
                                + "ort':80}],'resources':{}}]}},'strategy':{}},'status':{}}"),
                argumentSet(
                        "service",
                        "",
                        "Service",
                        "azhzAAoNCgJ2MRIHU2VydmljZRJmChsKAXMSABoAIgAqADIAOABCAFoICgNhcHASAXMSQwoeCgc4MC1odHRwEgNUQ1"
                                + "AYUCIKCAEQABoEaHR0cCgAEggKA2FwcBIBcxoAIglDbHVzdGVySVA6AEIAUgBaAGAAaAAaAgoAGgAiAA==",
                        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'s','labels':{'app':'s'}},'spec':"
                                + "{'ports':[{'name':'80-http','protocol':'TCP','port':80,'targetPort':'http'}],'selector':"
                                + "{'app':'s'},'type':'ClusterIP'},'status':{'loadBalancer':{}}}"),
                argumentSet(
                        "quota",
                        "",
                        "ResourceQuota",
                        "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI0ChEKAXESABoAIgAqADIAOABCABIdCgoKA2NwdRIDCgExCg8KBm1lbW"
                                + "9yeRIFCgMxR2kaABoAIgA=",
                        "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q'},'spec':{'hard':{'cpu':"
                                + "'1','memory':'1Gi'}},'status':{}}"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsWhatKubectlSends(String group, String kind, String body, String expected) {
        var schemaKind = Objects.requireNonNull(SCHEMA.kind(group, "v1", kind));
        var decoded = SchemaProtobuf.decode(schemaKind, Base64.getDecoder().decode(body));
        assertThat(SchemaValues.same(
                        FieldValidation.pruned(schemaKind, decoded), Json.parse(expected.replace('\'', '"'))))
                .as(decoded.compact())
                .isTrue();
    }

    @Test
    void refusesWhatIsNotOfThisEncoding() {
        var kind = Objects.requireNonNull(SCHEMA.kind("", "v1", "Pod"));
        assertThatThrownBy(() -> SchemaProtobuf.decode(kind, new byte[] {'{', '}', ' ', ' '}))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("expected prefix k8s");
        var untyped = SchemaKind.untyped("example.org", "v1", "Thing");
        assertThatThrownBy(() -> SchemaProtobuf.decode(untyped, new byte[] {'k', '8', 's', 0}))
                .isInstanceOf(JsonException.class);
    }

    /** Whatever is cut or changed: an object or an error, never anything else. */
    @RepeatedTest(300)
    void survivesDamage(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var all = bodies().toList();
        var kind = Objects.requireNonNull(SCHEMA.kind("apps", "v1", "Deployment"));
        var body = Base64.getDecoder().decode((String) all.get(5).get()[2]);
        var damaged = Arrays.copyOf(body, random.nextInt(body.length + 1));
        for (int i = 0; i < 3 && damaged.length > 4; i++)
            damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt(256);
        try {
            assertThat(SchemaProtobuf.decode(kind, damaged)).isNotNull();
        } catch (JsonException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }
}
