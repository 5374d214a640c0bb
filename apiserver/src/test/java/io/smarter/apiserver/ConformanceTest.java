package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequences of requests that Kubernetes' conformance tests of 1.33 and later make, where they found something. */
@Timeout(60)
final class ConformanceTest {
    private static final String WIDGET = "/apis/shop.example.com/v1/namespaces/default/widgets/w?fieldManager=m";

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    private Path folder;

    static Stream<Arguments> strict() {
        return Stream.of(
                argumentSet(
                        "a field too many", 500, "color: red\nspec: {size: 1}", ".color: field not declared in schema"),
                argumentSet(
                        "a field twice",
                        400,
                        "spec:\n  size: 1\n  size: 2",
                        "error strict decoding YAML: yaml: unmarshal errors:\n  line 6: key \"size\" already set in map"));
    }

    @ParameterizedTest
    @MethodSource("strict")
    void applyingIsStrictInItsOwnWords(int code, String members, String message) throws Exception {
        try (var api = new TestApi(folder)) {
            TestDefinitions.define(api, TestDefinitions.widgets());
            var config = "apiVersion: shop.example.com/v1\nkind: Widget\nmetadata: {name: w}\n" + members;
            var answer = api.ask("PATCH", WIDGET + "&fieldValidation=Strict", config, TestApi.APPLY);
            assertThat(answer.status).isEqualTo(code);
            assertThat(answer.json().textOrEmpty("message")).contains(message);
        }
    }

    @Test
    void aFieldTwiceIsWarnedOfAndTheLastCounts() throws Exception {
        try (var api = new TestApi(folder)) {
            var map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  a: one\n  a: two";
            var answer = api.ask("POST", "/api/v1/namespaces/default/configmaps", map, "application/yaml");
            assertThat(answer.status).isEqualTo(201);
            assertThat(answer.json().text("data", "a")).isEqualTo("two");
            assertThat(answer.answerHeaders.first("warning", "")).contains("line 6: key");
            var strict = "/api/v1/namespaces/default/configmaps?fieldValidation=Strict";
            assertThat(api.ask("POST", strict, map, "application/yaml").json().textOrEmpty("message"))
                    .contains("strict decoding error: yaml: unmarshal errors:\n  line 6: key \"a\" already set in map");
        }
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                argumentSet(
                        "groups and types in one",
                        "/apis",
                        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
                argumentSet("one group's schemas", "/openapi/v3/apis/apps/v1", "application/json"),
                argumentSet("all schemas", "/openapi/v2", "application/json"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDocumentThatIsKnownIsNotSentAgain(String path, String accept) throws Exception {
        try (var api = new TestApi(folder)) {
            var first = api.as(api.admin(), "GET", path, "", Headers.of("accept", accept));
            var tag = first.answerHeaders.first("etag", "");
            assertThat(tag).startsWith("\"");
            var again = api.as(api.admin(), "GET", path, "", Headers.of("accept", accept, "if-none-match", tag));
            assertThat(again.status).isEqualTo(304);
            assertThat(again.answer).isEmpty();
        }
    }

    @Test
    void aDocumentByItsHashIsForGoodAndAnOldHashLeadsToTheNew() throws Exception {
        try (var api = new TestApi(folder)) {
            var address =
                    api.get("/openapi/v3").json().object("paths").textOrEmpty("apis/apps/v1", "serverRelativeURL");
            assertThat(api.get(address).answerHeaders.first("cache-control", ""))
                    .contains("immutable");
            var old = api.get("/openapi/v3/apis/apps/v1?hash=ABC");
            assertThat(old.status).isEqualTo(301);
            assertThat(old.answerHeaders.first("location")).isEqualTo(address);
        }
    }

    static Stream<Arguments> rules() {
        var list =
                "{\"type\":\"array\",%s\"items\":{\"type\":\"string\"},\"x-kubernetes-validations\":[{\"rule\":\"%s\"}]}";
        var each = "self.all(s, s == 'a')";
        var pairs = "self.all(x, self.all(y, x == y))";
        return Stream.of(
                argumentSet("a walk over a list of any length", list.formatted("", each), true),
                argumentSet("a walk in a walk", list.formatted("", pairs), false),
                argumentSet("a walk in a walk over short lists", list.formatted("\"maxItems\":725,", pairs), true),
                argumentSet(
                        "a walk in each of many",
                        "{\"type\":\"array\",\"items\":" + list.formatted("", each) + "}",
                        false),
                argumentSet(
                        "a walk in each of few",
                        "{\"type\":\"array\",\"maxItems\":3,\"items\":" + list.formatted("", each) + "}",
                        true),
                argumentSet(
                        "rules below maps of maps",
                        "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\",\"additionalProperties\":"
                                + "{\"type\":\"string\",\"x-kubernetes-validations\":[{\"rule\":\"self != 'a'\"}]}}}",
                        false));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rulesThatMayTakeTooLongAreRefused(String spec, boolean taken) throws Exception {
        try (var api = new TestApi(folder)) {
            var version =
                    Json.parse("{\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{\"openAPIV3Schema\":"
                            + "{\"type\":\"object\",\"properties\":{\"spec\":" + spec + "}}}}");
            var definition = TestDefinitions.widgets().withAt(Json.arr(version), "spec", "versions");
            var answer = api.ask("POST", TestDefinitions.PATH, definition.compact());
            assertThat(answer.status).as(answer.text()).isEqualTo(taken ? 201 : 422);
            if (!taken) assertThat(answer.json().textOrEmpty("message")).contains("exceeds budget");
        }
    }

    /** From memory, Kubernetes lists everything, however little was asked for. */
    @Test
    void anyRevisionIsListedWhole() throws Exception {
        try (var api = new TestApi(folder)) {
            for (var name : List.of("a", "b", "c")) api.create(MAPS, TestApi.configMap(name));
            assertThat(api.get(MAPS + "?limit=2").json().items("items")).hasSize(2);
            var whole = api.get(MAPS + "?limit=2&resourceVersion=0").json();
            assertThat(whole.items("items")).hasSize(3);
            assertThat(whole.object("metadata").has("continue")).isFalse();
        }
    }

    @Test
    void listsOfCustomObjectsSayThatNothingFollows() throws Exception {
        try (var api = new TestApi(folder)) {
            TestDefinitions.define(api, TestDefinitions.widgets());
            var list = api.get("/apis/shop.example.com/v1/widgets").json();
            assertThat(list.object("metadata").get("continue")).isEqualTo(Json.of(""));
            assertThat(api.get(MAPS).json().object("metadata").has("continue")).isFalse();
        }
    }

    @Test
    void aDefinitionHasNoConditionsAtFirst() throws Exception {
        try (var api = new TestApi(folder)) {
            var made =
                    api.create(TestDefinitions.PATH, TestDefinitions.widgets().compact());
            assertThat(made.object("status").compact())
                    .isEqualTo("{\"conditions\":null,\"acceptedNames\":{\"plural\":\"\",\"kind\":\"\"},"
                            + "\"storedVersions\":[\"v1\"]}");
        }
    }
}
