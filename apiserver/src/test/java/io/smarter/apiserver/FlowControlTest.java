package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class FlowControlTest {
    private static final String SCHEMAS = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
    private static final String LEVELS = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
    private static final String EVERYTHING =
            "nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}], resourceRules: [{verbs: ['*'], apiGroups: ['*'], "
                    + "resources: ['*'], clusterScope: true, namespaces: ['*']}]";

    @TempDir
    private Path folder;

    static Stream<Arguments> requests() {
        return Stream.of(
                argumentSet("the administrator", "admin", "system:masters", "/api/v1/nodes", "exempt"),
                argumentSet("who asks for the health", "kim", "a", "/readyz", "probes"),
                argumentSet(
                        "a node about itself", "system:node:n", "system:nodes", "/api/v1/nodes/n", "system-node-high"),
                argumentSet("a node about pods", "system:node:n", "system:nodes", "/api/v1/pods", "system-nodes"),
                argumentSet("somebody", "kim", "a", "/api/v1/pods", "global-default"),
                argumentSet("somebody about a path", "kim", "a", "/", "global-default"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void anAnswerTellsOfWhichFlowItIs(String user, String group, String path, String schema) throws Exception {
        try (var api = new TestApi(folder)) {
            var who = api.certificate(user, List.of(group));
            await(() -> !flow(api.as(who, "GET", path, "")).isEmpty());
            var expected = api.get(SCHEMAS + "/" + schema).json();
            var answer = api.as(who, "GET", path, "");
            assertThat(flow(answer)).isEqualTo(expected.textOrEmpty("metadata", "uid"));
            var level = expected.textOrEmpty("spec", "priorityLevelConfiguration", "name");
            assertThat(answer.answerHeaders.first("x-kubernetes-pf-prioritylevel-uid"))
                    .isEqualTo(api.get(LEVELS + "/" + level).json().text("metadata", "uid"));
        }
    }

    @Test
    void aSchemaIsUsedOnceItsLevelIsThere() throws Exception {
        try (var api = new TestApi(folder)) {
            var made = make(
                    api,
                    SCHEMAS,
                    "FlowSchema",
                    "spec: {priorityLevelConfiguration: {name: mine}, rules: [{subjects: "
                            + "[{kind: User, user: {name: noxu}}], " + EVERYTHING + "}]}");
            await(() -> dangling(api).equals("True"));
            make(
                    api,
                    LEVELS,
                    "PriorityLevelConfiguration",
                    "spec: {type: Limited, limited: {limitResponse: {type: Reject}}}");
            await(() -> dangling(api).equals("False"));
            var noxu = Headers.of("impersonate-user", "noxu", "impersonate-group", "system:authenticated");
            var answer = api.as(api.admin(), "GET", "/", "", noxu);
            assertThat(answer.status).isEqualTo(403);
            assertThat(flow(answer)).isEqualTo(made.text("metadata", "uid"));
            assertThat(api.get("/metrics").text())
                    .contains("apiserver_flowcontrol_nominal_limit_seats{priority_level=\"mine\"}");
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                argumentSet(
                        "a precedence too high",
                        SCHEMAS,
                        "{matchingPrecedence: 10001, priorityLevelConfiguration: {name: a}}",
                        "spec.matchingPrecedence"),
                argumentSet(
                        "the precedence of the exempt",
                        SCHEMAS,
                        "{matchingPrecedence: 1, priorityLevelConfiguration: {name: a}}",
                        "spec.matchingPrecedence"),
                argumentSet("no level", SCHEMAS, "{matchingPrecedence: 5}", "spec.priorityLevelConfiguration.name"),
                argumentSet(
                        "nobody",
                        SCHEMAS,
                        "{priorityLevelConfiguration: {name: a}, rules: [{" + EVERYTHING + "}]}",
                        "spec.rules[0].subjects"),
                argumentSet("no type", LEVELS, "{}", "spec.type"),
                argumentSet("no limits", LEVELS, "{type: Limited}", "spec.limited"),
                argumentSet(
                        "limits of the exempt",
                        LEVELS,
                        "{type: Exempt, limited: {limitResponse: {type: Reject}}}",
                        "spec.limited"),
                argumentSet(
                        "queues that are not used",
                        LEVELS,
                        "{type: Limited, limited: {limitResponse: {type: Reject, queuing: {}}}}",
                        "spec.limited.limitResponse.queuing"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsRefused(String all, String spec, String field) throws Exception {
        try (var api = new TestApi(folder)) {
            var kind = all.equals(SCHEMAS) ? "FlowSchema" : "PriorityLevelConfiguration";
            var answer = api.ask("POST", all, manifest(kind, "spec: " + spec), "application/yaml");
            assertThat(answer.status).isEqualTo(422);
            assertThat(answer.json().items("details", "causes"))
                    .extracting(cause -> cause.textOrEmpty("field"))
                    .contains(field);
        }
    }

    private static String flow(FakeExchange answer) {
        return answer.answerHeaders.first("x-kubernetes-pf-flowschema-uid", "");
    }

    private static String dangling(TestApi api) {
        return api.get(SCHEMAS + "/mine").json().items("status", "conditions").stream()
                .filter(condition -> condition.textOrEmpty("type").equals("Dangling"))
                .map(condition -> condition.textOrEmpty("status"))
                .findFirst()
                .orElse("");
    }

    private static Json.Obj make(TestApi api, String all, String kind, String members) {
        var answer = api.ask("POST", all, manifest(kind, members), "application/yaml");
        assertThat(answer.status).as(answer.json().pretty()).isEqualTo(201);
        return answer.json();
    }

    private static String manifest(String kind, String members) {
        return "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: %s, metadata: {name: mine}, %s}"
                .formatted(kind, members);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(10);
        }
    }
}
