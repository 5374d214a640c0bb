package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

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

/** Custom types whose versions a webhook converts: v1 has {@code hostPort}, v2 has {@code host} and {@code port}. */
@Timeout(60)
final class ConversionTest {
    private static final String V1 = "/apis/shop.example.com/v1/namespaces/default/widgets";
    private static final String V2 = "/apis/shop.example.com/v2/namespaces/default/widgets";
    private static final String DEFINITION = TestDefinitions.PATH + "/widgets.shop.example.com";

    @TempDir
    private Path folder;

    private TestApi api;
    private TestWebhook webhook;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
        webhook = new TestWebhook(api.pki());
    }

    @AfterEach
    void stop() {
        webhook.close();
        api.close();
    }

    private static Json.Obj version(String name, boolean storage, String... fields) {
        var properties = Json.Obj.EMPTY;
        for (var field : fields) properties = properties.with(field, Json.obj("type", "string"));
        var spec = Json.obj("type", "object", "properties", properties);
        return Json.obj(
                "name",
                name,
                "served",
                true,
                "storage",
                storage,
                "schema",
                Json.obj("openAPIV3Schema", Json.obj("type", "object", "properties", Json.obj("spec", spec))));
    }

    private void define(String path) throws Exception {
        var conversion = Json.obj(
                "strategy",
                "Webhook",
                "webhook",
                Json.obj(
                        "conversionReviewVersions",
                        Json.arr("v1"),
                        "clientConfig",
                        Json.obj("url", webhook.url(path), "caBundle", webhook.authority())));
        TestDefinitions.define(
                api,
                TestDefinitions.widgets()
                        .withAt(conversion, "spec", "conversion")
                        .withAt(
                                Json.arr(version("v1", true, "hostPort"), version("v2", false, "host", "port")),
                                "spec",
                                "versions"));
    }

    private static String widget(String name, String version, String... fields) {
        var spec = Json.Obj.EMPTY;
        for (int i = 0; i < fields.length; i += 2) spec = spec.with(fields[i], Json.of(fields[i + 1]));
        return Json.obj(
                        "apiVersion",
                        "shop.example.com/" + version,
                        "kind",
                        "Widget",
                        "metadata",
                        Json.obj("name", name),
                        "spec",
                        spec)
                .compact();
    }

    private String spec(String path) {
        return api.get(path).json().object("spec").compact();
    }

    @Test
    void eachVersionIsReadAndWrittenInItsOwnForm() throws Exception {
        define("/convert/well");
        api.create(V1, widget("one", "v1", "hostPort", "localhost:8080"));
        assertThat(spec(V2 + "/one")).isEqualTo("{\"host\":\"localhost\",\"port\":\"8080\"}");
        var made = api.create(V2, widget("two", "v2", "host", "edge", "port", "1"));
        assertThat(made.object("spec").compact()).isEqualTo("{\"host\":\"edge\",\"port\":\"1\"}");
        assertThat(spec(V1 + "/two")).isEqualTo("{\"hostPort\":\"edge:1\"}");
        var kept =
                api.store.get("/registry/shop.example.com/widgets/default/two").orElseThrow();
        assertThat(Json.parse(kept.value()).text("spec", "hostPort")).isEqualTo("edge:1");
        var changed = api.ask("PATCH", V2 + "/one", "{\"spec\":{\"port\":\"9090\"}}", TestApi.MERGE_PATCH);
        assertThat(changed.json().object("spec").compact()).isEqualTo("{\"host\":\"localhost\",\"port\":\"9090\"}");
        assertThat(spec(V1 + "/one")).isEqualTo("{\"hostPort\":\"localhost:9090\"}");
        assertThat(api.ask("DELETE", V2 + "/one", "").status).isEqualTo(200);
    }

    @Test
    void listsOfMixedVersionsAreConvertedTogether() throws Exception {
        define("/convert/well");
        api.create(V1, widget("a", "v1", "hostPort", "a:1"));
        api.create(V1, widget("b", "v1", "hostPort", "b:2"));
        api.ask(
                "PATCH",
                DEFINITION,
                "[{\"op\":\"replace\",\"path\":\"/spec/versions/0/storage\",\"value\":false},"
                        + "{\"op\":\"replace\",\"path\":\"/spec/versions/1/storage\",\"value\":true}]",
                TestApi.JSON_PATCH);
        TestDefinitions.await(() -> {
            api.create(V2, widget("c", "v2", "host", "c", "port", "3"));
            var kept = api.store
                    .get("/registry/shop.example.com/widgets/default/c")
                    .orElseThrow();
            boolean done = Json.parse(kept.value()).textOrEmpty("apiVersion").endsWith("v2");
            if (!done) api.ask("DELETE", V2 + "/c", "");
            return done;
        });
        int before = webhook.asked.size();
        assertThat(api.get(V2).json().items("items"))
                .extracting(one -> one.text("spec", "host"))
                .containsExactly("a", "b", "c");
        assertThat(webhook.asked).hasSize(before + 1);
        assertThat(webhook.asked.getLast().items("request", "objects")).hasSize(2);
        assertThat(api.get(V1).json().items("items"))
                .extracting(one -> one.text("spec", "hostPort"))
                .containsExactly("a:1", "b:2", "c:3");
    }

    @Test
    void watchesShowTheirOwnVersion() throws Exception {
        define("/convert/well");
        try (var watch = api.watch(V2 + "?watch=true&resourceVersion=" + api.store.revision())) {
            api.create(V1, widget("one", "v1", "hostPort", "localhost:8080"));
            var event = watch.exchange().line();
            assertThat(event.text("object", "apiVersion")).isEqualTo("shop.example.com/v2");
            assertThat(event.text("object", "spec", "port")).isEqualTo("8080");
        }
    }

    static Stream<Arguments> failures() {
        var failed = "Internal error occurred: conversion webhook for shop.example.com/v2, Kind=Widget ";
        return Stream.of(
                argumentSet("it refuses", "/convert/refuse", failed + "failed: cannot convert this"),
                argumentSet("too few", "/convert/fewer", failed + "returned 0 objects, expected 1"),
                argumentSet(
                        "another name",
                        "/convert/renamed",
                        failed + "returned invalid metadata: must have the same name: one != other"),
                argumentSet("broken", "/broken", failed + "failed: Post \"https://127.0.0.1:"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatCannotBeConvertedIsTold(String path, String told) throws Exception {
        define(path);
        api.create(V1, widget("one", "v1", "hostPort", "localhost:8080"));
        for (var target : new String[] {V2 + "/one", V2}) {
            var answer = api.get(target);
            assertThat(answer.status).isEqualTo(500);
            assertThat(answer.json().textOrEmpty("message")).startsWith(told);
        }
        assertThat(api.get(V1 + "/one").status).isEqualTo(200);
        try (var watch = api.watch(V2 + "?watch=true&resourceVersion=" + api.store.revision())) {
            api.create(V1, widget("two", "v1", "hostPort", "a:1"));
            assertThat(watch.exchange().line().textOrEmpty("type")).isEqualTo("ERROR");
        }
    }

    @Test
    void aConversionWithoutAWebhookIsRefused() {
        var refused = api.ask(
                "POST",
                TestDefinitions.PATH,
                TestDefinitions.widgets()
                        .withAt(Json.obj("strategy", "Webhook"), "spec", "conversion")
                        .compact());
        assertThat(refused.json().textOrEmpty("message"))
                .contains(
                        "spec.conversion.webhook.clientConfig: Required value: required when strategy is set to Webhook");
    }
}
