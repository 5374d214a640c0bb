package io.smarter.apiserver;

import static io.smarter.apiserver.PoliciesTest.BINDINGS;
import static io.smarter.apiserver.PoliciesTest.CONFIG_MAPS;
import static io.smarter.apiserver.PoliciesTest.MAPS;
import static io.smarter.apiserver.PoliciesTest.POLICIES;
import static io.smarter.apiserver.PoliciesTest.json;
import static io.smarter.apiserver.PoliciesTest.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests validating admission policies look at. */
@Timeout(60)
final class PolicyMatchesTest {
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

    private FakeExchange tried(String path, String yaml) {
        return api.ask("POST", path, json(yaml));
    }

    private void denies(String spec) {
        api.create(POLICIES, json("{metadata: {name: p}, spec: {%s}}".formatted(spec)));
        api.create(BINDINGS, json("{metadata: {name: b}, spec: {policyName: p, validationActions: [Deny]}}"));
    }

    static Stream<Arguments> matches() {
        var rule = "operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: ";
        return Stream.of(
                argumentSet("another resource", "resourceRules: [{" + rule + "[pods]}]", false),
                argumentSet("any resource", "resourceRules: [{" + rule + "['*']}]", true),
                argumentSet("with subresources", "resourceRules: [{" + rule + "['*/*']}]", true),
                argumentSet("subresources alone", "resourceRules: [{" + rule + "['*/status']}]", false),
                argumentSet("cluster alone", "resourceRules: [{scope: Cluster, " + rule + "['*']}]", false),
                argumentSet("namespaced", "resourceRules: [{scope: Namespaced, " + rule + "['*']}]", true),
                argumentSet("its name", "resourceRules: [{resourceNames: [m], " + rule + "[configmaps]}]", true),
                argumentSet("another name", "resourceRules: [{resourceNames: [n], " + rule + "[configmaps]}]", false),
                argumentSet("excluded", CONFIG_MAPS + ", excludeResourceRules: [{" + rule + "[configmaps]}]", false),
                argumentSet("its label", CONFIG_MAPS + ", objectSelector: {matchLabels: {a: b}}", true),
                argumentSet("no such label", CONFIG_MAPS + ", objectSelector: {matchLabels: {a: c}}", false),
                argumentSet(
                        "another namespace",
                        CONFIG_MAPS + ", namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}",
                        false));
    }

    @ParameterizedTest
    @MethodSource("matches")
    void rulesAndSelectorsChoose(String constraints, boolean denied) {
        denies("matchConstraints: {%s}, validations: [{expression: 'false'}]".formatted(constraints));
        var made = tried(MAPS, "{metadata: {name: m, labels: {a: b}}}");
        assertThat(made.status).as(() -> made.json().pretty()).isEqualTo(denied ? 422 : 201);
    }

    @Test
    void equivalentVersionsAreSeenAsTheRuleNamesThem() {
        denies("""
                matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [autoscaling], apiVersions: [v2],
                resources: [horizontalpodautoscalers]}]}, validations: [{expression: "request.kind.version == 'v2' &&
                request.requestKind.version == 'v1' && object.spec.metrics[0].resource.target.averageUtilization == 50"}]""");
        var path = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
        var scaler =
                "{metadata: {name: h%d}, spec: {maxReplicas: 3, targetCPUUtilizationPercentage: %d, scaleTargetRef: "
                        + "{kind: Deployment, name: d}}}";
        assertThat(tried(path, scaler.formatted(1, 50)).status).isEqualTo(201);
        assertThat(tried(path, scaler.formatted(2, 60)).status).isEqualTo(422);
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                argumentSet(
                        "one holds",
                        "[{name: a, expression: \"object.metadata.name == 'm'\"}]",
                        "",
                        "failed expression"),
                argumentSet("one does not", "[{name: a, expression: \"'x' == 'm'\"}]", "", ""),
                argumentSet(
                        "one fails",
                        "[{name: a, expression: object.x.y == 1}]",
                        "",
                        "resulted in error: no such key: x"),
                argumentSet(
                        "a failure is ignored",
                        "[{name: a, expression: object.x.y == 1}]",
                        "failurePolicy: Ignore,",
                        ""),
                argumentSet(
                        "a no counts more than a failure",
                        "[{name: a, expression: object.x.y == 1}, {name: b, expression: 'false'}]",
                        "",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void conditionsDecideBeforeValidations(String conditions, String more, String why) {
        denies("%s matchConstraints: {%s}, matchConditions: %s, validations: [{expression: 'false'}]"
                .formatted(more, CONFIG_MAPS, conditions));
        var made = tried(MAPS, "{metadata: {name: m}}");
        assertThat(made.status).isEqualTo(why.isEmpty() ? 201 : 422);
        if (!why.isEmpty()) assertThat(message(made)).contains(why);
    }
}
