package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class QuotasTest {
    private static final String IN = "/api/v1/namespaces/team/";
    private static final String PODS = IN + "pods";
    private static final String QUOTAS = IN + "resourcequotas";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
        create("/api/v1/namespaces", "{apiVersion: v1, kind: Namespace, metadata: {name: team}}");
        create(IN + "serviceaccounts", "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void quota(String name, String spec) {
        create(QUOTAS, "{apiVersion: v1, kind: ResourceQuota, metadata: {name: %s}, spec: %s}".formatted(name, spec));
    }

    private Json.Obj create(String path, String yaml) {
        var made = ask(path, yaml);
        assertThat(made.status).as(() -> made.json().pretty()).isEqualTo(201);
        return made.json();
    }

    private FakeExchange ask(String path, String yaml) {
        return api.ask(
                "POST", path, Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)).compact());
    }

    /** Waits until a quota shows what is used, names and amounts by turns. */
    private void awaitUsed(String quota, String... namesAndAmounts) throws InterruptedException {
        var wanted = Json.Obj.EMPTY;
        for (int i = 0; i < namesAndAmounts.length; i += 2)
            wanted = wanted.with(namesAndAmounts[i], Json.of(namesAndAmounts[i + 1]));
        var used = wanted;
        for (int i = 0; i < 2500 && !shows(quota, used); i++) Thread.sleep(2);
        assertThat(used(quota).members()).containsAllEntriesOf(used.members());
    }

    private boolean shows(String quota, Json.Obj wanted) {
        return used(quota).members().entrySet().containsAll(wanted.members().entrySet());
    }

    private Json.Obj used(String quota) {
        return api.get(QUOTAS + "/" + quota).json().object("status", "used");
    }

    private static String pod(String name, String spec, String container) {
        return "{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {containers: [{name: c, image: i%s}]%s}}"
                .formatted(name, container, spec);
    }

    private static String wanting(String requests) {
        return ", resources: {requests: {%s}}".formatted(requests);
    }

    @Test
    void statusIsCountedFromWhatIsThere() throws Exception {
        api.create(IN + "configmaps", TestApi.configMap("a"));
        api.create(IN + "configmaps", TestApi.configMap("b"));
        quota("q", "{hard: {configmaps: 5, resourcequotas: 1, 'count/secrets': 3, 'example.org/unknown': 2}}");
        awaitUsed("q", "configmaps", "2", "resourcequotas", "1", "count/secrets", "0");
        var status = api.get(QUOTAS + "/q").json().object("status");
        assertThat(status.textOrEmpty("hard", "configmaps")).isEqualTo("5");
        assertThat(status.object("used").has("example.org/unknown")).isFalse();
    }

    static Stream<Arguments> objects() {
        return Stream.of(
                object("configmaps", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}", "configmaps", "1"),
                object("secrets", "{apiVersion: v1, kind: Secret, metadata: {name: x}}", "count/secrets", "1"),
                object(
                        "services",
                        "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 80}]}}",
                        "services",
                        "1",
                        "services.nodeports",
                        "0"),
                object(
                        "services",
                        "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: LoadBalancer, ports: "
                                + "[{port: 80, name: a}, {port: 81, name: b}]}}",
                        "services.loadbalancers",
                        "1",
                        "services.nodeports",
                        "2"),
                object(
                        "persistentvolumeclaims",
                        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {storageClassName: gold,"
                                + " accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}}",
                        "persistentvolumeclaims",
                        "1",
                        "requests.storage",
                        "2Gi",
                        "gold.storageclass.storage.k8s.io/requests.storage",
                        "2Gi",
                        "gold.storageclass.storage.k8s.io/persistentvolumeclaims",
                        "1"),
                object(
                        "replicationcontrollers",
                        "{apiVersion: v1, kind: ReplicationController, metadata: {name: x}, spec: {template: {metadata: "
                                + "{labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}",
                        "replicationcontrollers",
                        "1"),
                object(
                        "pods",
                        pod(
                                "x",
                                "",
                                ", resources: {requests: {cpu: 500m, memory: 1Gi, example.org/gpu: 1}, "
                                        + "limits: {cpu: 1, example.org/gpu: 1}}"),
                        "pods",
                        "1",
                        "cpu",
                        "500m",
                        "requests.memory",
                        "1Gi",
                        "limits.cpu",
                        "1",
                        "requests.example.org/gpu",
                        "1"));
    }

    private static Arguments object(String plural, String yaml, String... used) {
        return argumentSet(plural + " " + used[0], plural, yaml, List.of(used));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void theLifeOfAnObjectIsCaptured(String plural, String yaml, List<String> used) throws Exception {
        var hard = new ArrayList<String>();
        for (int i = 0; i < used.size(); i += 2) hard.add("'" + used.get(i) + "': 10Gi");
        quota("q", "{hard: {" + String.join(", ", hard) + "}}");
        create(IN + plural, yaml);
        awaitUsed("q", used.toArray(String[]::new));
        api.ask("DELETE", IN + plural + "/x?gracePeriodSeconds=0&propagationPolicy=Background", "");
        var none = new ArrayList<>(used);
        for (int i = 1; i < none.size(); i += 2) none.set(i, "0");
        awaitUsed("q", none.toArray(String[]::new));
    }

    @Test
    void customObjectsAreCounted() throws Exception {
        TestDefinitions.define(api, TestDefinitions.widgets());
        quota("q", "{hard: {count/widgets.shop.example.com: 1}}");
        var path = "/apis/shop.example.com/v1/namespaces/team/widgets";
        create(path, "{apiVersion: shop.example.com/v1, kind: Widget, metadata: {name: a}}");
        var refused = ask(path, "{apiVersion: shop.example.com/v1, kind: Widget, metadata: {name: b}}");
        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.json().text("message"))
                .isEqualTo("widgets.shop.example.com \"b\" is forbidden: exceeded quota: q, requested: "
                        + "count/widgets.shop.example.com=1, used: count/widgets.shop.example.com=1, limited: "
                        + "count/widgets.shop.example.com=1");
        awaitUsed("q", "count/widgets.shop.example.com", "1");
    }

    @Test
    void podsAreRefusedWhenTheyWantTooMuchOrDoNotSay() throws Exception {
        quota("q", "{hard: {pods: 5, requests.cpu: 1, limits.memory: 1Gi}}");
        create(PODS, pod("a", "", ", resources: {requests: {cpu: 600m}, limits: {memory: 1Gi}}"));
        var refused = ask(PODS, pod("b", "", ", resources: {requests: {cpu: 500m}, limits: {memory: 1Mi}}"));
        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.json().text("message"))
                .isEqualTo(
                        "pods \"b\" is forbidden: exceeded quota: q, requested: limits.memory=1Mi,requests.cpu=500m, "
                                + "used: limits.memory=1Gi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1");
        assertThat(ask(PODS, pod("b", "", "")).json().text("message"))
                .isEqualTo(
                        "pods \"b\" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: "
                                + "c");
        api.ask("PATCH", PODS + "/a/status", "{\"status\":{\"phase\":\"Succeeded\"}}", TestApi.MERGE_PATCH);
        awaitUsed("q", "pods", "0", "requests.cpu", "0");
        create(PODS, pod("b", "", ", resources: {requests: {cpu: 500m}, limits: {memory: 1Mi}}"));
    }

    static Stream<Arguments> scopes() {
        return Stream.of(
                argumentSet("best effort", "scopes: [BestEffort]", "", "", true),
                argumentSet("not best effort", "scopes: [BestEffort]", "", wanting("cpu: 1"), false),
                argumentSet("terminating", "scopes: [Terminating]", ", activeDeadlineSeconds: 9", "", true),
                argumentSet("not terminating", "scopes: [Terminating]", "", "", false),
                argumentSet("both", "scopes: [NotTerminating, NotBestEffort]", "", wanting("cpu: 1"), true),
                argumentSet("one of both", "scopes: [NotTerminating, NotBestEffort]", "", "", false),
                argumentSet("a class", priority("In", "[high]"), ", priorityClassName: high", "", true),
                argumentSet("another class", priority("In", "[high]"), ", priorityClassName: low", "", false),
                argumentSet("none of these", priority("NotIn", "[high]"), ", priorityClassName: low", "", true),
                argumentSet("no class", priority("Exists", "[]"), "", "", false),
                argumentSet("no class asked", priority("DoesNotExist", "[]"), "", "", true),
                argumentSet(
                        "other namespaces",
                        "scopes: [CrossNamespacePodAffinity]",
                        ", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                                + "[{topologyKey: t, namespaces: [x], labelSelector: {}}]}}",
                        "",
                        true));
    }

    private static String priority(String operator, String values) {
        return "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: %s, values: %s}]}"
                .formatted(operator, values);
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void onlyWhatIsInAllScopesCounts(String scopes, String spec, String container, boolean counts) throws Exception {
        for (var name : List.of("low", "high"))
            create(
                    "/apis/scheduling.k8s.io/v1/priorityclasses",
                    "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: %s}, value: 1}"
                            .formatted(name));
        quota("q", "{hard: {pods: 1}, %s}".formatted(scopes));
        create(PODS, pod("a", spec, container));
        assertThat(ask(PODS, pod("b", spec, container)).status).isEqualTo(counts ? 403 : 201);
        awaitUsed("q", "pods", counts ? "1" : "0");
    }

    @Test
    void thoseWhoComeAtOnceNeverGetMoreThanThereIs() throws Exception {
        quota("q", "{hard: {pods: 7}}");
        var tasks = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 60; i++) {
            var name = "p" + i;
            tasks.add(() -> ask(PODS, pod(name, "", "")).status);
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int made = 0;
            for (var answer : threads.invokeAll(tasks)) made += answer.get() == 201 ? 1 : 0;
            assertThat(made).isEqualTo(7);
        }
        awaitUsed("q", "pods", "7");
        assertThat(api.get(PODS).json().items("items")).hasSize(7);
    }

    @Test
    void whatIsNotWrittenIsGivenBack() throws Exception {
        quota("q", "{hard: {pods: 2}}");
        create(PODS, pod("a", "", ""));
        for (int i = 0; i < 3; i++) {
            assertThat(ask(PODS, pod("a", "", "")).status).isEqualTo(409);
            assertThat(ask(PODS + "?dryRun=All", pod("b", "", "")).status).isEqualTo(201);
        }
        create(PODS, pod("b", "", ""));
        assertThat(ask(PODS + "?dryRun=All", pod("c", "", "")).status).isEqualTo(403);
        awaitUsed("q", "pods", "2");
    }

    @Test
    void aServiceThatWantsMoreLaterIsRefused() throws Exception {
        quota("q", "{hard: {services.nodeports: 1}}");
        create(
                IN + "services",
                "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 80, name: a}, "
                        + "{port: 81, name: b}]}}");
        var answer = api.ask("PATCH", IN + "services/x", "{\"spec\":{\"type\":\"NodePort\"}}", TestApi.MERGE_PATCH);
        assertThat(answer.json().text("message"))
                .isEqualTo("services \"x\" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: "
                        + "services.nodeports=0, limited: services.nodeports=1");
        awaitUsed("q", "services.nodeports", "0");
    }

    @Test
    void quotasThatChangeOrGoCountAnew() throws Exception {
        quota("q", "{hard: {pods: 1}}");
        create(PODS, pod("a", "", ""));
        api.ask(
                "PATCH",
                QUOTAS + "/q",
                "{\"spec\":{\"hard\":{\"pods\":\"2\",\"configmaps\":\"0\"}}}",
                TestApi.MERGE_PATCH);
        create(PODS, pod("b", "", ""));
        assertThat(api.ask("POST", IN + "configmaps", TestApi.configMap("a")).status)
                .isEqualTo(403);
        awaitUsed("q", "pods", "2", "configmaps", "0");
        api.ask("DELETE", QUOTAS + "/q", "");
        TestDefinitions.await(() -> ask(PODS, pod("c", "", "")).status == 201);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                argumentSet(
                        "no such resource",
                        "{hard: {foo: 1}}",
                        "spec.hard[foo]: Invalid value: \"foo\": must be a standard resource for quota"),
                argumentSet(
                        "half a thing",
                        "{hard: {pods: 1500m}}",
                        "spec.hard[pods]: Invalid value: \"1500m\": must be an integer"),
                argumentSet(
                        "less than nothing",
                        "{hard: {cpu: -1}}",
                        "spec.hard[cpu]: Invalid value: \"-1\": must be greater than or equal to 0"),
                argumentSet(
                        "scope of other things",
                        "{hard: {services: 1}, scopes: [Terminating]}",
                        "spec.scopes: Invalid value: [\"Terminating\"]: unsupported scope applied to resource"),
                argumentSet(
                        "both",
                        "{hard: {pods: 1}, scopes: [Terminating, NotTerminating]}",
                        "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes"),
                argumentSet(
                        "nothing to be in",
                        "{hard: {pods: 1}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}}",
                        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when "
                                + "`operator` is 'In' or 'NotIn' for scope selector"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void wrongQuotasAreRefused(String spec, String problem) {
        var refused =
                ask(QUOTAS, "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: %s}".formatted(spec));
        assertThat(refused.status).isEqualTo(422);
        assertThat(refused.json().text("message")).contains(problem);
    }

    @Test
    void aServerThatStartsKnowsWhatIsUsed() throws Exception {
        quota("q", "{hard: {pods: 1}}");
        create(PODS, pod("a", "", ""));
        awaitUsed("q", "pods", "1");
        api.restart();
        assertThat(ask(PODS, pod("b", "", "")).status).isEqualTo(403);
        api.ask("PATCH", QUOTAS + "/q/status", "{\"status\":{\"used\":{\"pods\":\"9\"}}}", TestApi.MERGE_PATCH);
        awaitUsed("q", "pods", "1");
    }
}
