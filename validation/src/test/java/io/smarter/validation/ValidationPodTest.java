package io.smarter.validation;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import io.smarter.schema.Defaults;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaKind;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What pods can be asked for since Kubernetes 1.34: the messages of the first two tables are those of a server of 1.36. */
final class ValidationPodTest {
    private static final Schema SCHEMA = Schema.load();
    private static final SchemaKind POD = Objects.requireNonNull(SCHEMA.kind("", "v1", "Pod"));

    static Stream<Arguments> restarts() {
        var rule = "spec.containers[0].restartPolicyRules[0].";
        return Stream.of(
                asked("by exit codes", restart("Never", "{action: Restart, exitCodes: {operator: In, values: [3]}}")),
                asked("of all", restart("Never", "{action: RestartAllContainers, exitCodes: {operator: NotIn}}")),
                asked("any code", restart("Always", "{action: Restart, exitCodes: {operator: In, values: [-1, 300]}}")),
                asked(
                        "no policy",
                        "restartPolicyRules: [{action: Restart, exitCodes: {operator: In}}]",
                        "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used"),
                asked(
                        "policy",
                        "restartPolicy: Sometimes",
                        "spec.containers[0].restartPolicy: Unsupported value: \"Sometimes\": supported values:"
                                + " \"Always\", \"Never\", \"OnFailure\""),
                asked(
                        "action",
                        restart("Never", "{action: DoNotRestart, exitCodes: {operator: In, values: [3]}}"),
                        rule + "action: Unsupported value: \"DoNotRestart\": supported values: \"Restart\","
                                + " \"RestartAllContainers\""),
                asked(
                        "no codes",
                        restart("Never", "{action: Restart}"),
                        rule + "exitCodes: Required value: must be specified"),
                asked(
                        "operator",
                        restart("Never", "{action: Restart, exitCodes: {operator: Equals, values: [3]}}"),
                        rule
                                + "exitCodes.operator: Unsupported value: \"Equals\": supported values: \"In\", \"NotIn\""));
    }

    private static Arguments asked(String name, String spec, String... errors) {
        return argumentSet(name, spec, List.of(errors));
    }

    private static String restart(String policy, String rule) {
        return "restartPolicy: %s, restartPolicyRules: [%s]".formatted(policy, rule);
    }

    @ParameterizedTest
    @MethodSource("restarts")
    void restartsOfContainersAreChecked(String container, List<String> errors) {
        assertThat(errors("containers: [{name: a, image: x, " + container + "}]"))
                .isEqualTo(errors);
    }

    @Test
    void stopSignalsAreThoseOfLinux() {
        var container = "containers: [{name: a, image: x, lifecycle: {stopSignal: %s}}]";
        var field = "spec.containers[0].lifecycle.stopSignal: ";
        assertThat(errors("os: {name: linux}, " + container.formatted("SIGRTMIN+3")))
                .isEmpty();
        assertThat(errors(container.formatted("SIGINT")))
                .containsExactly(field + "Forbidden: may not be set for containers with empty `spec.os.name`");
        assertThat(errors("os: {name: linux}, " + container.formatted("INT")))
                .singleElement(as(STRING))
                .startsWith(field + "Unsupported value: \"INT\": supported values: \"SIGABRT\", \"SIGALRM\",")
                .endsWith("\"SIGXCPU\", \"SIGXFSZ\"");
    }

    @Test
    void rulesAndCodesAreLimited() {
        var rule = "{action: Restart, exitCodes: {operator: In, values: %s}}".formatted(Collections.nCopies(256, 1));
        var rules = String.join(", ", Collections.nCopies(21, "{action: Restart, exitCodes: {operator: In}}"));
        assertThat(errors("containers: [{name: a, image: x, " + restart("Never", rule) + "}]"))
                .containsExactly("spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256:"
                        + " must have at most 255 items");
        assertThat(errors("containers: [{name: a, image: x, " + restart("Never", rules) + "}]"))
                .containsExactly("spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items");
    }

    static Stream<Arguments> wholes() {
        return Stream.of(
                asked(
                        "shared",
                        "resources: {limits: {cpu: '2', memory: 1Gi}}, " + containers("{requests: {cpu: '1'}}")),
                asked(
                        "less than its containers",
                        "resources: {requests: {cpu: '1'}}, " + containers("{requests: {cpu: 1500m}}"),
                        "spec.resources.requests[cpu]: Invalid value: \"1\":"
                                + " must be greater than or equal to aggregate container requests of 1500m"),
                asked(
                        "less than a container",
                        "resources: {limits: {memory: 1Gi}}, "
                                + containers("{limits: {memory: 2Gi}, requests: {memory: 1Mi}}"),
                        "spec.resources.containers[0][memory].limits: Invalid value: \"2Gi\":"
                                + " must be less than or equal to pod limits of 1Gi"),
                asked(
                        "devices",
                        "resources: {limits: {example.org/gpu: '1'}}, " + containers("{}"),
                        "spec.resources.limits[example.org/gpu]: Unsupported value: \"example.org/gpu\":"
                                + " supported values: \"cpu\", \"hugepages-\", \"memory\"",
                        "spec.resources.requests[example.org/gpu]: Unsupported value: \"example.org/gpu\":"
                                + " supported values: \"cpu\", \"hugepages-\", \"memory\""),
                asked(
                        "more than its limit",
                        "resources: {limits: {cpu: '1'}, requests: {cpu: '2'}}, " + containers("{}"),
                        "spec.resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"),
                asked(
                        "claims",
                        "resources: {claims: [{name: c}]}, " + containers("{}"),
                        "spec.resources.claims: Forbidden: claims may not be set for a pod as a whole"));
    }

