package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Validating admission policies, asked over the API. */
@Timeout(60)
final class PoliciesTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    static final String POLICIES = GROUP + "validatingadmissionpolicies";
    static final String BINDINGS = GROUP + "validatingadmissionpolicybindings";
    static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    static final String CONFIG_MAPS =
            "resourceRules: [{operations: ['*'], apiGroups: [''], apiVersions: [v1], " + "resources: [configmaps]}]";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    static String json(String yaml) {
        return Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)).compact();
    }

    private FakeExchange tried(String path, String yaml) {
        return api.ask("POST", path, json(yaml));
    }

    private void policy(String spec) {
        api.create(POLICIES, json("{metadata: {name: p}, spec: {%s}}".formatted(spec)));
    }

    private void bound(String spec) {
        api.create(BINDINGS, json("{metadata: {name: b}, spec: {policyName: p, %s}}".formatted(spec)));
    }

    private void denies(String spec) {
        policy(spec);
        bound("validationActions: [Deny]");
    }

    private static String onMaps(String expression) {
        return "matchConstraints: {%s}, validations: [{expression: \"%s\"}]".formatted(CONFIG_MAPS, expression);
    }

    private FakeExchange map(String name, String... data) {
        return api.ask("POST", MAPS, TestApi.configMap(name, data));
    }

    static String message(FakeExchange exchange) {
        return exchange.json().textOrEmpty("message");
    }

    private static String deployment(String name, int replicas) {
        return """
                {metadata: {name: %s}, spec: {replicas: %d, selector: {matchLabels: {app: nginx}},
                template: {metadata: {labels: {app: nginx}}, spec: {containers: [{name: nginx, image: nginx}]}}}}""".formatted(name, replicas);
    }

    // ---- what a refusal looks like

    @Test
    void deploymentsWithFewReplicasAreDenied() {
        denies("""
                matchConstraints: {namespaceSelector: {matchLabels: {u: "true"}}, resourceRules: [{operations: [CREATE, UPDATE],
                apiGroups: [apps], apiVersions: [v1], resources: [deployments]}]},
                validations: [{expression: object.spec.replicas > 1,
                messageExpression: "'wants replicas > 1, got ' + object.spec.replicas"}]""");
        assertThat(tried(DEPLOYMENTS, deployment("before", 1)).status).isEqualTo(201);
        api.ask(
                "PATCH",
                "/api/v1/namespaces/default",
                "{\"metadata\":{\"labels\":{\"u\":\"true\"}}}",
                TestApi.MERGE_PATCH);
        var denied = tried(DEPLOYMENTS, deployment("marker", 1));
        assertThat(denied.status).isEqualTo(422);
        assertThat(denied.json().textOrEmpty("reason")).isEqualTo("Invalid");
        assertThat(message(denied))
                .isEqualTo(
                        "deployments.apps \"marker\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied "
                                + "request: failed expression: object.spec.replicas > 1");
        assertThat(denied.json().object("details").compact())
                .isEqualTo("{\"name\":\"marker\",\"group\":\"apps\",\"kind\":\"deployments\",\"causes\":[{\"message\":"
                        + "\"ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: "
                        + "object.spec.replicas > 1\"}]}");
        assertThat(tried(DEPLOYMENTS, deployment("two", 2)).status).isEqualTo(201);
        assertThat(tried("/apis/apps/v1/namespaces/default/replicasets", deployment("one", 1)).status)
                .isEqualTo(201);
        var less = api.ask("PATCH", DEPLOYMENTS + "/two", "{\"spec\":{\"replicas\":1}}", TestApi.MERGE_PATCH);
        assertThat(less.status).isEqualTo(422);
    }

    static Stream<Arguments> reasons() {
        return Stream.of(
                argumentSet("none", "message: ' no '", 422, "Invalid", "no"),
                argumentSet("forbidden", "reason: Forbidden, message: never", 403, "Forbidden", "never"),
                argumentSet("unauthorized", "reason: Unauthorized", 401, "Unauthorized", "failed expression: false"),
                argumentSet("large", "reason: RequestEntityTooLarge, message: n", 413, "RequestEntityTooLarge", "n"),
                argumentSet(
                        "computed", "messageExpression: \"'got ' + object.metadata.name\"", 422, "Invalid", "got m"),
                argumentSet(
                        "not computed", "message: plain, messageExpression: object.nowhere", 422, "Invalid", "plain"),
                argumentSet("no line", "message: plain, messageExpression: \"'a\\\\nb'\"", 422, "Invalid", "plain"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void refusalsSayWhy(String more, int code, String reason, String why) {
        denies("matchConstraints: {%s}, validations: [{expression: 'false', %s}]".formatted(CONFIG_MAPS, more));
        var refused = map("m");
        assertThat(refused.status).isEqualTo(code);
        assertThat(refused.json().textOrEmpty("reason")).isEqualTo(reason);
        assertThat(message(refused)).endsWith(" denied request: " + why);
    }

    // ---- what expressions see

    static Stream<Arguments> expressions() {
        return Stream.of(
                argumentSet("the object", "object.metadata.name == 'm' && object.data.k == 'v'", true),
                argumentSet("no old one", "oldObject == null", true),
                argumentSet("the namespace", "object.metadata.namespace == 'default'", true),
                argumentSet("what is not there", "object.data.missing == 'v'", false),
                argumentSet("has", "!has(object.data.missing)", true),
                argumentSet("the operation", "request.operation == 'CREATE' && !request.dryRun", true),
                argumentSet(
                        "the kind",
                        "request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps'",
                        true),
                argumentSet("the place", "request.namespace == 'default' && request.name == 'm'", true),
                argumentSet("the user", "'system:masters' in request.userInfo.groups", true),
                argumentSet("the options", "request.options.kind == 'CreateOptions'", true),
                argumentSet("namespace object", "namespaceObject.metadata.name == 'default'", true),
                argumentSet(
                        "its labels",
                        "namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == 'default'",
                        true),
                argumentSet(
                        "may",
                        "authorizer.group('').resource('pods').namespace('default').check('create').allowed()",
                        true),
                argumentSet("path", "authorizer.path('/healthz').check('get').allowed()", true),
                argumentSet("may it", "authorizer.requestResource.check('create').allowed()", true),
                argumentSet(
                        "an account may not",
                        "authorizer.serviceAccount('default', 'default').group('').resource('secrets').check('list').allowed()",
                        false));
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void expressionsSeeTheRequest(String expression, boolean holds) {
        denies(onMaps(expression));
        var answer = map("m", "k", "v");
        assertThat(answer.status).as(() -> answer.json().pretty()).isEqualTo(holds ? 201 : 422);
    }

    @Test
    void updatesAndDeletionsAreSeen() {
        map("m", "k", "1");
        denies(onMaps("request.operation == 'DELETE' ? oldObject.data.k != '2' && object == null : "
                + "int(object.data.k) == int(oldObject.data.k) + 1"));
        assertThat(api.ask("PATCH", MAPS + "/m", "{\"data\":{\"k\":\"3\"}}", TestApi.MERGE_PATCH).status)
                .isEqualTo(422);
        assertThat(api.ask("PATCH", MAPS + "/m", "{\"data\":{\"k\":\"2\"}}", TestApi.MERGE_PATCH).status)
                .isEqualTo(200);
        assertThat(api.ask("DELETE", MAPS + "/m", "").status).isEqualTo(422);
        assertThat(api.ask("DELETE", MAPS, "").status).isEqualTo(422);
        var applied = api.ask(
                "PATCH",
                MAPS + "/m?fieldManager=a&force=true",
                "{\"apiVersion\":\"v1\",\"kind\":"
                        + "\"ConfigMap\",\"metadata\":{\"name\":\"m\"},\"data\":{\"k\":\"3\"}}",
                TestApi.APPLY);
        assertThat(applied.status).isEqualTo(200);
        assertThat(api.ask("DELETE", MAPS + "/m", "").status).isEqualTo(200);
    }

    @Test
    void variablesAreComputedWhenTheyAreUsed() {
        denies("""
                matchConstraints: {%s}, variables: [{name: size, expression: "object.data.size()"},
                {name: twice, expression: variables.size * 2}, {name: wrong, expression: object.none.none}],
                validations: [{expression: "variables.twice == 4 || variables.wrong == 1",
                messageExpression: "'size ' + string(variables.size)"}]""".formatted(CONFIG_MAPS));
        assertThat(map("two", "a", "1", "b", "2").status).isEqualTo(201);
        assertThat(message(map("one", "a", "1")))
                .endsWith(
                        "denied request: expression 'variables.twice == 4 || variables.wrong == 1' resulted in error: "
                                + "composited variable \"wrong\" fails to evaluate: no such key: none");
    }

    @Test
    void connectionsAndSubresourcesAreSeen() {
        denies("""
                matchConstraints: {resourceRules: [{operations: ['*'], apiGroups: ['', apps], apiVersions: [v1],
                resources: [pods/exec, pods/eviction, pods/binding, deployments/scale, pods/status]}]},
                validations: [{expression: "false", messageExpression: "request.operation + ' ' + request.subResource + ' ' +
                request.kind.kind + ' ' + (has(object.command) ? object.command[0] : has(object.spec) && has(object.spec.replicas) ?
                string(object.spec.replicas) : '')"}]""");
        api.create("/api/v1/namespaces/default/pods", TestApi.pod("p", ""));
        tried(DEPLOYMENTS, deployment("d", 2));
        var pod = "/api/v1/namespaces/default/pods/p";
        assertThat(message(api.ask("POST", pod + "/exec?command=ls&stdout=true", "")))
                .endsWith("CONNECT exec PodExecOptions ls");
        assertThat(message(tried(pod + "/eviction", "{metadata: {name: p}}"))).endsWith("CREATE eviction Eviction");
        assertThat(message(tried(pod + "/binding", "{metadata: {name: p}, target: {name: n}}")))
                .endsWith("CREATE binding Binding");
        assertThat(message(
                        api.ask("PATCH", DEPLOYMENTS + "/d/scale", "{\"spec\":{\"replicas\":5}}", TestApi.MERGE_PATCH)))
                .endsWith("UPDATE scale Scale 5");
        assertThat(message(
                        api.ask("PATCH", pod + "/status", "{\"status\":{\"phase\":\"Running\"}}", TestApi.MERGE_PATCH)))
                .endsWith("UPDATE status Pod");
        assertThat(api.ask("DELETE", pod, "").status).isEqualTo(200);
    }

    // ---- bindings

    @Test
    void withoutABindingNothingHappensAndWithoutAPolicyEither() {
        policy(onMaps("false"));
        assertThat(map("a").status).isEqualTo(201);
        bound("validationActions: [Deny], matchResources: {objectSelector: {matchLabels: {a: b}}}");
        assertThat(map("b").status).isEqualTo(201);
        assertThat(tried(MAPS, "{metadata: {name: c, labels: {a: b}}}").status).isEqualTo(422);
        api.ask("DELETE", POLICIES + "/p", "");
        assertThat(tried(MAPS, "{metadata: {name: c, labels: {a: b}}}").status).isEqualTo(201);
    }

    @Test
    void warningsDoNotRefuse() {
        policy(onMaps("false"));
        bound("validationActions: [Warn, Audit]");
        var made = map("m");
        assertThat(made.status).isEqualTo(201);
        assertThat(made.answerHeaders.first("warning"))
                .isEqualTo(
                        "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': failed expression: "
                                + "false\"");
    }

    static Stream<Arguments> params() {
        return Stream.of(
                argumentSet("by name", "name: limits, parameterNotFoundAction: Deny", ""),
                argumentSet(
                        "elsewhere",
                        "name: limits, namespace: kube-system, parameterNotFoundAction: Deny",
                        "no params found"),
                argumentSet("missing and allowed", "name: none, parameterNotFoundAction: Allow", "allowed"),
                argumentSet(
                        "missing",
                        "name: none, parameterNotFoundAction: Deny",
                        "no params found for policy binding with"),
                argumentSet("by labels", "selector: {matchLabels: {l: l}}, parameterNotFoundAction: Deny", ""),
                argumentSet("no labels", "selector: {matchLabels: {l: x}}, parameterNotFoundAction: Allow", "allowed"));
    }

    @ParameterizedTest
    @MethodSource("params")
    void parametersComeFromTheBinding(String reference, String why) {
        tried(MAPS, "{metadata: {name: limits, labels: {l: l}}, data: {most: '2'}}");
        policy("""
                paramKind: {apiVersion: v1, kind: ConfigMap}, matchConstraints: {resourceRules: [{operations: [CREATE],
                apiGroups: [apps], apiVersions: [v1], resources: [deployments]}]},
                validations: [{expression: "object.spec.replicas <= int(params.data.most)"}]""");
        bound("validationActions: [Deny], paramRef: {%s}".formatted(reference));
        var many = tried(DEPLOYMENTS, deployment("many", 3));
        assertThat(many.status).isEqualTo(why.equals("allowed") ? 201 : 422);
        if (!why.isEmpty() && !why.equals("allowed"))
            assertThat(message(many)).contains("failed to configure binding: " + why);
        if (why.isEmpty())
            assertThat(tried(DEPLOYMENTS, deployment("few", 2)).status).isEqualTo(201);
    }

    @Test
    void nobodyIsLockedOutOfThePoliciesThemselves() {
        denies(
                "matchConstraints: {resourceRules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*']}]},"
                        + " validations: [{expression: 'false'}]");
        assertThat(map("m").status).isEqualTo(422);
        assertThat(api.ask("DELETE", BINDINGS + "/b", "").status).isEqualTo(200);
        assertThat(api.ask("DELETE", POLICIES + "/p", "").status).isEqualTo(200);
        assertThat(map("m").status).isEqualTo(201);
    }

    @Test
    void policiesAreInForceAfterARestart() {
        denies(onMaps("false"));
        api.restart();
        assertThat(map("m").status).isEqualTo(422);
    }

    @Test
    void expensiveExpressionsAreStopped() {
        var expression = "true";
        for (var name : List.of("a", "b", "c", "d", "e", "f", "g"))
            expression = "[1,2,3,4,5,6,7,8,9,10].all(%s, %s)".formatted(name, expression);
        denies(onMaps(expression));
        assertThat(message(map("m"))).endsWith("resulted in error: operation cancelled: actual cost limit exceeded");
    }

    @Test
    void othersAreAskedAsThemselves() throws Exception {
        denies(
                onMaps(
                        "request.userInfo.username == 'jane' && !authorizer.group('').resource('secrets').check('get').allowed()"));
        api.create(
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                json("{metadata: {name: maps}, rules: [{apiGroups: [''], resources: [configmaps], verbs: ['*']}]}"));
        api.create(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                json(
                        "{metadata: {name: maps}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: maps}, "
                                + "subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]}"));
        var made = api.as(
                api.certificate("jane", List.of()),
                "POST",
                MAPS,
                TestApi.configMap("m"),
                Headers.of("content-type", "application/json"));
        assertThat(made.status).as(() -> made.json().pretty()).isEqualTo(201);
        assertThat(map("n").status).isEqualTo(422);
    }
}
