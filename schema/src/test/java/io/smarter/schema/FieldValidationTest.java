package io.smarter.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FieldValidationTest {
    private static final Schema SCHEMA = Schema.load();
    private final SchemaKind pod = Objects.requireNonNull(SCHEMA.kind("", "v1", "Pod"));
    private final SchemaKind secret = Objects.requireNonNull(SCHEMA.kind("", "v1", "Secret"));
    private final SchemaKind lease = Objects.requireNonNull(SCHEMA.kind("coordination.k8s.io", "v1", "Lease"));

    @Test
    void namesUnknownAndDuplicateFields() {
        var duplicates = new ArrayList<String>();
        var text = """
                {"metadata":{"name":"a","name":"b"},
                 "spec":{"foo":1,"containers":[{"name":"c","bar":{}},{"name":"d","image":"x","image":"y"}]}}""";
        var object = (Json.Obj) new JsonReader(text.getBytes(StandardCharsets.UTF_8), duplicates::add).read();
        assertThat(FieldValidation.unknown(pod, object, duplicates))
                .containsExactly(
                        "unknown field \"spec.foo\"",
                        "unknown field \"spec.containers[0].bar\"",
                        "duplicate field \"metadata.name\"",
                        "duplicate field \"spec.containers[1].image\"");
    }

    @Test
    void labelsAndOtherDataAreNotFields() {
        assertThat(FieldValidation.unknown(pod, object("{'metadata':{'labels':{'x':'y'}}}"), List.of()))
                .isEmpty();
        var untyped = SchemaKind.untyped("example.org", "v1", "Thing");
        assertThat(FieldValidation.unknown(untyped, object("{'any':1}"), List.of()))
                .isEmpty();
    }

    static Stream<Arguments> wrongTypes() {
        return Stream.of(
                argumentSet(
                        "string for number",
                        "{'spec':{'containers':[{'ports':[{'containerPort':'80'}]}]}}",
                        "json: cannot unmarshal string into Go struct field "
                                + "ContainerPort.spec.containers.ports.containerPort of type int32"),
                argumentSet(
                        "number for string",
                        "{'spec':{'containers':[{'image':5}]}}",
                        "json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string"),
                argumentSet(
                        "number in labels",
                        "{'metadata':{'labels':{'a':1}}}",
                        "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"),
                argumentSet(
                        "object for list",
                        "{'spec':{'containers':{}}}",
                        "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container"),
                argumentSet(
                        "list for object",
                        "{'spec':[]}",
                        "json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec"),
                argumentSet(
                        "named string",
                        "{'spec':{'restartPolicy':true}}",
                        "json: cannot unmarshal bool into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy"),
                argumentSet(
                        "fraction",
                        "{'spec':{'priority':1.5}}",
                        "json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32"),
                argumentSet(
                        "too large",
                        "{'spec':{'priority':2147483648}}",
                        "json: cannot unmarshal number 2147483648 into Go struct field PodSpec.spec.priority of type int32"),
                argumentSet(
                        "quantity",
                        "{'spec':{'containers':[{'resources':{'limits':{'cpu':'much'}}}]}}",
                        "quantities must match the regular expression "
                                + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
                argumentSet(
                        "port",
                        "{'spec':{'containers':[{'livenessProbe':{'tcpSocket':{'port':true}}}]}}",
                        "json: cannot unmarshal bool into Go value of type int32"),
                argumentSet(
                        "time",
                        "{'metadata':{'deletionTimestamp':'now'}}",
                        "parsing time \"now\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"now\" as \"2006\""));
    }

    @ParameterizedTest
    @MethodSource("wrongTypes")
    void explainsWrongTypesAsGoDoes(String json, String message) {
        assertThat(FieldValidation.wrongType(pod, object(json))).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'spec':{'foo':1,'nodeName':null}}                      | {'spec':{}}",
                "{'spec':{'nodeName':'','hostNetwork':false,'volumes':[]}} | {'spec':{}}",
                "{'spec':{'containers':[],'enableServiceLinks':false}}   | {'spec':{'containers':[],'enableServiceLinks':false}}",
                "{'spec':{'containers':[{'name':'','resources':{}}]}}    | {'spec':{'containers':[{'name':'','resources':{}}]}}",
                "{'spec':{'overhead':{'cpu':'1000m','memory':1024}}}     | {'spec':{'overhead':{'cpu':'1','memory':'1024'}}}",
                "{'metadata':{'creationTimestamp':'2026-01-01T02:00:00.5+02:00'}}|{'metadata':{'creationTimestamp':'2026-01-01T00:00:00Z'}}",
                "{'metadata':{'labels':{'a':null}}}                      | {'metadata':{'labels':{'a':''}}}",
                "{'spec':{'overhead':{'cpu':null}}}                      | {'spec':{'overhead':{'cpu':'0'}}}"
            })
    void writesWhatIsStored(String json, String stored) {
        assertThat(FieldValidation.pruned(pod, object(json))).isEqualTo(object(stored));
    }

    @Test
    void readsTimesWithMicrosecondsAndBytes() {
        assertThat(FieldValidation.pruned(lease, object("{'spec':{'renewTime':'2026-01-01T00:00:00Z'}}"))
                        .text("spec", "renewTime"))
                .isEqualTo("2026-01-01T00:00:00.000000Z");
        assertThat(FieldValidation.wrongType(secret, object("{'data':{'a':'abc'}}")))
                .isEqualTo("illegal base64 data at input byte 0");
        assertThat(FieldValidation.wrongType(secret, object("{'data':{'a':'ab*='}}")))
                .isEqualTo("illegal base64 data at input byte 2");
        assertThat(FieldValidation.wrongType(secret, object("{'data':{'a':'YQ=='}}")))
                .isNull();
    }

    private static Json.Obj object(String text) {
        return (Json.Obj) Json.parse(text.replace('\'', '"'));
    }
}
