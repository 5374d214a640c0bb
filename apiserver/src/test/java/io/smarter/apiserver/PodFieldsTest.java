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

/** Fields of pods that came with Kubernetes 1.34 and later: known, kept, and told of where no gateway acts on them. */
final class PodFieldsTest {
    private static final String STRICT = "?fieldValidation=Strict";

    private static final String SPEC = """
            hostnameOverride: camera.example.org
            resources: {limits: {cpu: "1", memory: 64Mi}}
            resourceClaims: [{name: gpu, resourceClaimName: gpu}]
            containers:
            - name: main
              image: example.org/app:1
              restartPolicy: Never
              restartPolicyRules:
              - {action: Restart, exitCodes: {operator: In, values: [42]}}
              - {action: RestartAllContainers, exitCodes: {operator: In, values: [43]}}
              env: [{name: SITE, valueFrom: {fileKeyRef: {volumeName: facts, path: site.env, key: SITE}}}]
              resources: {claims: [{name: gpu}]}
              volumeMounts: [{name: model, mountPath: /model, readOnly: true}]
            volumes:
            - {name: facts, emptyDir: {}}
            - {name: model, image: {reference: "example.org/model:1"}}
            - {name: identity, projected: {sources: [{podCertificate: {signerName: example.org/s, keyType: ED25519, keyPath: k, certificateChainPath: c}}]}}
            """;

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void areKeptAndToldOf() {
        var spec = ((Json.Obj) Yaml.parse(SPEC.getBytes(StandardCharsets.UTF_8))).with("nodeName", Json.of("cam1"));
        var pod = Json.obj("metadata", Json.obj("name", "p"), "spec", spec);
        var made = api.ask("POST", "/api/v1/namespaces/default/pods" + STRICT, pod.compact());
        assertThat(made.status).as(made.json().pretty()).isEqualTo(201);
        assertThat(made.json().at("spec", "hostnameOverride")).isEqualTo(Json.of("camera.example.org"));
        assertThat(made.json().object("spec", "resources", "requests"))
                .isEqualTo(Json.obj("cpu", "1", "memory", "64Mi"));
        assertThat(made.json().at("status", "qosClass")).isEqualTo(Json.of("Guaranteed"));
        assertThat(made.json().items("spec", "containers").getFirst().items("restartPolicyRules"))
                .hasSize(2);
        assertThat(made.answerHeaders.all("warning"))
                .containsExactly(
                        note("spec.resourceClaims"),
                        note("spec.containers[0].restartPolicyRules[1].action"),
                        note("spec.volumes[1].image"),
                        note("spec.volumes[2].projected.sources[0].podCertificate"));
    }

    private static String note(String field) {
        return "299 - \"" + field + ": kept as data only: gateways do nothing with it\"";
    }

    @Test
    void ofTemplatesToo() {
        var set = (Json.Obj) Json.parse(TestApi.daemonSet("web"));
        var labels = set.object("spec", "template", "metadata");
        var spec = (Json.Obj) Yaml.parse(SPEC.getBytes(StandardCharsets.UTF_8));
        var changed = set.withAt(Json.obj("metadata", labels, "spec", spec), "spec", "template");
        var made = api.ask("POST", "/apis/apps/v1/namespaces/default/daemonsets" + STRICT, changed.compact());
        assertThat(made.status).as(made.json().pretty()).isEqualTo(201);
        assertThat(made.answerHeaders.all("warning"))
                .contains(note("spec.template.spec.volumes[1].image"))
                .hasSize(4);
    }

    @Test
    void misspeltOnesAreStillRefused() {
        var pod = TestApi.pod("p", "cam1").replace("\"containers\"", "\"hostnameOverwrite\":\"a\",\"containers\"");
        var refused = api.ask("POST", "/api/v1/namespaces/default/pods" + STRICT, pod);
        assertThat(refused.status).isEqualTo(400);
        assertThat(refused.json().textOrEmpty("message")).contains("unknown field \"spec.hostnameOverwrite\"");
    }
}
