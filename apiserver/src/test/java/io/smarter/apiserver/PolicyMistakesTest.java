package io.smarter.apiserver;

import static io.smarter.apiserver.PoliciesTest.BINDINGS;
import static io.smarter.apiserver.PoliciesTest.CONFIG_MAPS;
import static io.smarter.apiserver.PoliciesTest.POLICIES;
import static io.smarter.apiserver.PoliciesTest.json;
import static io.smarter.apiserver.PoliciesTest.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
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

/** What is refused of validating admission policies when they are written, and what is told about them. */
@Timeout(60)
final class PolicyMistakesTest {
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

    static Stream<Arguments> mistakes() {
        var valid = "validations: [{expression: 'true'}]";
        var on = "matchConstraints: {" + CONFIG_MAPS + "}";
        return Stream.of(
                argumentSet("no validation", on, "spec.validations: Required value: validations or auditAnnotations"),
                argumentSet("no constraints", valid, "spec.matchConstraints: Required value"),
                argumentSet(
                        "no rules",
                        valid + ", matchConstraints: {}",
                        "spec.matchConstraints.resourceRules: Required value"),
                argumentSet(
                        "no expression",
                        on + ", validations: [{message: m}]",
                        "spec.validations[0].expression: Required value"),
                argumentSet(
                        "not an expression",
                        on + ", validations: [{expression: 'object.x ==='}]",
                        "spec.validations[0].expression: Invalid value: \"object.x ===\": compilation failed: ERROR: "
                                + "<input>:1:12: Syntax error"),
                argumentSet(
                        "no flag",
                        on + ", validations: [{expression: '1 + 1'}]",
                        "spec.validations[0].expression: Invalid value: \"1 + 1\": must evaluate to bool"),
                argumentSet(
                        "no such name",
                        on + ", validations: [{expression: 'params.x == 1'}]",
                        "undeclared reference to 'params' (in container '')"),
                argumentSet(
                        "no such member of the request",
                        on + ", validations: [{expression: request.nothing == 1}]",
                        "undefined field 'nothing'"),
                argumentSet(
                        "a variable before it is there",
                        on + ", variables: [{name: a, expression: variables.b}, {name: b, expression: '1'}], " + valid,
                        "spec.variables[0].expression: Invalid value: \"variables.b\": compilation failed: ERROR: "
                                + "<input>:1:10: undefined field 'b'"),
                argumentSet(
                        "the same condition twice",
                        on + ", matchConditions: [{name: a, expression: 'true'}, {name: a, expression: 'true'}], "
                                + valid,
                        "spec.matchConditions[1].name: Duplicate value: \"a\""),
                argumentSet(
                        "no such reason",
                        on + ", validations: [{expression: 'true', reason: Nope}]",
                        "spec.validations[0].reason: Unsupported value: \"Nope\""),
                argumentSet(
                        "messages do not ask",
                        on
                                + ", validations: [{expression: 'true', messageExpression: \"authorizer.path('/').check('get').reason()\"}]",
                        "undeclared reference to 'authorizer'"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreToldWhenAPolicyIsWritten(String spec, String told) {
        var refused = tried(POLICIES, "{metadata: {name: p}, spec: {%s}}".formatted(spec));
        assertThat(refused.status).isEqualTo(422);
        assertThat(message(refused)).contains(told);
    }

    static Stream<Arguments> badBindings() {
        return Stream.of(
                argumentSet("no action", "policyName: p", "spec.validationActions: Required value"),
                argumentSet("no policy", "validationActions: [Deny]", "spec.policyName: Required value"),
                argumentSet(
                        "both",
                        "policyName: p, validationActions: [Deny, Warn]",
                        "must not contain both Deny and Warn"),
                argumentSet(
                        "name and labels",
                        "policyName: p, validationActions: [Deny], paramRef: {name: n, selector: {}, parameterNotFoundAction: Deny}",
                        "spec.paramRef.name: Forbidden: name and selector are mutually exclusive"));
    }

    @ParameterizedTest
    @MethodSource("badBindings")
    void mistakesAreToldWhenABindingIsWritten(String spec, String told) {
        var refused = tried(BINDINGS, "{metadata: {name: b}, spec: {%s}}".formatted(spec));
        assertThat(refused.status).isEqualTo(422);
        assertThat(message(refused)).contains(told);
    }

    @Test
    void typesAreCheckedInTheBackground() throws Exception {
        try (var watch = api.watch(POLICIES + "?watch=true&resourceVersion=" + api.store.revision())) {
            api.create(POLICIES, json("""
                    {metadata: {name: p}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [apps], apiVersions: [v1],
                    resources: [deployments]}]}, variables: [{name: n, expression: object.spec.replicas}],
                    validations: [{expression: "object.spec.replicas > '1'", messageExpression: "'wants replicas > 1, got ' +
                    object.spec.replicas"}, {expression: object.spec.replicas > 1}, {expression: variables.n == 'x'}]}}"""));
            Json.Obj policy;
            do policy = watch.exchange().line().object("object");
            while (!policy.has("status") || policy.at("status", "typeChecking") == null);
            assertThat(policy.number(0, "status", "observedGeneration")).isEqualTo(1);
            var warnings = policy.items("status", "typeChecking", "expressionWarnings");
            assertThat(warnings)
                    .extracting(one -> one.textOrEmpty("fieldRef"))
                    .containsExactly(
                            "spec.validations[0].expression",
                            "spec.validations[0].messageExpression",
                            "spec.validations[2].expression");
            assertThat(warnings.getFirst().textOrEmpty("warning"))
                    .isEqualTo(
                            "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to "
                                    + "'(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n");
            assertThat(warnings.get(1).textOrEmpty("warning"))
                    .contains("found no matching overload for '_+_' applied to '(string, int)'");
        }
    }
}