    @ParameterizedTest
    @MethodSource("wholes")
    void resourcesOfThePodAreChecked(String spec, List<String> errors) {
        assertThat(errors(spec)).isEqualTo(errors);
    }

    private static String containers(String resources) {
        return "containers: [{name: a, image: x, resources: %s}]".formatted(resources);
    }

    static Stream<Arguments> others() {
        var good = "containers: [{name: a, image: x}]";
        return Stream.of(
                asked("host name", "hostnameOverride: a.example.org, " + good),
                asked(
                        "host name of the node",
                        "hostnameOverride: a.example.org, hostNetwork: true, setHostnameAsFQDN: true, " + good,
                        "spec.hostnameOverride: Forbidden: may not be set when `hostNetwork` is true",
                        "spec.hostnameOverride: Forbidden: may not be set when `setHostnameAsFQDN` is true"),
                asked(
                        "long host name",
                        "hostnameOverride: a.%s, ".formatted("b".repeat(63)) + good,
                        "spec.hostnameOverride: Too long: may not be more than 64 bytes"),
                asked("variable of a file", file("volumeName: f, path: a/env, key: K")),
                asked(
                        "variable of no file",
                        file("volumeName: g"),
                        "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: \"g\"",
                        "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Required value",
                        "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value"),
                asked(
                        "variable of a file elsewhere",
                        file("volumeName: s, path: a/../b, key: A=B"),
                        "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: \"s\":"
                                + " must be of a volume of type emptyDir",
                        "spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: \"a/../b\": must not contain '..'",
                        "spec.containers[0].env[0].valueFrom.fileKeyRef.key: Invalid value: \"A=B\": a valid environment"
                                + " variable name must consist only of printable ASCII characters other than '='"),
                asked("image", "volumes: [{name: v, image: {reference: 'x:1'}}], " + good),
                asked(
                        "no image",
                        "volumes: [{name: v, image: {pullPolicy: Never}}], " + good,
                        "spec.volumes[0].image.reference: Required value"),
                asked(
                        "certificate",
                        certificate("signerName: example.org/s, keyType: ED25519, credentialBundlePath: a.pem") + good),
                asked(
                        "no certificate",
                        certificate("keyType: DSA, maxExpirationSeconds: 60") + good,
                        "spec.volumes[0].projected.sources[0].podCertificate.signerName: Required value",
                        "spec.volumes[0].projected.sources[0].podCertificate.keyType: Unsupported value: \"DSA\": supported values:"
                                + " \"RSA3072\", \"RSA4096\", \"ECDSAP256\", \"ECDSAP384\", \"ECDSAP521\", \"ED25519\"",
                        "spec.volumes[0].projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 60:"
                                + " must be between 3600 and 7862400, inclusive",
                        "spec.volumes[0].projected.sources[0].podCertificate: Required value:"
                                + " specify at least one of credentialBundlePath, keyPath, and certificateChainPath"),
                asked(
                        "toleration that compares",
                        "tolerations: [{key: a, operator: Gt, value: '1'}], " + good,
                        "spec.tolerations[0].operator: Unsupported value: \"Gt\": supported values: \"Equal\", \"Exists\""));
    }

    private static String file(String file) {
        return "volumes: [{name: f, emptyDir: {}}, {name: s, secret: {secretName: s}}], "
                + "containers: [{name: a, image: x, env: [{name: V, valueFrom: {fileKeyRef: {%s}}}]}]".formatted(file);
    }

    private static String certificate(String certificate) {
        return "volumes: [{name: v, projected: {sources: [{podCertificate: {%s}}]}}], ".formatted(certificate);
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherNewFieldsAreChecked(String spec, List<String> errors) {
        assertThat(errors(spec)).isEqualTo(errors);
    }

    private static List<String> errors(String spec) {
        var pod = (Json.Obj) Yaml.parse(("spec: {" + spec + "}").getBytes(StandardCharsets.UTF_8));
        return Validation.validate(POD, Defaults.apply(POD, pod), null).stream()
                .map(FieldError::toString)
                .toList();
    }
}
