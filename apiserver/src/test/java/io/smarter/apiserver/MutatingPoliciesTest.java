package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.nio.charset.StandardCharsets;
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

/** Mutating admission policies, asked over the API. */
@Timeout(60)
final class MutatingPoliciesTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String ON_PODS = "matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], "
            + "apiVersions: [v1], resources: [pods]}]}, ";

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

    private static String json(String yaml) {
        return Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)).compact();
    }

    private FakeExchange policy(String name, String spec) {
        return api.ask(
                "POST",
                GROUP + "v1/mutatingadmissionpolicies",
                json("{metadata: {name: %s}, spec: {reinvocationPolicy: IfNeeded, %s %s}}"
                        .formatted(name, ON_PODS, spec)));
    }

    private void changes(String name, String spec) {
        var made = policy(name, spec);
        assertThat(made.status).as(() -> made.json().pretty()).isEqualTo(201);
        api.create(
                GROUP + "v1/mutatingadmissionpolicybindings",
                json("{metadata: {name: %s}, spec: {policyName: %s}}".formatted(name, name)));
    }

    private static String applied(String expression) {
        return "mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: \"%s\"}}]"
                .formatted(expression);
    }

    private static String patched(String expression) {
        return "mutations: [{patchType: JSONPatch, jsonPatch: {expression: \"%s\"}}]".formatted(expression);
    }

    static Stream<Arguments> mutations() {
        var sidecar =
                "Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: 'mesh', image: 'mesh:1', "
                        + "restartPolicy: 'Always'}]}}";
        return Stream.of(
                argumentSet(
                        "a label",
                        applied("Object{metadata: Object.metadata{labels: Object.metadata.labels{env: 'test'}}}"),
                        "metadata.labels.env",
                        "test"),
                argumentSet(
                        "a container",
                        applied(sidecar),
                        "spec.initContainers.0.terminationMessagePath",
                        "/dev/termination-log"),
                argumentSet(
                        "by name",
                        applied(
                                "Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{"
                                        + "name: c.name, workingDir: '/' + c.name})}}"),
                        "spec.containers.0.workingDir",
                        "/c"),
                argumentSet(
                        "not if there is none",
                        applied(
                                "Object{spec: Object.spec{?hostname: has(object.spec.none) ? optional.of('x') : optional.none()}}"),
                        "spec.hostname",
                        ""),
                argumentSet(
                        "a patch",
                        patched(
                                "[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('example.com/env'), value: 'test'}]"),
                        "metadata.labels.example.com/env",
                        "test"),
                argumentSet(
                        "a tested patch",
                        patched(
                                        "[JSONPatch{op: 'test', path: '/spec/containers/0/image', value: 'busybox'}, JSONPatch{op: 'replace', "
                                                + "path: '/spec/containers/0/image', value: variables.image}]")
                                + ", variables: [{name: image, expression: \"object.spec.containers[0].image + ':1'\"}]",
                        "spec.containers.0.image",
                        "busybox:1"));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void policiesChangeWhatIsMade(String spec, String path, String value) {
        changes("p", spec);
        Json at = api.create(PODS, TestApi.pod("p", ""));
        for (var step : path.startsWith("metadata.labels.")
                ? new String[] {"metadata", "labels", path.substring("metadata.labels.".length())}
                : path.split("\\.")) {
            if (at == null) break;
            at = at instanceof Json.Arr(var items) ? items.get(Integer.parseInt(step)) : at.at(step);
        }
        assertThat(at instanceof Json.Str(var text) ? text : "").isEqualTo(value);
    }

    @Test
    void laterPoliciesSeeWhatEarlierOnesDidAndThoseAreAskedAgain() {
        changes(
                "a",
                applied(
                        "Object{metadata: Object.metadata{annotations: {'seen': string(has(object.metadata.annotations) && "
                                + "'late' in object.metadata.annotations)}}}"));
        changes(
                "b",
                applied("Object{metadata: Object.metadata{annotations: {'late': object.metadata.annotations.seen}}}"));
        var made = api.create(PODS, TestApi.pod("p", ""));
        assertThat(made.object("metadata", "annotations").compact())
                .isEqualTo("{\"seen\":\"true\",\"late\":\"false\"}");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                argumentSet(
                        "what cannot be computed",
                        applied("Object{spec: Object.spec{hostname: object.none}}"),
                        "no such key: none"),
                argumentSet(
                        "an atomic list",
                        applied(
                                "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'c', command: ['x']}]}}"),
                        "may not mutate atomic arrays, maps or structs: .spec.containers.command"),
                argumentSet(
                        "a patch to nowhere", patched("[JSONPatch{op: 'remove', path: '/spec/none'}]"), "JSON Patch: "),
                argumentSet("no object", applied("'text'"), "must evaluate to an Object"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatCannotBeChangedIsRefusedUnlessThatIsIgnored(String spec, String why) {
        changes("p", spec);
        var refused = api.ask("POST", PODS, TestApi.pod("p", ""));
        assertThat(refused.status).isEqualTo(403);
        assertThat(refused.json().textOrEmpty("message"))
                .startsWith("policy 'p' with binding 'p' denied request: ")
                .contains(why);
        api.ask(
                "PATCH",
                GROUP + "v1/mutatingadmissionpolicies/p",
                "{\"spec\":{\"failurePolicy\":\"Ignore\"}}",
                TestApi.MERGE_PATCH);
        assertThat(api.ask("POST", PODS, TestApi.pod("p", "")).status).isEqualTo(201);
    }

    @Test
    void bothVersionsShowTheSamePolicy() {
        policy("p", applied("Object{}"));
        var old = api.get(GROUP + "v1beta1/mutatingadmissionpolicies/p").json();
        assertThat(old.textOrEmpty("apiVersion")).isEqualTo("admissionregistration.k8s.io/v1beta1");
        assertThat(old.text("spec", "failurePolicy")).isEqualTo("Fail");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                argumentSet(
                        "none",
                        "mutations: []",
                        "spec.mutations: Required value: mutations must contain at least one item"),
                argumentSet(
                        "no expression",
                        "mutations: [{patchType: JSONPatch}]",
                        "spec.mutations[0].jsonPatch: Required value"),
                argumentSet("no such type", applied("Thing{a: 1}"), "undeclared reference to 'Thing'"),
                argumentSet("not closed", applied("Object{a: 1"), "compilation failed"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreToldWhenAPolicyIsWritten(String spec, String told) {
        var refused = policy("p", spec);
        assertThat(refused.status).isEqualTo(422);
        assertThat(refused.json().textOrEmpty("message")).contains(told);
    }
}
