package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several versions of one custom type, its subresources, and how clients write to it. */
@Timeout(60)
final class CustomVersionsTest {
    private static final String OLD = "/apis/shop.example.com/v1beta1/namespaces/default/widgets";
    private static final String NEW = "/apis/shop.example.com/v1/namespaces/default/widgets";
    private static final String SCHEMA = """
            {"openAPIV3Schema":{"type":"object","properties":{
            "spec":{"type":"object","properties":{"replicas":{"type":"integer","default":1},"color":{"type":"string"}}},
            "status":{"type":"object","properties":{"replicas":{"type":"integer"},"selector":{"type":"string"}}}}}}""";

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
        TestDefinitions.define(api, definition());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Json.Obj definition() {
        var version = (Json.Obj) Json.parse("""
                {"name":"v1","served":true,"storage":true,"schema":%s,"subresources":{"status":{},"scale":{
                "specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas",
                "labelSelectorPath":".status.selector"}},"selectableFields":[{"jsonPath":".spec.color"}],
                "additionalPrinterColumns":[{"name":"Wanted","type":"integer","jsonPath":".spec.replicas"},
                {"name":"Color","type":"string","jsonPath":".spec.color","priority":1}]}""".formatted(SCHEMA));
        var old = version.with("name", Json.of("v1beta1"))
                .with("storage", Json.of(false))
                .with("deprecated", Json.of(true));
        return TestDefinitions.widgets().withAt(Json.arr(old, version), "spec", "versions");
    }

    private static String widget(String version, String spec) {
        return CustomTypesTest.widget("one", spec).replace("/v1\"", "/" + version + "\"");
    }

    @Test
    void everyVersionShowsTheSameObject() {
        api.create(OLD, widget("v1beta1", "{\"color\":\"red\"}"));
        var shown = api.get(NEW + "/one").json();
        assertThat(shown.textOrEmpty("apiVersion")).isEqualTo("shop.example.com/v1");
        assertThat(shown.textOrEmpty("spec", "color")).isEqualTo("red");
        var kept =
                api.store.get("/registry/shop.example.com/widgets/default/one").orElseThrow();
        assertThat(Json.parse(kept.value()).textOrEmpty("apiVersion")).isEqualTo("shop.example.com/v1");
    }

    @Test
    void deprecatedVersionsWarn() {
        var made = api.ask("POST", OLD, widget("v1beta1", "{}"));
        assertThat(made.answerHeaders.first("warning"))
                .contains("shop.example.com/v1beta1 Widget is deprecated; use shop.example.com/v1 Widget");
        assertThat(api.get(OLD + "/one").answerHeaders.first("warning")).contains("is deprecated");
        assertThat(api.get(NEW + "/one").answerHeaders.first("warning")).isNull();
    }

