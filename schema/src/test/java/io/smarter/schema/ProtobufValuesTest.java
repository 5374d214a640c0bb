package io.smarter.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ProtobufValuesTest {
    private static final Schema SCHEMA = Schema.load();

    /** Every kind with a protobuf form, filled from a seed. */
    static Stream<Arguments> kinds() {
        return TestSamples.kinds(SCHEMA).map(kind -> argumentSet(kind.gvk(), kind));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsWrittenReadsTheSame(SchemaKind kind) {
        for (int seed = 0; seed < 20; seed++) {
            var sample = new TestSamples(seed).of(kind);
            var read = SchemaProtobuf.decode(kind, ProtobufAnswers.object(kind, sample));
            assertThat(TestSamples.withoutUnset(kind, read)).isEqualTo(TestSamples.withoutUnset(kind, sample));
        }
    }

    /** Where a schema or something else may stand there is no type: nobody later leaves out what is not set. */
    @Test
    void schemasOfDefinitionsReadAsTheyWereWritten() {
        var kind = Objects.requireNonNull(SCHEMA.kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition"));
        var schema = """
                {"type":"object","additionalProperties":{"type":"string"},"items":{"type":"array","additionalItems":true,
                "items":{"format":"a"}},"dependencies":{"a":["b","c"],"d":{"type":"number"}}}""";
        var sent = Json.obj(
                "spec",
                Json.obj("versions", List.of(Json.obj("schema", Json.obj("openAPIV3Schema", Json.parse(schema))))));
        var read = SchemaProtobuf.decode(kind, ProtobufAnswers.object(kind, sent));
        var shown = FieldValidation.pruned(kind, read).items("spec", "versions").getFirst();
        assertThat(SchemaValues.same(shown.object("schema", "openAPIV3Schema"), Json.parse(schema)))
                .as(shown::pretty)
                .isTrue();
    }

    /** What kubectl 1.32 sends is what Go writes. */
    @ParameterizedTest
    @MethodSource("io.smarter.schema.SchemaProtobufTest#bodies")
    void writesAsGoDoes(String group, String name, String body, String object) {
        var kind = Objects.requireNonNull(SCHEMA.kind(group, "v1", name));
        var written = ProtobufAnswers.object(kind, (Json.Obj) Json.parse(object.replace('\'', '"')));
        assertThat(Base64.getEncoder().encodeToString(written)).isEqualTo(body);
    }
}
