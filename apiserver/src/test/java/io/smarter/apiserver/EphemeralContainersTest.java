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

final class EphemeralContainersTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String PART = PODS + "/web/ephemeralcontainers";

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
        api.create(PODS, TestApi.pod("web", "edge"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String patch(String container) {
        return "{\"spec\":{\"ephemeralContainers\":[" + container + "]}}";
    }

    static Stream<Arguments> patches() {
        return Stream.of(
                argumentSet("strategic", TestApi.STRATEGIC_PATCH, patch("{\"name\":\"look\",\"image\":\"busybox:1\"}")),
                argumentSet("merge", TestApi.MERGE_PATCH, patch("{\"name\":\"look\",\"image\":\"busybox:1\"}")),
                argumentSet(
                        "json",
                        TestApi.JSON_PATCH,
                        "[{\"op\":\"add\",\"path\":\"/spec/ephemeralContainers\",\"value\":"
                                + "[{\"name\":\"look\",\"image\":\"busybox:1\"}]}]"));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void everyPatchAddsOne(String type, String patch) {
        var answer = api.ask("PATCH", PART, patch, type);
        assertThat(answer.status).as(answer.json().pretty()).isEqualTo(200);
        var container = answer.json().items("spec", "ephemeralContainers").getFirst();
        assertThat(container.text("name")).isEqualTo("look");
        assertThat(container.text("imagePullPolicy")).isEqualTo("IfNotPresent");
        assertThat(container.text("terminationMessagePath")).isEqualTo("/dev/termination-log");
        assertThat(api.get(PART).json()).isEqualTo(answer.json());
    }

    @Test
    void strategicPatchesKeepThoseThatAreThere() {
        api.ask("PATCH", PART, patch("{\"name\":\"one\",\"image\":\"a:1\"}"), TestApi.STRATEGIC_PATCH);
        var both = api.ask("PATCH", PART, patch("{\"name\":\"two\",\"image\":\"a:1\"}"), TestApi.STRATEGIC_PATCH);
        assertThat(both.json().items("spec", "ephemeralContainers"))
                .extracting(one -> one.text("name"))
                .containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void anApplyOwnsWhatItAdds() {
        var applied = api.ask(
                "PATCH",
                PART + "?fieldManager=looker",
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"},"
                        + "\"spec\":{\"ephemeralContainers\":[{\"name\":\"look\",\"image\":\"a:1\"}]}}",
                TestApi.APPLY);
        assertThat(applied.status).as(applied.json().pretty()).isEqualTo(200);
        assertThat(applied.json().items("metadata", "managedFields")).anySatisfy(entry -> {
            assertThat(entry.text("manager")).isEqualTo("looker");
            assertThat(entry.text("subresource")).isEqualTo("ephemeralcontainers");
        });
    }

    @Test
    void nothingElseChangesThere() {
        var pod = api.get(PODS + "/web")
                .json()
                .withAt(Json.of("x"), "metadata", "labels", "more")
                .withAt(Json.arr(Json.obj("name", "look", "image", "a:1")), "spec", "ephemeralContainers")
                .withAt(Json.of(7), "spec", "terminationGracePeriodSeconds");
        var answer = api.ask("PUT", PART, pod.compact());
        assertThat(answer.status).as(answer.json().pretty()).isEqualTo(200);
        assertThat(answer.json().text("metadata", "labels", "more")).isNull();
        assertThat(answer.json().number(0, "spec", "terminationGracePeriodSeconds"))
                .isEqualTo(30);
        assertThat(answer.json().items("spec", "ephemeralContainers")).hasSize(1);
    }

    static Stream<Arguments> refused() {
        var look = "\"name\":\"look\",\"image\":\"a:1\"";
        return Stream.of(
                argumentSet(
                        "ports",
                        look + ",\"ports\":[{\"containerPort\":80}]",
                        "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container"),
                argumentSet(
                        "resources",
                        look + ",\"resources\":{\"limits\":{\"cpu\":\"1\"}}",
                        "spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container"),
                argumentSet(
                        "probe",
                        look + ",\"livenessProbe\":{\"exec\":{\"command\":[\"true\"]}}",
                        "spec.ephemeralContainers[0].livenessProbe: Forbidden: "
                                + "cannot be set for an Ephemeral Container"),
                argumentSet(
                        "lifecycle",
                        look + ",\"lifecycle\":{\"preStop\":{\"exec\":{\"command\":[\"true\"]}}}",
                        "spec.ephemeralContainers[0].lifecycle: Forbidden: cannot be set for an Ephemeral Container"),
                argumentSet(
                        "name of another",
                        "\"name\":\"c\",\"image\":\"a:1\"",
                        "spec.ephemeralContainers[0].name: Duplicate value: \"c\""),
                argumentSet("no image", "\"name\":\"look\"", "spec.ephemeralContainers[0].image: Required value"),
                argumentSet(
                        "target that is not there",
                        look + ",\"targetContainerName\":\"none\"",
                        "spec.ephemeralContainers[0].targetContainerName: Not found: \"none\""));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatServesIsRefused(String members, String message) {
        var answer = api.ask("PATCH", PART, patch("{" + members + "}"), TestApi.STRATEGIC_PATCH);
        assertThat(answer.status).isEqualTo(422);
        assertThat(answer.json().text("message")).isEqualTo("Pod \"web\" is invalid: " + message);
    }

    @Test
    void thoseThatAreThereStayAsTheyAre() {
        api.ask("PATCH", PART, patch("{\"name\":\"look\",\"image\":\"a:1\"}"), TestApi.STRATEGIC_PATCH);
        var gone = api.ask("PATCH", PART, patch(""), TestApi.MERGE_PATCH);
        assertThat(gone.status).isEqualTo(422);
        assertThat(gone.json().text("message"))
                .contains(
                        "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be removed");
        var other = api.ask("PATCH", PART, patch("{\"name\":\"look\",\"image\":\"a:2\"}"), TestApi.STRATEGIC_PATCH);
        assertThat(other.status).isEqualTo(422);
        assertThat(other.json().text("message"))
                .contains(
                        "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be changed");
    }

    @Test
    void podsHaveNoneWhenTheyAreMadeOrUpdated() {
        var made = api.ask(
                "POST",
                PODS,
                ((Json.Obj) Json.parse(TestApi.pod("other", "edge")))
                        .withAt(Json.arr(Json.obj("name", "look", "image", "a:1")), "spec", "ephemeralContainers")
                        .compact());
        assertThat(made.json().text("message"))
                .isEqualTo("Pod \"other\" is invalid: spec.ephemeralContainers: Forbidden: cannot be set on create");
        var updated = api.ask(
                "PATCH", PODS + "/web", patch("{\"name\":\"look\",\"image\":\"a:1\"}"), TestApi.STRATEGIC_PATCH);
        assertThat(updated.status).isEqualTo(422);
        assertThat(updated.json().text("message")).contains("pod updates may not change fields other than");
    }

    @Test
    void theirStateIsTold() {
        var status =
                "{\"status\":{\"ephemeralContainerStatuses\":[{\"name\":\"look\",\"image\":\"a:1\",\"imageID\":\"\","
                        + "\"ready\":false,\"restartCount\":0,\"state\":{\"running\":{}}}]}}";
        var told = api.ask("PATCH", PODS + "/web/status", status, TestApi.STRATEGIC_PATCH);
        assertThat(told.json().items("status", "ephemeralContainerStatuses")).hasSize(1);
    }

    @Test
    void nodesMayNot() throws Exception {
        var answer = api.as(
                api.node("edge"),
                "PATCH",
                PART,
                patch("{\"name\":\"look\",\"image\":\"a:1\"}"),
                io.smarter.http.Headers.of("content-type", TestApi.STRATEGIC_PATCH));
        assertThat(answer.status).isEqualTo(403);
    }
}
