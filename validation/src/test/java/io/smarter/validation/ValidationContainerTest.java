package io.smarter.validation;

import static io.smarter.validation.ValidationTest.errors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with the containers of pods. */
final class ValidationContainerTest {
    static Stream<Arguments> containers() {
        return Stream.of(
                argumentSet("good", "{'name':'a','image':'x'}", List.of()),
                argumentSet(
                        "nothing",
                        "{}",
                        List.of("spec.containers[0].name: Required value", "spec.containers[0].image: Required value")),
                argumentSet(
                        "name",
                        "{'name':'A_','image':'x'}",
                        List.of(
                                "spec.containers[0].name: Invalid value: \"A_\": a lowercase RFC 1123 label must consist of"
                                        + " lower case alphanumeric characters or '-', and must start and end with an alphanumeric"
                                        + " character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                                        + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")),
                argumentSet(
                        "pull policy",
                        "{'name':'a','image':'x','imagePullPolicy':'Sometimes'}",
                        List.of(
                                "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values:"
                                        + " \"Always\", \"IfNotPresent\", \"Never\"")),
                argumentSet(
                        "port",
                        "{'name':'a','image':'x','ports':[{'containerPort':70000},{'name':'HTTP'}]}",
                        List.of(
                                "spec.containers[0].ports[0].containerPort: Invalid value: 70000:"
                                        + " must be between 1 and 65535, inclusive",
                                "spec.containers[0].ports[1].name: Invalid value: \"HTTP\": must contain only"
                                        + " alpha-numeric characters (a-z, 0-9), and hyphens (-)",
                                "spec.containers[0].ports[1].name: Invalid value: \"HTTP\":"
                                        + " must contain at least one letter (a-z)",
                                "spec.containers[0].ports[1].containerPort: Required value")),
                argumentSet(
                        "mounts",
                        "{'name':'a','image':'x','volumeMounts':[{'name':'v','mountPath':'/a'},{'name':'w','mountPath':'/a'}]}",
                        List.of(
                                "spec.containers[0].volumeMounts[1].name: Not found: \"w\"",
                                "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique")),
                argumentSet(
                        "env",
                        "{'name':'a','image':'x','env':[{'name':'A=B'},{'name':'C','value':'x','valueFrom':"
                                + "{'fieldRef':{'fieldPath':'spec.x'}}},{'name':'D','valueFrom':{}}]}",
                        List.of(
                                "spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable name"
                                        + " must consist only of printable ASCII characters other than '='",
                                "spec.containers[0].env[1].valueFrom: Invalid value: \"\":"
                                        + " may not be specified when `value` is not empty",
                                "spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Unsupported value: \"spec.x\":"
                                        + " supported values: \"metadata.name\", \"metadata.namespace\", \"metadata.uid\","
                                        + " \"spec.nodeName\", \"spec.serviceAccountName\", \"status.hostIP\","
                                        + " \"status.hostIPs\", \"status.podIP\", \"status.podIPs\"",
                                "spec.containers[0].env[2].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`,"
                                        + " `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`")),
                argumentSet(
                        "resources",
                        "{'name':'a','image':'x','resources':{'limits':{'cpu':'1','foo':'1'},'requests':{'cpu':'2','memory':'-1'}}}",
                        List.of(
                                "spec.containers[0].resources.limits[foo]: Invalid value: \"foo\":"
                                        + " must be a standard resource for containers",
                                "spec.containers[0].resources.requests[memory]: Invalid value: \"-1\":"
                                        + " must be greater than or equal to 0",
                                "spec.containers[0].resources.requests: Invalid value: \"2\":"
                                        + " must be less than or equal to cpu limit of 1")),
                argumentSet(
                        "probes",
                        "{'name':'a','image':'x','livenessProbe':{'successThreshold':2},"
                                + "'readinessProbe':{'exec':{},'httpGet':{'path':'/','port':0}}}",
                        List.of(
                                "spec.containers[0].livenessProbe: Required value: must specify a handler type",
                                "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
                                "spec.containers[0].readinessProbe.exec.command: Required value",
                                "spec.containers[0].readinessProbe.httpGet: Forbidden:"
                                        + " may not specify more than 1 handler type",
                                "spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0:"
                                        + " must be between 1 and 65535, inclusive")));
    }

    @ParameterizedTest
    @MethodSource("containers")
    void containersAreChecked(String container, List<String> errors) {
        var spec = "{'volumes':[{'name':'v','emptyDir':{}}],'containers':[" + container + "]}";
        assertThat(errors("", "Pod", "{'spec':" + spec + "}")).containsExactlyInAnyOrderElementsOf(errors);
    }
}