    @Test
    void statusHasItsOwnWay() {
        var made = api.create(NEW, widget("v1", "{}").replace("\"spec\"", "\"status\":{\"replicas\":9},\"spec\""));
        assertThat(made.has("status")).isFalse();
        var told = merge(NEW + "/one/status", "{\"status\":{\"replicas\":2},\"spec\":{\"color\":\"blue\"}}");
        assertThat(told.number(0, "status", "replicas")).isEqualTo(2);
        assertThat(told.object("spec").has("color")).isFalse();
        assertThat(told.number(0, "metadata", "generation")).isEqualTo(1);
        var wanted = merge(NEW + "/one", "{\"status\":{\"replicas\":5},\"spec\":{\"color\":\"blue\"}}");
        assertThat(wanted.number(0, "status", "replicas")).isEqualTo(2);
        assertThat(wanted.number(0, "metadata", "generation")).isEqualTo(2);
        var labelled = merge(NEW + "/one", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(labelled.number(0, "metadata", "generation")).isEqualTo(2);
    }

    @Test
    void scaleShowsAndChangesReplicas() {
        api.create(NEW, widget("v1", "{\"replicas\":3}"));
        merge(NEW + "/one/status", "{\"status\":{\"replicas\":2,\"selector\":\"a=b\"}}");
        var scale = api.get(NEW + "/one/scale").json();
        assertThat(scale.number(0, "spec", "replicas")).isEqualTo(3);
        assertThat(scale.number(0, "status", "replicas")).isEqualTo(2);
        assertThat(scale.textOrEmpty("status", "selector")).isEqualTo("a=b");
        var put = scale.object().withAt(Json.of(7), "spec", "replicas").compact();
        assertThat(api.ask("PUT", NEW + "/one/scale", put).json().number(0, "spec", "replicas"))
                .isEqualTo(7);
        merge(NEW + "/one/scale", "{\"spec\":{\"replicas\":8}}");
        assertThat(api.get(NEW + "/one").json().number(0, "spec", "replicas")).isEqualTo(8);
        assertThat(api.ask("PUT", NEW + "/one/scale", put).status).isEqualTo(409);
        assertThat(api.ask("PATCH", NEW + "/one/scale", "{\"spec\":{\"replicas\":-1}}", TestApi.MERGE_PATCH).status)
                .isEqualTo(422);
    }

    @Test
    void tablesAndSelectorsUseTheDefinition() {
        api.create(NEW, widget("v1", "{\"color\":\"red\"}"));
        var table = api.as(api.admin(), "GET", NEW, "", new io.smarter.http.Headers().add("accept", TestApi.TABLE))
                .json();
        assertThat(table.items("columnDefinitions").stream().map(column -> column.textOrEmpty("name")))
                .containsExactly("Name", "Wanted", "Color");
        assertThat(table.items("rows").getFirst().items("cells"))
                .containsExactly(Json.of("one"), Json.of(1), Json.of("red"));
        assertThat(api.get(NEW + "?fieldSelector=spec.color%3Dred").json().items("items"))
                .hasSize(1);
        assertThat(api.get(NEW + "?fieldSelector=spec.color%3Dblue").json().items("items"))
                .isEmpty();
        assertThat(api.get(NEW + "?fieldSelector=spec.replicas%3D1").status).isEqualTo(400);
    }

    @Test
    void strategicPatchesAreRefused() {
        api.create(NEW, widget("v1", "{}"));
        assertThat(api.ask("PATCH", NEW + "/one", "{}", TestApi.STRATEGIC_PATCH).status)
                .isEqualTo(415);
    }

    @Test
    void appliersOwnWhatTheyState() {
        var path = NEW + "/one?fieldManager=";
        assertThat(api.ask("PATCH", path + "a", widget("v1", "{\"color\":\"red\"}"), TestApi.APPLY).status)
                .isEqualTo(201);
        assertThat(api.ask("PATCH", path + "b", widget("v1", "{\"color\":\"blue\"}"), TestApi.APPLY).status)
                .isEqualTo(409);
        assertThat(api.ask("PATCH", path + "b", widget("v1", "{\"replicas\":4}"), TestApi.APPLY).status)
                .isEqualTo(200);
        var left =
                api.ask("PATCH", path + "a", widget("v1", "{}"), TestApi.APPLY).json();
        assertThat(left.object("spec")).isEqualTo(Json.obj("replicas", 4));
        var unknown = api.ask("PATCH", path + "a", widget("v1", "{\"x\":1}"), TestApi.APPLY);
        assertThat(unknown.status)
                .as("so Kubernetes answers to what cannot be typed")
                .isEqualTo(500);
        assertThat(unknown.json().textOrEmpty("message")).contains(".spec.x: field not declared in schema");
    }

    @Test
    void versionsThatMayBeStoredCannotGo() {
        var path = TestDefinitions.PATH + "/widgets.shop.example.com";
        var stored = api.get(path).json().object();
        assertThat(stored.items("status", "storedVersions")).containsExactly(Json.of("v1"));
        var versions = stored.items("spec", "versions");
        var turned = stored.withAt(
                Json.arr(
                        versions.get(0).object().with("storage", Json.of(true)),
                        versions.get(1).object().with("storage", Json.of(false))),
                "spec",
                "versions");
        var changed = api.ask("PUT", path, turned.compact()).json().object();
        assertThat(changed.items("status", "storedVersions")).containsExactly(Json.of("v1"), Json.of("v1beta1"));
        var gone = api.ask(
                "PUT",
                path,
                changed.withAt(Json.arr(changed.items("spec", "versions").getFirst()), "spec", "versions")
                        .withoutAt("metadata", "resourceVersion")
                        .compact());
        assertThat(gone.status).isEqualTo(422);
        assertThat(gone.json().textOrEmpty("message"))
                .contains("status.storedVersions[0]: Invalid value: \"v1\": must appear in spec.versions");
    }

    private Json.Obj merge(String target, String patch) {
        var answer = api.ask("PATCH", target, patch, TestApi.MERGE_PATCH);
        assertThat(answer.status).as(answer.json().pretty()).isEqualTo(200);
        return answer.json().object();
    }
}
