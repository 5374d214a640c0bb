package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BindingTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
        api.create(PODS, TestApi.pod("web", ""));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Json.Obj binding(String pod, String node) {
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Binding",
                "metadata",
                Json.obj("name", pod, "annotations", Json.obj("by", "me")),
                "target",
                Json.obj("apiVersion", "v1", "kind", "Node", "name", node));
    }

    @ParameterizedTest
    @ValueSource(strings = {PODS + "/web/binding", "/api/v1/namespaces/default/bindings"})
    void aPodGetsItsNode(String path) {
        var answer = api.ask("POST", path, binding("web", "edge").compact());
        assertThat(answer.status).as(answer.json().pretty()).isEqualTo(201);
        assertThat(answer.json().text("status")).isEqualTo("Success");
        var pod = api.get(PODS + "/web").json();
        assertThat(pod.text("spec", "nodeName")).isEqualTo("edge");
        assertThat(pod.text("metadata", "annotations", "by")).isEqualTo("me");
        var condition = pod.items("status", "conditions").getFirst();
        assertThat(condition.text("type")).isEqualTo("PodScheduled");
        assertThat(condition.text("status")).isEqualTo("True");
    }

    @Test
    void onlyOnce() {
        api.ask("POST", PODS + "/web/binding", binding("web", "edge").compact());
        var again =
                api.ask("POST", PODS + "/web/binding", binding("web", "other").compact());
        assertThat(again.status).isEqualTo(409);
        assertThat(again.json().text("message"))
                .isEqualTo("Operation cannot be fulfilled on pods/binding \"web\": "
                        + "pod web is already assigned to node \"edge\"");
    }

    @Test
    void gatesHoldAPodBack() {
        api.create(
                PODS,
                ((Json.Obj) Json.parse(TestApi.pod("gated", "")))
                        .withAt(Json.arr(Json.obj("name", "example.com/wait")), "spec", "schedulingGates")
                        .compact());
        var answer = api.ask(
                "POST", PODS + "/gated/binding", binding("gated", "edge").compact());
        assertThat(answer.status).isEqualTo(409);
        assertThat(answer.json().text("message")).endsWith("pod gated has non-empty .spec.schedulingGates");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                argumentSet("other uid", binding("web", "edge").withAt(Json.of("x"), "metadata", "uid"), 409),
                argumentSet("other name", binding("other", "edge"), 400),
                argumentSet("other kind", binding("web", "edge").with("kind", Json.of("Pod")), 400),
                argumentSet("no node", binding("web", ""), 422),
                argumentSet("no kind of node", binding("web", "edge").withAt(Json.of("Pod"), "target", "kind"), 422));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatDoesNotFitIsRefused(Json.Obj binding, int status) {
        assertThat(api.ask("POST", PODS + "/web/binding", binding.compact()).status)
                .isEqualTo(status);
        assertThat(api.get(PODS + "/web").json().text("spec", "nodeName")).isNull();
    }

    @Test
    void nothingIsBoundThatIsNotThere() {
        assertThat(api.ask(
                                "POST",
                                PODS + "/none/binding",
                                binding("none", "edge").compact())
                        .status)
                .isEqualTo(404);
    }

    @Test
    void aDryRunLeavesItAlone() {
        var answer = api.ask(
                "POST", PODS + "/web/binding?dryRun=All", binding("web", "edge").compact());
        assertThat(answer.status).isEqualTo(201);
        assertThat(api.get(PODS + "/web").json().text("spec", "nodeName")).isNull();
    }
}
