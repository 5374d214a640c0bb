package io.smarter.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DefaultsTest {
    private static final Schema SCHEMA = Schema.load();

    @Test
    void aPodGetsWhatItsAuthorLeftOut() {
        var pod = filled("", "Pod", """
                {"spec":{"containers":[{"name":"a","image":"x","ports":[{"containerPort":80}],
                  "env":[{"name":"N","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
                  "livenessProbe":{"httpGet":{"port":80}},
                  "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"100m"}}}],
                 "volumes":[{"name":"e"},{"name":"c","configMap":{"name":"m"}},{"name":"h","hostPath":{"path":"/"}}]}}""");
        assertThat(pod.object("spec").without("containers").without("volumes")).isEqualTo(json("""
                {"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",
                 "securityContext":{},"schedulerName":"default-scheduler","enableServiceLinks":true}"""));
        assertThat(pod.items("spec", "containers").getFirst()).isEqualTo(json("""
                {"name":"a","image":"x","ports":[{"containerPort":80,"protocol":"TCP"}],
                 "env":[{"name":"N","valueFrom":{"fieldRef":{"fieldPath":"metadata.name","apiVersion":"v1"}}}],
                 "livenessProbe":{"httpGet":{"port":80,"path":"/","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,
                  "successThreshold":1,"failureThreshold":3},
                 "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"100m","memory":"1Gi"}},
                 "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",
                 "imagePullPolicy":"Always"}"""));
        assertThat(pod.at("spec", "volumes")).isEqualTo(json("""
                [{"name":"e","emptyDir":{}},{"name":"c","configMap":{"name":"m","defaultMode":420}},
                 {"name":"h","hostPath":{"path":"/","type":""}}]"""));
    }

    @Test
    void aPodLimitedAsAWholeRequestsAsAWhole() {
        var pod = filled("", "Pod", """
                {"spec":{"resources":{"limits":{"cpu":"2","memory":"1Gi"}},
                 "initContainers":[{"name":"i","image":"x:1","resources":{"requests":{"cpu":"1"}}}],
                 "containers":[{"name":"a","image":"x:1","resources":{"requests":{"cpu":"500m"}}},{"name":"b","image":"x:1"}]}}""");
        assertThat(pod.at("spec", "resources", "requests")).isEqualTo(json("""
                {"cpu":"1","memory":"1Gi"}"""));
    }

    @Test
    void newSourcesGetTheirDefaults() {
        var pod = filled("", "Pod", """
                {"spec":{"containers":[{"name":"a","image":"x:1","env":[{"name":"N","valueFrom":{"fileKeyRef":
                  {"volumeName":"e","path":"p","key":"k"}}}]}],
                 "volumes":[{"name":"i","image":{"reference":"x"}},{"name":"j","image":{"reference":"x:1"}},
                  {"name":"p","projected":{"sources":[{"podCertificate":{"signerName":"a.b/c"}}]}}]}}""");
        assertThat(pod.items("spec", "containers").getFirst().at("env")).isEqualTo(json("""
                [{"name":"N","valueFrom":{"fileKeyRef":{"volumeName":"e","path":"p","key":"k","optional":false}}}]"""));
        assertThat(pod.at("spec", "volumes")).isEqualTo(json("""
                [{"name":"i","image":{"reference":"x","pullPolicy":"Always"}},
                 {"name":"j","image":{"reference":"x:1","pullPolicy":"IfNotPresent"}},
                 {"name":"p","projected":{"sources":[{"podCertificate":{"signerName":"a.b/c","maxExpirationSeconds":86400}}],
                  "defaultMode":420}}]"""));
    }

    @Test
    void aTemplateLeavesOpenWhatAPodDecides() {
        var set = filled("apps", "DaemonSet", """
                {"spec":{"template":{"spec":{"containers":[{"name":"a","image":"x:1","resources":{"limits":{"cpu":"1"}}}]}}}}""");
        var spec = set.object("spec", "template", "spec");
        assertThat(spec.has("enableServiceLinks")).isFalse();
        assertThat(spec.has("serviceAccountName")).isFalse();
        assertThat(spec.items("containers").getFirst().at("resources", "requests"))
                .isNull();
        assertThat(set.object("spec").without("template")).isEqualTo(json("""
                {"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":1}},
                 "revisionHistoryLimit":10}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, Always",
        "nginx:latest, Always",
        "nginx:1.2, IfNotPresent",
        "host:5000/nginx, Always",
        "host:5000/nginx:1, IfNotPresent",
        "nginx@sha256:00, IfNotPresent",
        "'', Always"
    })
    void theTagDecidesWhetherAnImageIsPulledAgain(String image, String policy) {
        assertThat(DefaultsPod.pullPolicy(image)).isEqualTo(policy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''   | Secret     | {'data':{}}                                  | {'data':{},'type':'Opaque'}",
                "''   | Node       | {'status':{'capacity':{'cpu':'1'}}}          | {'status':{'capacity':{'cpu':'1'},'allocatable':{'cpu':'1'}},'spec':{}}",
                "''   | ConfigMap  | {'data':{}}                                  | {'data':{}}",
                "apps | DaemonSet  | {'spec':{'updateStrategy':{'type':'OnDelete'}}} | {'spec':{'updateStrategy':{'type':'OnDelete'},'revisionHistoryLimit':10},'status':{}}"
            })
    void otherKindsGetTheirs(String group, String kind, String object, String expected) {
        assertThat(filled(group, kind, object.replace('\'', '"'))).isEqualTo(json(expected.replace('\'', '"')));
    }

    @Test
    void hostPortsFollowOnTheHostNetwork() {
        var pod = filled("", "Pod", """
                {"spec":{"hostNetwork":true,"containers":[{"name":"a","ports":[{"containerPort":80}]}]}}""");
        assertThat(pod.items("spec", "containers")
                        .getFirst()
                        .items("ports")
                        .getFirst()
                        .number(0, "hostPort"))
                .isEqualTo(80);
    }

    private static Json.Obj filled(String group, String kind, String text) {
        var schemaKind = Objects.requireNonNull(SCHEMA.kind(group, "v1", kind));
        var once = Defaults.apply(schemaKind, (Json.Obj) json(text));
        assertThat(Defaults.apply(schemaKind, once)).isEqualTo(once);
        return once;
    }

    private static Json json(String text) {
        return Json.parse(text);
    }
}
