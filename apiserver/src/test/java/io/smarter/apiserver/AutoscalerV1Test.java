package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AutoscalerV1Test {
    private static final String OLD = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    private static final String NEW = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    private static final String RICH = """
            metadata: {name: rich}
            spec:
              maxReplicas: 5
              scaleTargetRef: {kind: Deployment, name: d}
              behavior: {scaleDown: {stabilizationWindowSeconds: 60}}
              metrics:
              - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 55}}}
              - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}
              - {type: Pods, pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: "3"}}}
              - type: Object
                object:
                  describedObject: {kind: Ingress, name: i}
                  metric: {name: hits}
                  target: {type: Value, value: "2k"}
              - {type: External, external: {metric: {name: queue}, target: {type: AverageValue, averageValue: "30"}}}
            """;

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

    private static String old(String name, String more) {
        return "{\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":{\"maxReplicas\":3,\"scaleTargetRef\":{\"kind\":\"Deployment\",\"name\":\"d\"}" + more
                + "}}";
    }

    private static Json yaml(String text) {
        return Yaml.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theOldVersionsPercentageIsAMetric() {
        var made = api.create(OLD, old("a", ",\"targetCPUUtilizationPercentage\":70"));
        assertThat(made.text("apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(made.number(0, "spec", "targetCPUUtilizationPercentage")).isEqualTo(70);
        assertThat(made.at("metadata", "annotations")).isNull();
        assertThat(api.get(NEW + "/a").json().at("spec", "metrics"))
                .isEqualTo(
                        yaml(
                                "[{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]"));
    }

    @Test
    void withoutAnyMetricItIsTheUsualOne() {
        assertThat(api.create(OLD, old("a", "")).number(0, "spec", "targetCPUUtilizationPercentage"))
                .isEqualTo(80);
    }

    @Test
    void nothingIsLostOnTheWayThroughTheOldVersion() {
        api.create(NEW, yaml(RICH).compact());
        api.ask(
                "PATCH",
                NEW + "/rich/status",
                "{\"status\":{\"currentMetrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"current\":"
                        + "{\"averageUtilization\":12,\"averageValue\":\"5m\"}}}],\"conditions\":"
                        + "[{\"type\":\"AbleToScale\",\"status\":\"True\"}]}}",
                TestApi.MERGE_PATCH);
        var before = api.get(NEW + "/rich").json();
        var old = api.get(OLD + "/rich").json();
        assertThat(old.number(0, "spec", "targetCPUUtilizationPercentage")).isEqualTo(55);
        assertThat(old.number(0, "status", "currentCPUUtilizationPercentage")).isEqualTo(12);
        assertThat(old.object("spec").has("metrics")).isFalse();
        var changed = api.ask(
                "PUT",
                OLD + "/rich",
                old.withAt(Json.of(9), "spec", "maxReplicas").compact());
        assertThat(changed.status).as(changed.json().pretty()).isEqualTo(200);
        var after = api.get(NEW + "/rich").json();
        assertThat(after.number(0, "spec", "maxReplicas")).isEqualTo(9);
        assertThat(after.items("spec", "metrics")).containsExactlyInAnyOrderElementsOf(before.items("spec", "metrics"));
        assertThat(after.at("spec", "behavior")).isEqualTo(before.at("spec", "behavior"));
        assertThat(after.at("status")).isEqualTo(before.at("status"));
        assertThat(after.at("metadata", "annotations")).isNull();
    }

    @Test
    void bothVersionsAreServedAndTheNewerPreferred() {
        assertThat(api.get("/apis/autoscaling").json().text("preferredVersion", "version"))
                .isEqualTo("v2");
        assertThat(api.get("/apis/autoscaling/v1").json().items("resources"))
                .extracting(resource -> resource.text("name"))
                .contains("horizontalpodautoscalers", "horizontalpodautoscalers/status");
    }
}
