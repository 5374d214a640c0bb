package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
final class ApiServicesTest {
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Json.Obj service(String group, Json more) {
        return Json.obj(
                "metadata",
                Json.obj("name", "v1." + group),
                "spec",
                Json.obj(
                        "group",
                        group,
                        "version",
                        "v1",
                        "groupPriorityMinimum",
                        100,
                        "versionPriority",
                        10,
                        "service",
                        more));
    }

    /** The condition of an API service; an empty one when it has none yet. */
    private static Json.Obj condition(Json.Obj service) {
        return service.items("status", "conditions").stream()
                .findFirst()
                .map(Json.Obj.class::cast)
                .orElse(Json.Obj.EMPTY);
    }

    @Test
    void eachGroupAndVersionHasOne() {
        var all = api.get(SERVICES).json().items("items");
        assertThat(all)
                .extracting(item -> item.text("metadata", "name"))
                .contains("v1.", "v1.apps", "v1.autoscaling", "v2.autoscaling", "v1.apiregistration.k8s.io");
        assertThat(all).allSatisfy(item -> {
            assertThat(condition((Json.Obj) item).text("status")).isEqualTo("True");
            assertThat(condition((Json.Obj) item).text("reason")).isEqualTo("Local");
        });
    }

    @Test
    void thoseOfDefinedTypesComeAndGo() throws Exception {
        try (var watch = api.watch(SERVICES + "?watch=1&resourceVersion=" + revision())) {
            api.create(DEFINITIONS, """
                    {"metadata":{"name":"ships.sea.example"},"spec":{"group":"sea.example","scope":"Namespaced",
                    "names":{"plural":"ships","kind":"Ship"},"versions":[{"name":"v3","served":true,"storage":true,
                    "schema":{"openAPIV3Schema":{"type":"object"}}}]}}""");
            assertThat(watch.next()).isEqualTo("ADDED v3.sea.example");
            api.ask("DELETE", DEFINITIONS + "/ships.sea.example", "");
            assertThat(watch.next()).isEqualTo("DELETED v3.sea.example");
        }
    }

    private String revision() {
        return api.get(SERVICES).json().textOrEmpty("metadata", "resourceVersion");
    }

    @Test
    void anotherServersIsNotAvailable() throws Exception {
        try (var watch = api.watch(SERVICES + "?watch=1&resourceVersion=" + revision())) {
            api.create(
                    SERVICES,
                    service("custom.metrics.k8s.io", Json.obj("name", "metrics", "namespace", "default"))
                            .compact());
            assertThat(watch.next()).isEqualTo("ADDED v1.custom.metrics.k8s.io");
            var told = watch.exchange().line().object("object");
            assertThat(condition(told).text("status")).isEqualTo("False");
            assertThat(condition(told).text("reason")).isEqualTo("ServiceNotFound");
            assertThat(condition(told).text("message")).isEqualTo("service/metrics in \"default\" is not present");
            api.create(
                    "/api/v1/namespaces/default/services",
                    "{\"metadata\":{\"name\":\"metrics\"},\"spec\":{\"ports\":[{\"port\":443}]}}");
            assertThat(condition(watch.exchange().line().object("object")).text("reason"))
                    .isEqualTo("FailedDiscoveryCheck");
        }
        assertThat(api.get("/apis/custom.metrics.k8s.io").status).isEqualTo(404);
    }

    @Test
    void theServersOwnComeBack() throws Exception {
        try (var watch = api.watch(SERVICES + "?watch=1&resourceVersion=" + revision())) {
            api.ask("DELETE", SERVICES + "/v1.apps", "");
            assertThat(watch.next()).isEqualTo("DELETED v1.apps");
            assertThat(watch.next()).isEqualTo("ADDED v1.apps");
        }
    }

    static Stream<Arguments> refused() {
        var other = Json.obj("name", "a", "namespace", "b");
        return Stream.of(
                argumentSet(
                        "name",
                        service("a.example", other).withAt(Json.of("x"), "metadata", "name"),
                        "metadata.name: Invalid value: \"x\": must be `spec.version+\".\"+spec.group`: \"v1.a.example\""),
                argumentSet(
                        "priority",
                        service("a.example", other).withAt(Json.of(0), "spec", "versionPriority"),
                        "spec.versionPriority: Invalid value: 0: must be positive and less than 1000"),
                argumentSet(
                        "no server",
                        service("a.example", Json.obj("name", "a")),
                        "spec.service.namespace: Required value"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatDoesNotFitIsRefused(Json.Obj service, String message) {
        var answer = api.ask("POST", SERVICES, service.compact());
        assertThat(answer.status).isEqualTo(422);
        assertThat(answer.json().text("message")).endsWith(message);
    }

    @Test
    void theServersPartsAreWell() {
        var list = api.get("/api/v1/componentstatuses").json();
        assertThat(list.text("kind")).isEqualTo("ComponentStatusList");
        assertThat(list.items("items").getFirst().text("metadata", "name")).isEqualTo("store");
        assertThat(api.get("/api/v1/componentstatuses/store")
                        .json()
                        .items("conditions")
                        .getFirst()
                        .text("status"))
                .isEqualTo("True");
        assertThat(api.get("/api/v1/componentstatuses/none").status).isEqualTo(404);
        assertThat(api.ask("POST", "/api/v1/componentstatuses", "{}").status).isEqualTo(405);
        var table = api.as(api.admin(), "GET", "/api/v1/componentstatuses", "", Headers.of("accept", TestApi.TABLE));
        assertThat(table.json().items("rows").getFirst().items("cells"))
                .containsExactly(Json.of("store"), Json.of("Healthy"), Json.of("ok"), Json.of(""));
    }
}
