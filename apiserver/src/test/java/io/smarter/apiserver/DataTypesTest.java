package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.schema.Schema;
import io.smarter.types.DataTypes;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DataTypesTest {
    private static final String POD = "{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}";
    private static final String JOB = "{spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}";
    private static final String CHANGING =
            "spec: {reinvocationPolicy: Never, matchConstraints: {resourceRules: [{operations: "
                    + "[CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, mutations: [{patchType: JSONPatch, "
                    + "jsonPatch: {expression: '[]'}}]}";
    private static final String WEBHOOK = "webhooks: [{name: w.example.com, admissionReviewVersions: [v1], "
            + "sideEffects: None, clientConfig: {url: 'https://x'}}]";

    private static final String DEVICES = "{devices: {requests: [{name: r, exactly: {deviceClassName: c}}]}}";

    @TempDir
    private Path folder;

    /** Each kind with the least that its objects must have, and what a list of them shows besides the age. */
    static Stream<Arguments> kinds() {
        return Stream.of(
                kind("v1", "endpoints", "subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]", "10.0.0.1:80"),
                kind("v1", "limitranges", "spec: {limits: [{type: Container}]}", ""),
                kind(
                        "v1",
                        "persistentvolumeclaims",
                        "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
                        "Pending|||||<unset>"),
                kind(
                        "v1",
                        "persistentvolumes",
                        "spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /x}}",
                        "1Gi|RWO|Retain|Pending|||<unset>|"),
                kind("v1", "podtemplates", "template: " + POD, "c|i|a=b"),
                kind("v1", "replicationcontrollers", "spec: {template: " + POD + "}", "1|0|0"),
                kind("v1", "resourcequotas", "spec: {hard: {}}", "|"),
                kind("v1", "services", "spec: {ports: [{port: 80}]}", "ClusterIP|None|<none>|80/TCP"),
                kind("apps/v1", "deployments", workload(), "0/1|0|0"),
                kind("apps/v1", "replicasets", workload(), "1|0|0"),
                kind("apps/v1", "statefulsets", workload(), "0/1"),
                kind("batch/v1", "jobs", "spec: {template: " + JOB + "}", "Running|0/1|"),
                kind(
                        "batch/v1",
                        "cronjobs",
                        "spec: {schedule: '* * * * *', jobTemplate: {spec: {template: " + JOB + "}}}",
                        "* * * * *|<none>|False|0|<none>"),
                kind(
                        "autoscaling/v2",
                        "horizontalpodautoscalers",
                        "spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: d}}",
                        "Deployment/d|cpu: <unknown>/80%|1|3|0"),
                kind(
                        "discovery.k8s.io/v1",
                        "endpointslices",
                        "{addressType: IPv4, endpoints: []}",
                        "IPv4|<unset>|<unset>"),
                kind(
                        "networking.k8s.io/v1",
                        "ingresses",
                        "spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}",
                        "<none>|*||80"),
                kind(
                        "networking.k8s.io/v1",
                        "ingressclasses",
                        "spec: {controller: example.com/c}",
                        "example.com/c|<none>"),
                kind("networking.k8s.io/v1", "networkpolicies", "spec: {podSelector: {}}", "<none>"),
                kind(
                        "networking.k8s.io/v1",
                        "ipaddresses",
                        "spec: {parentRef: {resource: services, namespace: default, name: s}}",
                        "services/default/s"),
                kind("networking.k8s.io/v1", "servicecidrs", "spec: {cidrs: [10.1.0.0/24]}", "10.1.0.0/24"),
                kind("policy/v1", "poddisruptionbudgets", "spec: {minAvailable: 1}", "1|N/A|0"),
                kind("scheduling.k8s.io/v1", "priorityclasses", "value: 7", "7|false|PreemptLowerPriority"),
                kind("node.k8s.io/v1", "runtimeclasses", "handler: runc", "runc"),
                kind("storage.k8s.io/v1", "csidrivers", "spec: {}", "true|false|false|<unset>|false|Persistent"),
                kind("storage.k8s.io/v1", "csinodes", "spec: {drivers: []}", "0"),
                kind("storage.k8s.io/v1", "csistoragecapacities", "storageClassName: s", "s|<unset>"),
                kind("storage.k8s.io/v1", "storageclasses", "provisioner: p", "p|Delete|Immediate|false"),
                kind(
                        "storage.k8s.io/v1",
                        "volumeattachments",
                        "spec: {attacher: a, nodeName: n, source: {persistentVolumeName: v}}",
                        "a|v|n|false"),
                kind("admissionregistration.k8s.io/v1", "mutatingadmissionpolicies", CHANGING, "1|<unset>"),
                kind("admissionregistration.k8s.io/v1beta1", "mutatingadmissionpolicies", CHANGING, "1|<unset>"),
                kind("storage.k8s.io/v1", "volumeattributesclasses", "driverName: d", "d"),
                kind(
                        "flowcontrol.apiserver.k8s.io/v1",
                        "prioritylevelconfigurations",
                        "spec: {type: Limited, limited: {limitResponse: {type: Reject}}}",
                        "Limited|30|<none>|<none>|<none>"),
                kind("resource.k8s.io/v1", "deviceclasses", "spec: {selectors: [{cel: {expression: 'true'}}]}", ""),
                kind("resource.k8s.io/v1", "resourceclaims", "spec: " + DEVICES, "pending"),
                kind("resource.k8s.io/v1", "resourceclaimtemplates", "spec: {spec: " + DEVICES + "}", ""),
                kind(
                        "resource.k8s.io/v1",
                        "resourceslices",
                        "spec: {driver: d, nodeName: n, pool: {name: p, generation: 1, resourceSliceCount: 1}}",
                        "n|d|p"),
                kind(
                        "admissionregistration.k8s.io/v1",
                        "mutatingadmissionpolicybindings",
                        "spec: {policyName: p}",
                        "p|<unset>"),
                kind(
                        "admissionregistration.k8s.io/v1beta1",
                        "mutatingadmissionpolicybindings",
                        "spec: {policyName: p}",
                        "p|<unset>"),
                kind("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", WEBHOOK, "1"),
                kind("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", WEBHOOK, "1"),
                kind(
                        "admissionregistration.k8s.io/v1",
                        "validatingadmissionpolicies",
                        "spec: {validations: [{expression: 'true'}], matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}}",
                        "1|<unset>"),
                kind(
                        "admissionregistration.k8s.io/v1",
                        "validatingadmissionpolicybindings",
                        "spec: {policyName: p, validationActions: [Deny]}",
                        "p|<unset>"));
    }

    private static String workload() {
        return "spec: {selector: {matchLabels: {a: b}}, template: " + POD + "}";
    }

    private static Arguments kind(String apiVersion, String plural, String members, String cells) {
        return argumentSet(plural, apiVersion, plural, members, cells);
    }

    @Test
    void slicesAreListedByTheirNode() throws Exception {
        try (var api = new TestApi(folder)) {
            var all = "/apis/resource.k8s.io/v1/resourceslices";
            for (var node : List.of("n1", "n2")) {
                var pool = "{name: p, generation: 1, resourceSliceCount: 1}";
                var manifest =
                        "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: of-%s}\nspec: {driver: d, nodeName: %s, pool: %s}\n"
                                .formatted(node, node, pool);
                assertThat(api.ask("POST", all, manifest, "application/yaml").status)
                        .isEqualTo(201);
            }
            var found = api.get(all + "?fieldSelector=spec.driver%3Dd%2Cspec.nodeName%3Dn2");
            assertThat(found.json().items("items").stream().map(slice -> slice.textOrEmpty("metadata", "name")))
                    .containsExactly("of-n2");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindIsMadeListedShownChangedAndDeleted(String apiVersion, String plural, String members, String cells)
            throws Exception {
        try (var api = new TestApi(folder)) {
            var type = type(api, apiVersion, plural);
            var all = (apiVersion.contains("/") ? "/apis/" : "/api/")
                    + apiVersion
                    + (type.flag("namespaced") ? "/namespaces/default/" : "/")
                    + plural;
            var made = api.ask("POST", all, manifest(apiVersion, type, members), "application/yaml");
            assertThat(made.status).as(made.json().pretty()).isEqualTo(201);
            assertThat(names(api, all)).contains("x");
            assertThat(shown(api, all + "/x")).isEqualTo(cells);

            var labelled =
                    api.ask("PATCH", all + "/x", "{\"metadata\":{\"labels\":{\"k\":\"v\"}}}", TestApi.MERGE_PATCH);
            assertThat(labelled.json().text("metadata", "labels", "k")).isEqualTo("v");
            // whatever its state is now: some have their status written beside this
            var again = labelled.json().withoutAt("metadata", "resourceVersion");
            assertThat(api.ask("PUT", all + "/x", again.compact()).status).isEqualTo(200);
            if (hasStatus(api, apiVersion, plural))
                assertThat(api.get(all + "/x/status").status).isEqualTo(200);
            assertThat(api.ask("DELETE", all + "/x?propagationPolicy=Background", "").status)
                    .isEqualTo(200);
            assertThat(names(api, all)).doesNotContain("x");
        }
    }

    @Test
    void theTableHasEveryKindThatIsKeptAsData() throws Exception {
        var tried = kinds().map(arguments -> (String) arguments.get()[1]).toList();
        var kept = DataTypes.of(Schema.load()).stream()
                .map(type -> type.resource().plural())
                .toList();
        assertThat(tried)
                .containsAll(kept.stream()
                        .filter(plural ->
                                !plural.equals("flowschemas")) // FlowControlTest: it gets a condition at some time
                        .toList());
    }

    @Test
    void whoMakesWhatNothingActsOnIsToldSo() throws Exception {
        try (var api = new TestApi(folder)) {
            var all = "/apis/apps/v1/namespaces/default/deployments";
            var manifest = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, " + workload() + "}";
            var made = api.ask("POST", all, manifest, "application/yaml");
            assertThat(made.answerHeaders.first("warning"))
                    .isEqualTo("299 - \"Deployment is kept as data only: this cloud has no controller for it\"");
            assertThat(made.json().number(0, "metadata", "generation")).isOne();
            var scaled = api.ask("PATCH", all + "/x", "{\"spec\":{\"replicas\":2}}", TestApi.MERGE_PATCH);
            assertThat(scaled.answerHeaders.first("warning")).contains("no controller");
            assertThat(scaled.json().number(0, "metadata", "generation")).isEqualTo(2);
        }
    }

    @Test
    void aKindWithoutSpecAsksForSomethingWithAllItHas() throws Exception {
        try (var api = new TestApi(folder)) {
            var all = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
            var manifest = "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, "
                    + "metadata: {name: x}, " + WEBHOOK + "}";
            api.ask("POST", all, manifest, "application/yaml");
            var labelled =
                    api.ask("PATCH", all + "/x", "{\"metadata\":{\"labels\":{\"k\":\"v\"}}}", TestApi.MERGE_PATCH);
            assertThat(labelled.json().number(0, "metadata", "generation")).isEqualTo(1);
            var emptied = api.ask("PATCH", all + "/x", "{\"webhooks\":[]}", TestApi.MERGE_PATCH);
            assertThat(emptied.json().number(0, "metadata", "generation")).isEqualTo(2);
        }
    }

    @Test
    void theClassesOfTheSystemAreThere() throws Exception {
        try (var api = new TestApi(folder)) {
            var all = "/apis/scheduling.k8s.io/v1/priorityclasses";
            assertThat(names(api, all)).containsExactly("system-cluster-critical", "system-node-critical");
            assertThat(api.get(all + "/system-node-critical").json().number(0, "value"))
                    .isEqualTo(2_000_001_000);
            var own = "{\"metadata\":{\"name\":\"system-x\"},\"value\":1}";
            assertThat(api.ask("POST", all, own).status).isEqualTo(422);
            var changed = api.ask("PATCH", all + "/system-node-critical", "{\"value\":1}", TestApi.MERGE_PATCH);
            assertThat(changed.json().text("message")).contains("value: Forbidden: may not be changed in an update.");
        }
    }

    private static String manifest(String apiVersion, Json type, String members) {
        var rest = members.startsWith("{") ? members.substring(1, members.length() - 1) : members;
        return "{apiVersion: %s, kind: %s, metadata: {name: x}, %s}"
                .formatted(apiVersion, type.textOrEmpty("kind"), rest);
    }

    private static Json type(TestApi api, String apiVersion, String plural) {
        return resources(api, apiVersion).stream()
                .filter(type -> type.textOrEmpty("name").equals(plural))
                .findFirst()
                .orElseThrow();
    }

    private static boolean hasStatus(TestApi api, String apiVersion, String plural) {
        return resources(api, apiVersion).stream()
                .anyMatch(type -> type.textOrEmpty("name").equals(plural + "/status"));
    }

    private static List<Json> resources(TestApi api, String apiVersion) {
        return api.get((apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion)
                .json()
                .items("resources");
    }

    private static List<String> names(TestApi api, String all) {
        return api.get(all).json().items("items").stream()
                .map(item -> item.textOrEmpty("metadata", "name"))
                .toList();
    }

    /** The cells between name and age that are always shown. */
    private static String shown(TestApi api, String target) {
        var table = api.as(api.admin(), "GET", target, "", Headers.of("accept", TestApi.TABLE))
                .json();
        var columns = table.items("columnDefinitions");
        var cells = table.items("rows").getFirst().items("cells");
        var shown = new StringBuilder();
        for (int i = 1; i < columns.size(); i++) {
            var name = columns.get(i).textOrEmpty("name");
            if (columns.get(i).number(0, "priority") > 0 || name.equals("Age") || name.equals("Created At")) continue;
            if (i > 1) shown.append("|");
            shown.append(
                    cells.get(i) instanceof Json.Str(var text)
                            ? text
                            : cells.get(i).compact());
        }
        return shown.toString();
    }
}
