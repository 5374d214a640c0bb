package io.smarter.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.types.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenApiTest {
    private final Schema schema = Schema.load();
    private final OpenApi openApi = new OpenApi(schema, new Types(schema));

    @Test
    void theRootListsTheDocuments() {
        var paths = openApi.root().object("paths");
        assertThat(paths.members().keySet()).contains("api/v1", "apis/apps/v1");
        assertThat(paths.text("apis/apps/v1", "serverRelativeURL"))
                .matches("/openapi/v3/apis/apps/v1\\?hash=[0-9A-F]{64}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/v1", "apis/apps/v1", "apis/coordination.k8s.io/v1"})
    void everyReferenceIsResolved(String group) {
        var document = openApi.document(group);
        var schemas = document.object("components", "schemas");
        for (var reference : references(document))
            assertThat(schemas.has(reference.substring(OpenApiSchemas.V3.length())))
                    .as(reference)
                    .isTrue();
    }

    @Test
    void swaggerHasAllOfIt() {
        var document = openApi.swagger();
        for (var reference : references(document))
            assertThat(document.object("definitions").has(reference.substring(OpenApiSchemas.V2.length())))
                    .as(reference)
                    .isTrue();
    }

    /** What kubectl looks at to decide whether the server validates. */
    @Test
    void patchTakesFieldValidation() {
        var patch = openApi.document("apis/apps/v1")
                .at("paths", "/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}", "patch");
        assertThat(Objects.requireNonNull(patch).items("parameters")).anySatisfy(parameter -> {
            assertThat(parameter.text("name")).isEqualTo("fieldValidation");
            assertThat(parameter.text("in")).isEqualTo("query");
        });
        assertThat(patch.at("x-kubernetes-group-version-kind"))
                .isEqualTo(Json.obj("group", "apps", "kind", "DaemonSet", "version", "v1"));
    }

    @Test
    void schemasCarryTheirMarks() {
        var schemas = openApi.document("api/v1").object("components", "schemas");
        var ports = Objects.requireNonNull(schemas.at("io.k8s.api.core.v1.Container", "properties", "ports"));
        assertThat(ports)
                .isEqualTo(Json.obj(
                        "type", "array",
                        "items", Json.obj("$ref", "#/components/schemas/io.k8s.api.core.v1.ContainerPort"),
                        "x-kubernetes-list-type", "map",
                        "x-kubernetes-list-map-keys", List.of("containerPort", "protocol"),
                        "x-kubernetes-patch-strategy", "merge",
                        "x-kubernetes-patch-merge-key", "containerPort"));
        assertThat(schemas.at("io.k8s.api.core.v1.Pod", "x-kubernetes-group-version-kind"))
                .isEqualTo(Json.arr(Json.obj("group", "", "kind", "Pod", "version", "v1")));
        assertThat(schemas.at("io.k8s.api.core.v1.Container", "required")).isEqualTo(Json.arr("name"));
    }

    private static List<String> references(Json json) {
        var found = new ArrayList<String>();
        switch (json) {
            case Json.Obj(var members) ->
                members.forEach((name, value) -> {
                    if (name.equals("$ref") && value instanceof Json.Str(var target)) found.add(target);
                    else found.addAll(references(value));
                });
            case Json.Arr(var items) -> items.forEach(item -> found.addAll(references(item)));
            default -> {}
        }
        return found;
    }
}
