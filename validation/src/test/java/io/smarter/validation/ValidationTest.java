package io.smarter.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import io.smarter.patch.Patches;
import io.smarter.schema.Defaults;
import io.smarter.schema.Schema;
import io.smarter.schema.SchemaKind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ValidationTest {
    private static final Schema SCHEMA = Schema.load();

    static Stream<Arguments> pods() {
        var good = "'containers':[{'name':'a','image':'x'}]";
        return Stream.of(
                argumentSet("no containers", "{}", "spec.containers: Required value"),
                argumentSet(
                        "a token for seconds",
                        "{" + good + ",'volumes':[{'name':'v','projected':{'sources':[{'serviceAccountToken':"
                                + "{'path':'t','expirationSeconds':599}}]}}]}",
                        "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: "
                                + "Invalid value: 599: may not specify a duration less than 10 minutes"),
                argumentSet(
                        "twice",
                        "{" + good + ",'initContainers':[{'name':'a','image':'x'}]}",
                        "spec.initContainers[0].name: Duplicate value: \"a\""),
                argumentSet(
                        "init probe",
                        "{" + good
                                + ",'initContainers':[{'name':'b','image':'x','livenessProbe':{'exec':{'command':['a']}}}]}",
                        "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without"
                                + " restartPolicy=Always"),
                argumentSet(
                        "restart policy",
                        "{" + good + ",'restartPolicy':'No'}",
                        "spec.restartPolicy: Unsupported value: \"No\": supported values: \"Always\", \"Never\", \"OnFailure\""),
                argumentSet(
                        "volume without source",
                        "{" + good + ",'volumes':[{'name':'v'}]}",
                        "spec.volumes[0]: Required value: must specify a volume type"),
                argumentSet(
                        "two sources",
                        "{" + good + ",'volumes':[{'name':'v','emptyDir':{},'hostPath':{'path':'/'}}]}",
                        "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"),
                argumentSet(
                        "host path",
                        "{" + good + ",'volumes':[{'name':'v','hostPath':{'path':'/a/../b'}}]}",
                        "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"),
                argumentSet(
                        "mode",
                        "{" + good + ",'volumes':[{'name':'v','configMap':{'name':'c','defaultMode':512}}]}",
                        "spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777"
                                + " (octal), both inclusive"),
                argumentSet(
                        "item",
                        "{" + good
                                + ",'volumes':[{'name':'v','secret':{'secretName':'s','items':[{'key':'k','path':'/p'}]}}]}",
                        "spec.volumes[0].secret.items[0].path: Invalid value: \"/p\": must be a relative path"),
                argumentSet(
                        "node selector",
                        "{" + good + ",'nodeSelector':{'a':'-'}}",
                        "spec.nodeSelector: Invalid value: \"-\": a valid label must be an empty string or consist of"
                                + " alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                                + " character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
                                + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
                argumentSet(
                        "toleration",
                        "{" + good + ",'tolerations':[{'operator':'Exists','tolerationSeconds':1}]}",
                        "spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when"
                                + " `tolerationSeconds` is set"),
                argumentSet(
                        "grace",
                        "{" + good + ",'terminationGracePeriodSeconds':-1}",
                        "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0"),
                argumentSet(
                        "file of the downward API",
                        "{" + good
                                + ",'volumes':[{'name':'v','downwardAPI':{'items':[{'path':'../x','fieldRef':{'fieldPath':'metadata.name'}}]}}]}",
                        "spec.volumes[0].downwardAPI.items[0].path: Invalid value: \"../x\": must not contain '..'"),
                argumentSet(
                        "file without content",
                        "{" + good + ",'volumes':[{'name':'v','downwardAPI':{'items':[{'path':'x'}]}}]}",
                        "spec.volumes[0].downwardAPI.items[0]: Required value:"
                                + " one of fieldRef and resourceFieldRef is required"),
                argumentSet(
                        "field that is no file",
                        "{" + good
                                + ",'volumes':[{'name':'v','projected':{'sources':[{'downwardAPI':{'items':[{'path':'x','fieldRef':{'fieldPath':'status.podIP'}}]}}]}}]}",
                        "spec.volumes[0].projected.sources[0].downwardAPI.items[0].fieldRef.fieldPath: Unsupported value:"
                                + " \"status.podIP\": supported values: \"metadata.annotations\", \"metadata.labels\","
                                + " \"metadata.name\", \"metadata.namespace\", \"metadata.uid\""),
                argumentSet(
                        "projected file",
                        "{" + good
                                + ",'volumes':[{'name':'v','projected':{'sources':[{'secret':{'name':'s','items':[{'key':'k','path':'/x'}]}}]}}]}",
                        "spec.volumes[0].projected.sources[0].secret.items[0].path: Invalid value: \"/x\":"
                                + " must be a relative path"),
                argumentSet(
                        "size",
                        "{" + good + ",'volumes':[{'name':'v','emptyDir':{'sizeLimit':'-1'}}]}",
                        "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"),
                argumentSet(
                        "address of a host",
                        "{" + good + ",'hostAliases':[{'ip':'1.2.3','hostnames':['a.b']}]}",
                        "spec.hostAliases[0].ip: Invalid value: \"1.2.3\": must be a valid IP address"),
                argumentSet(
                        "name server",
                        "{" + good + ",'dnsConfig':{'nameservers':['1.1.1.1','fe80::1','x']}}",
                        "spec.dnsConfig.nameservers[2]: Invalid value: \"x\": must be a valid IP address"),
                argumentSet(
                        "no name server",
                        "{" + good + ",'dnsPolicy':'None'}",
                        "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when"
                                + " `dnsPolicy` is None"),
                argumentSet(
                        "group of files",
                        "{" + good + ",'securityContext':{'fsGroup':-1}}",
                        "spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive"),
                argumentSet(
                        "sysctl",
                        "{" + good
                                + ",'securityContext':{'sysctls':[{'name':'net.ipv4.ip_forward','value':'1'},{'name':'../x','value':''}]}}",
                        "spec.securityContext.sysctls[1].name: Invalid value: \"../x\": must have at most 253 characters and"
                                + " match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"),
                argumentSet(
                        "resource of a container",
                        "{'containers':[{'name':'a','image':'x','env':[{'name':'A','valueFrom':{'resourceFieldRef':{'resource':'cpu'}}}]}]}",
                        "spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: \"cpu\": supported"
                                + " values: \"limits.cpu\", \"limits.ephemeral-storage\", \"limits.memory\", \"requests.cpu\","
                                + " \"requests.ephemeral-storage\", \"requests.memory\""),
                argumentSet(
                        "key",
                        "{'containers':[{'name':'a','image':'x','env':[{'name':'A','valueFrom':{'secretKeyRef':{'name':'s','key':'..'}}}]}]}",
                        "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Invalid value: \"..\": must not be '..'"),
                argumentSet(
                        "affinity",
                        "{" + good + ",'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
                                + "{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'In'}]}]}}}}",
                        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                                + ".matchExpressions[0].values: Required value: must be specified when `operator` is 'In'"
                                + " or 'NotIn'"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void podsAreChecked(String spec, String error) {
        assertThat(errors("", "Pod", "{'spec':" + spec + "}")).containsExactly(error);
    }

    static Stream<Arguments> daemonSets() {
        return Stream.of(
                argumentSet("good", "{}", List.of()),
                argumentSet("no selector", "{'selector':null}", List.of("spec.selector: Required value")),
                argumentSet(
                        "empty selector",
                        "{'selector':{'matchLabels':null}}",
                        List.of("spec.selector: Invalid value: {}: empty selector is invalid for daemonset")),
                argumentSet(
                        "operator of a selector",
                        "{'selector':{'matchExpressions':[{'key':'a','operator':'Gt','values':['1']}]}}",
                        List.of("spec.selector.matchExpressions[0].operator: Invalid value: \"Gt\":"
                                + " not a valid selector operator")),
                argumentSet(
                        "values of a selector",
                        "{'selector':{'matchExpressions':[{'key':'a','operator':'Exists','values':['1']}]}}",
                        List.of(
                                "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator`"
                                        + " is 'Exists' or 'DoesNotExist'")),
                argumentSet(
                        "restart policy",
                        "{'template':{'spec':{'restartPolicy':'Never'}}}",
                        List.of(
                                "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")),
                argumentSet(
                        "nothing rolls",
                        "{'updateStrategy':{'rollingUpdate':{'maxUnavailable':0}}}",
                        List.of("spec.updateStrategy.rollingUpdate.maxUnavailable: Required value:"
                                + " cannot be 0 when maxSurge is 0")),
                argumentSet(
                        "both roll",
                        "{'updateStrategy':{'rollingUpdate':{'maxSurge':'10%'}}}",
                        List.of("spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"10%\":"
                                + " may not be set when maxUnavailable is non-zero")),
                argumentSet(
                        "too much",
                        "{'updateStrategy':{'rollingUpdate':{'maxUnavailable':'101%'}}}",
                        List.of("spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\":"
                                + " must not be greater than 100%")),
                argumentSet(
                        "strategy",
                        "{'updateStrategy':{'type':'x'}}",
                        List.of("spec.updateStrategy.type: Unsupported value: \"x\": supported values:"
                                + " \"OnDelete\", \"RollingUpdate\"")),
                argumentSet(
                        "seconds",
                        "{'minReadySeconds':-1}",
                        List.of("spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0")));
    }

    @ParameterizedTest
    @MethodSource("daemonSets")
    void daemonSetsAreChecked(String change, List<String> errors) {
        var good = "{'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                + "'spec':{'containers':[{'name':'c','image':'x'}]}}}}";
        var kind = kind("apps", "DaemonSet");
        var changed = Patches.merge(kind, object(good), Json.obj("spec", object(change)));
        var set = Defaults.apply(kind, ((Patches.Outcome.Patched) changed).object());
        assertThat(Validation.validate(kind, set, null).stream().map(FieldError::toString))
                .containsExactlyElementsOf(errors);
    }

    static Stream<Arguments> others() {
        var rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                + " 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        return Stream.of(
                argumentSet(
                        "config key",
                        "",
                        "ConfigMap",
                        "{'data':{'a/b':''}}",
                        "data[a/b]: Invalid value: \"a/b\": " + rule),
                argumentSet(
                        "key twice",
                        "",
                        "ConfigMap",
                        "{'data':{'a':''},'binaryData':{'a':''}}",
                        "data[a]: Invalid value: \"a\": duplicate of key present in binaryData"),
                argumentSet(
                        "dots",
                        "",
                        "Secret",
                        "{'data':{'..':''}}",
                        "data[..]: Invalid value: \"..\": must not be '..'"),
                argumentSet(
                        "tls",
                        "",
                        "Secret",
                        "{'type':'kubernetes.io/tls','data':{'tls.crt':''}}",
                        "data[tls.key]: Required value"),
                argumentSet(
                        "taint",
                        "",
                        "Node",
                        "{'spec':{'taints':[{'key':'a'}]}}",
                        "spec.taints[0].effect: Required value"),
                argumentSet("service without ports", "", "Service", "{'spec':{}}", "spec.ports: Required value"),
                argumentSet(
                        "port of a service",
                        "",
                        "Service",
                        "{'spec':{'ports':[{'port':0}]}}",
                        "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"),
                argumentSet(
                        "second port of a service",
                        "",
                        "Service",
                        "{'spec':{'ports':[{'name':'a','port':1},{'port':2}]}}",
                        "spec.ports[1].name: Required value"),
                argumentSet(
                        "count",
                        "apps",
                        "DaemonSet",
                        "{'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}},"
                                + "'status':{'numberReady':-1}}",
                        "status.numberReady: Invalid value: -1: must be greater than or equal to 0"),
                argumentSet(
                        "event of another namespace",
                        "",
                        "Event",
                        "{'metadata':{'namespace':'a'},'involvedObject':{'namespace':'b'}}",
                        "involvedObject.namespace: Invalid value: \"b\": does not match event.namespace"),
                argumentSet(
                        "lease",
                        "coordination.k8s.io",
                        "Lease",
                        "{'spec':{'leaseDurationSeconds':0}}",
                        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),
                argumentSet(
                        "revision",
                        "apps",
                        "ControllerRevision",
                        "{'revision':1}",
                        "data: Required value: data is mandatory"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherKindsAreChecked(String group, String kind, String object, String error) {
        assertThat(errors(group, kind, object)).containsExactly(error);
    }

    @Test
    void dataIsLimited() {
        var large = Json.obj("data", Json.obj("k", "x".repeat(ValidationData.MAX_SIZE + 1)));
        assertThat(Validation.validate(kind("", "ConfigMap"), large, null).stream()
                        .map(FieldError::toString))
                .containsExactly("data: Too long: may not be more than 1048576 bytes");
    }

    /** What is wrong with an object, whose quotes may be single ones. */
    static List<String> errors(String group, String kind, String text) {
        return Validation.validate(kind(group, kind), object(text), null).stream()
                .map(FieldError::toString)
                .toList();
    }

    private static SchemaKind kind(String group, String kind) {
        return Objects.requireNonNull(SCHEMA.kind(group, "v1", kind));
    }

    private static Json.Obj object(String text) {
        return (Json.Obj) Json.parse(text.replace('\'', '"'));
    }
}
