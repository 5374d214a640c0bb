package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScaleApplyTest {
    private static final String SETS = "/apis/apps/v1/namespaces/default/replicasets";

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
        api.create(SETS, """
                {"metadata":{"name":"web"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{
                "metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"busybox:1"}]}}}}""");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private FakeExchange apply(String query, int replicas) {
        return api.ask(
                "PATCH",
                SETS + "/web/scale?" + query,
                "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"replicas\":"
                        + replicas + "}}",
                TestApi.APPLY);
    }

    @Test
    void whoAppliesOwnsTheReplicasOfTheObject() {
        assertThat(apply("fieldManager=scaler", 3).status).isEqualTo(409);
        var forced = apply("fieldManager=scaler&force=true", 3);
        assertThat(forced.status).as(forced.json().pretty()).isEqualTo(200);
        assertThat(forced.json().text("kind")).isEqualTo("Scale");
        assertThat(forced.json().number(0, "spec", "replicas")).isEqualTo(3);
        var set = api.get(SETS + "/web").json();
        assertThat(set.number(0, "spec", "replicas")).isEqualTo(3);
        assertThat(set.items("metadata", "managedFields")).anySatisfy(entry -> {
            assertThat(entry.text("manager")).isEqualTo("scaler");
            assertThat(entry.text("operation")).isEqualTo("Apply");
            assertThat(entry.text("subresource")).isEqualTo("scale");
            assertThat(entry.text("apiVersion")).isEqualTo("apps/v1");
            assertThat(entry.at("fieldsV1")).isEqualTo(Json.obj("f:spec", Json.obj("f:replicas", Json.Obj.EMPTY)));
        });
        assertThat(apply("fieldManager=scaler", 4).status).isEqualTo(200);
        var other = apply("fieldManager=other", 5);
        assertThat(other.status).isEqualTo(409);
        assertThat(other.json().text("message")).contains("conflict with \"scaler\" with subresource \"scale\"");
    }

    @Test
    void whatIsNoScaleIsRefused() {
        assertThat(apply("", 3).status).isEqualTo(422);
        assertThat(apply("fieldManager=scaler&force=true", -1).status).isEqualTo(422);
        var other = api.ask(
                "PATCH",
                SETS + "/web/scale?fieldManager=scaler",
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"}}",
                TestApi.APPLY);
        assertThat(other.status).isEqualTo(400);
        assertThat(api.ask("PATCH", SETS + "/web/scale", "{}", "text/plain").status)
                .isEqualTo(415);
    }
}
