package io.smarter.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaWire;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Field numbers are those of gnostic's OpenAPIv2.proto. */
class OpenApiProtobufTest {
    private final Schema schema = Schema.load();
    private final OpenApi openApi = new OpenApi(schema, new Types(schema));
    private final byte[] document = OpenApiProtobuf.document(openApi.swagger());

    @Test
    void everyDefinitionAndPathIsThere() {
        var swagger = openApi.swagger();
        assertThat(messages(document, 9, 1).stream().map(named -> text(named, 1)))
                .containsExactlyElementsOf(
                        swagger.object("definitions").members().keySet());
        assertThat(messages(document, 8, 2).stream().map(named -> text(named, 1)))
                .containsExactlyElementsOf(swagger.object("paths").members().keySet());
    }

    @Test
    void schemasSayWhatTheirFieldsAre() {
        var container = messages(document, 9, 1).stream()
                .filter(named -> text(named, 1).equals("io.k8s.api.core.v1.Container"))
                .findFirst()
                .orElseThrow();
        var schema = messages(container, 2).getFirst();
        assertThat(text(schema, 19)).isEqualTo("name");
        assertThat(text(messages(schema, 22).getFirst(), 1)).isEqualTo("object");
        var ports = messages(schema, 25, 1).stream()
                .filter(named -> text(named, 1).equals("ports"))
                .map(named -> messages(named, 2).getFirst())
                .findFirst()
                .orElseThrow();
        assertThat(text(messages(ports, 23, 1).getFirst(), 1))
                .isEqualTo("#/definitions/io.k8s.api.core.v1.ContainerPort");
        assertThat(messages(ports, 31).stream()
                        .map(any -> text(any, 1) + "=" + text(messages(any, 2).getFirst(), 2)))
                .contains("x-kubernetes-patch-merge-key=\"containerPort\"", "x-kubernetes-list-type=\"map\"");
    }

    /** Where kubectl looks for what a patch takes. */
    @Test
    void parametersAreInTheirWrappers() {
        var patches = messages(document, 8, 2, 2, 8);
        assertThat(messages(patches.getFirst(), 8, 1, 2, 3).stream().map(query -> text(query, 4)))
                .contains("dryRun", "fieldValidation", "force");
    }

    @Test
    void whatHasNoFormIsAnError() {
        assertThatThrownBy(() -> OpenApiProtobuf.document(Json.obj("tags", Json.arr())))
                .hasMessageContaining("no protobuf form: tags");
    }

    /** The messages at a path of field numbers. */
    private static List<byte[]> messages(byte[] message, int... path) {
        var level = List.of(message);
        for (int field : path) {
            var below = new ArrayList<byte[]>();
            for (var outer : level) {
                var wire = new SchemaWire(outer, 0, outer.length);
                while (wire.next()) {
                    if (wire.field() == field) below.add(wire.bytes());
                    else wire.skip();
                }
            }
            level = below;
        }
        return level;
    }

    private static String text(byte[] message, int field) {
        return new String(messages(message, field).getFirst(), StandardCharsets.UTF_8);
    }
}
