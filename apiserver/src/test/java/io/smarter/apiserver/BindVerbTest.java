package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BindVerbTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String POD =
            "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
        api.create(PODS, POD);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void podIsAssignedOnce() {
        assertThat(bind("{\"name\":\"n1\",\"kind\":\"Node\"}", "{\"annotations\":{\"by\":\"me\"}}").status)
                .isEqualTo(201);
        var pod = api.get(PODS + "/a").json();
        assertThat(pod.text("spec", "nodeName")).isEqualTo("n1");
        assertThat(pod.text("metadata", "annotations", "by")).isEqualTo("me");
        assertThat(pod.items("status", "conditions")).hasSize(1).allSatisfy(condition -> {
            assertThat(condition.text("type")).isEqualTo("PodScheduled");
            assertThat(condition.text("status")).isEqualTo("True");
        });
        var again = bind("{\"name\":\"n2\"}", "{}");
        assertThat(again.status).isEqualTo(409);
        assertThat(again.json().textOrEmpty("message")).endsWith("pod a is already assigned to node \"n1\"");
    }

    @Test
    void anotherPodOfThatNameIsNotAssigned() {
        var refused = bind("{\"name\":\"n1\"}", "{\"uid\":\"0\"}");
        assertThat(refused.status).isEqualTo(409);
        assertThat(refused.json().textOrEmpty("message")).contains("UID in precondition: 0, UID in object meta: ");
    }

    @Test
    void targetIsANode() {
        var refused = bind("{\"kind\":\"Pod\"}", "{}");
        assertThat(refused.status).isEqualTo(422);
        assertThat(refused.json().items("details", "causes"))
                .extracting(cause -> cause.text("field"))
                .containsExactly("target.kind", "target.name");
    }

    private FakeExchange bind(String target, String metadata) {
        var binding =
                Json.obj("apiVersion", "v1", "kind", "Binding", "target", json(target), "metadata", json(metadata));
        return api.ask("POST", PODS + "/a/binding", binding.compact());
    }

    private static Json json(String text) {
        return Json.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
