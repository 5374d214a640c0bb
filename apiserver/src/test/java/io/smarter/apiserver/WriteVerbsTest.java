package io.smarter.apiserver;

import static io.smarter.apiserver.TestApi.APPLY;
import static io.smarter.apiserver.TestApi.JSON_PATCH;
import static io.smarter.apiserver.TestApi.MERGE_PATCH;
import static io.smarter.apiserver.TestApi.STRATEGIC_PATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WriteVerbsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String SETS = "/apis/apps/v1/namespaces/default/daemonsets";

    @TempDir
    Path folder;

    private TestApi api;

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void whatIsMadeHasTheIdentityThatTheServerGivesIt() {
        var made = api.create(MAPS, """
                {"metadata":{"name":"a","uid":"x","creationTimestamp":"2001-01-01T00:00:00Z","selfLink":"/x",
                "deletionTimestamp":"2001-01-01T00:00:00Z"},"data":{"k":"v"}}""");
        var metadata = made.object("metadata");
        assertThat(made.text("kind")).isEqualTo("ConfigMap");
        assertThat(made.text("apiVersion")).isEqualTo("v1");
        assertThat(metadata.text("namespace")).isEqualTo("default");
        assertThat(metadata.text("uid")).hasSize(36);
        assertThat(metadata.text("creationTimestamp")).startsWith("20").isNotEqualTo("2001-01-01T00:00:00Z");
        assertThat(metadata.has("selfLink") || metadata.has("deletionTimestamp"))
                .isFalse();
        assertThat(api.get(MAPS + "/a").json()).isEqualTo(made);
    }

    @Test
    void nameIsChosenWhenOnlyItsStartIsGiven() {
        var names = new HashSet<String>();
        for (int i = 0; i < 20; i++)
            names.add(api.create(MAPS, "{\"metadata\":{\"generateName\":\"web-\"}}")
                    .textOrEmpty("metadata", "name"));
        assertThat(names).hasSize(20).allMatch(name -> name.startsWith("web-") && name.length() == 9);
    }

    @Test
    void nameIsTakenOnlyOnce() {
        api.create(MAPS, TestApi.configMap("a"));
        var again = api.ask("POST", MAPS, TestApi.configMap("a"));
        assertThat(again.status).isEqualTo(409);
        assertThat(again.json().text("reason")).isEqualTo("AlreadyExists");
        assertThat(again.json().text("message")).isEqualTo("configmaps \"a\" already exists");
    }

    @Test
    void unknownFieldIsAnErrorAWarningOrNothing() {
        var body = "{\"metadata\":{\"name\":\"a\"},\"foo\":1}";
        var strict = api.ask("POST", MAPS + "?fieldValidation=Strict", body);
        assertThat(strict.status).isEqualTo(400);
        assertThat(strict.json().textOrEmpty("message")).endsWith("strict decoding error: unknown field \"foo\"");
        var ignore = api.ask("POST", MAPS + "?fieldValidation=Ignore&dryRun=All", body);
        assertThat(ignore.status).isEqualTo(201);
        assertThat(ignore.answerHeaders.first("warning")).isNull();
        var warn = api.ask("POST", MAPS, body);
        assertThat(warn.status).isEqualTo(201);
        assertThat(warn.answerHeaders.first("warning")).isEqualTo("299 - \"unknown field \\\"foo\\\"\"");
        assertThat(warn.json().has("foo")).isFalse();
    }

    @Test
    void dryRunShowsWhatWouldBeAndWritesNothing() {
        long before = api.store.revision();
        assertThat(api.ask("POST", MAPS + "?dryRun=All", TestApi.configMap("a")).status)
                .isEqualTo(201);
        assertThat(api.get(MAPS + "/a").status).isEqualTo(404);
        assertThat(api.store.revision()).isEqualTo(before);
        api.create(MAPS, TestApi.configMap("a", "x", "1"));
        var patched = api.ask("PATCH", MAPS + "/a?dryRun=All", "{\"data\":{\"x\":\"2\"}}", MERGE_PATCH);
        assertThat(patched.json().text("data", "x")).isEqualTo("2");
        assertThat(api.ask("DELETE", MAPS + "/a?dryRun=All", "").status).isEqualTo(200);
        assertThat(api.get(MAPS + "/a").json().text("data", "x")).isEqualTo("1");
    }

    @Test
    void writeForAnotherStateIsAConflict() {
        var first = api.create(MAPS, TestApi.configMap("a", "x", "1"));
        var second = api.ask(
                "PUT", MAPS + "/a", first.withAt(Json.of("2"), "data", "x").compact());
        assertThat(second.status).isEqualTo(200);
        var late = api.ask(
                "PUT", MAPS + "/a", first.withAt(Json.of("3"), "data", "x").compact());
        assertThat(late.status).isEqualTo(409);
        assertThat(late.json().text("message"))
                .isEqualTo(
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply "
                                + "your changes to the latest version and try again");
        var other = second.json().withAt(Json.of("u"), "metadata", "uid");
        assertThat(api.ask("PUT", MAPS + "/a", other.compact()).json().text("reason"))
                .isEqualTo("Conflict");
    }

    @Test
    void writeThatChangesNothingWritesNothing() {
        var made = api.create(MAPS, TestApi.configMap("a", "x", "1"));
        long before = api.store.revision();
        assertThat(api.ask("PUT", MAPS + "/a", made.compact()).json()).isEqualTo(made);
        api.ask("PATCH", MAPS + "/a", "{\"data\":{\"x\":\"1\"}}", STRATEGIC_PATCH);
        assertThat(api.store.revision()).isEqualTo(before);
    }

    static Stream<Arguments> patches() {
        return Stream.of(
                argumentSet("JSON", JSON_PATCH, "[{\"op\":\"add\",\"path\":\"/data/y\",\"value\":\"2\"}]", 200),
                argumentSet("merge", MERGE_PATCH, "{\"data\":{\"y\":\"2\"}}", 200),
                argumentSet("strategic", STRATEGIC_PATCH, "{\"data\":{\"y\":\"2\"}}", 200),
                argumentSet(
                        "failing test", JSON_PATCH, "[{\"op\":\"test\",\"path\":\"/data/x\",\"value\":\"2\"}]", 422),
                argumentSet("no list", JSON_PATCH, "{}", 400),
                argumentSet("no object", MERGE_PATCH, "[]", 400),
                argumentSet("broken", MERGE_PATCH, "{", 400),
                argumentSet("another name", MERGE_PATCH, "{\"metadata\":{\"name\":\"b\"}}", 400),
                argumentSet("an old revision", MERGE_PATCH, "{\"metadata\":{\"resourceVersion\":\"1\"}}", 409),
                argumentSet("a wrong type", MERGE_PATCH, "{\"data\":{\"y\":2}}", 400));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void patchesAreApplied(String type, String patch, int code) {
        api.create(MAPS, TestApi.configMap("a", "x", "1"));
        var patched = api.ask("PATCH", MAPS + "/a", patch, type);
        assertThat(patched.status).as(patched.json().compact()).isEqualTo(code);
        if (code == 200)
            assertThat(patched.json().texts("data")).containsEntry("x", "1").containsEntry("y", "2");
    }

    @Test
    void patchesOfManyWritersAreAllKept() throws Exception {
        api.create(MAPS, TestApi.configMap("a"));
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = writers.invokeAll(IntStream.range(0, 20)
                    .<Callable<Integer>>mapToObj(i -> () ->
                            api.ask("PATCH", MAPS + "/a", "{\"data\":{\"k" + i + "\":\"v\"}}", MERGE_PATCH).status)
                    .toList());
            for (var future : done) assertThat(future.get()).isEqualTo(200);
        }
        assertThat(api.get(MAPS + "/a").json().object("data").members()).hasSize(20);
    }

    @Test
    void applyMakesMergesAndMindsOtherOwners() {
        var target = MAPS + "/a?fieldManager=one";
        var made = api.ask(
                "PATCH", target, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '1'}}", APPLY);
        assertThat(made.status).as(made.json().compact()).isEqualTo(201);
        assertThat(made.json().items("metadata", "managedFields")).hasSize(1);
        var other = MAPS + "/a?fieldManager=two";
        var body = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '2', y: '2'}}";
        var refused = api.ask("PATCH", other, body, APPLY);
        assertThat(refused.status).isEqualTo(409);
        assertThat(refused.json().items("details", "causes").getFirst().text("reason"))
                .isEqualTo("FieldManagerConflict");
        var forced = api.ask("PATCH", other + "&force=true", body, APPLY);
        assertThat(forced.json().texts("data")).containsEntry("x", "2").containsEntry("y", "2");
        var again = api.store.revision();
        assertThat(api.ask("PATCH", other, body, APPLY).status).isEqualTo(200);
        assertThat(api.store.revision()).isEqualTo(again);
        assertThat(api.ask("PATCH", MAPS + "/a", body, APPLY).status)
                .as("no manager")
                .isEqualTo(422);
    }

    @Test
    void generationCountsWhatIsWantedAndNothingElse() {
        var made = api.create(SETS, TestApi.daemonSet("web"));
        assertThat(made.number(0, "metadata", "generation")).isEqualTo(1);
        var labelled = api.ask("PATCH", SETS + "/web", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", MERGE_PATCH);
        assertThat(labelled.json().number(0, "metadata", "generation")).isEqualTo(1);
        var changed = api.ask("PATCH", SETS + "/web", "{\"spec\":{\"minReadySeconds\":5}}", MERGE_PATCH);
        assertThat(changed.json().number(0, "metadata", "generation")).isEqualTo(2);
    }

    @Test
    void statusHasAWayOfItsOwn() {
        api.create(SETS, TestApi.daemonSet("web"));
        var main = api.ask("PATCH", SETS + "/web", "{\"status\":{\"numberReady\":7}}", MERGE_PATCH);
        assertThat(main.json().number(0, "status", "numberReady")).isZero();
        var patch =
                "{\"status\":{\"numberReady\":7},\"spec\":{\"minReadySeconds\":5},\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        var status = api.ask("PATCH", SETS + "/web/status", patch, MERGE_PATCH).json();
        assertThat(status.number(0, "status", "numberReady")).isEqualTo(7);
        assertThat(status.number(0, "spec", "minReadySeconds")).isZero();
        assertThat(status.texts("metadata", "labels")).containsEntry("a", "b");
        assertThat(api.get(SETS + "/web/status").json()).isEqualTo(status);
    }

    static Stream<Arguments> immutables() {
        var pod = "{\"spec\":{\"%s}}";
        return Stream.of(
                argumentSet(
                        "image",
                        PODS,
                        TestApi.pod("a", "n"),
                        pod.formatted("containers\":[{\"name\":\"c\",\"image\":\"x\"}]"),
                        200),
                argumentSet(
                        "command",
                        PODS,
                        TestApi.pod("a", "n"),
                        pod.formatted("containers\":[{\"name\":\"c\",\"command\":[\"x\"]}]"),
                        422),
                argumentSet("node", PODS, TestApi.pod("a", "n"), pod.formatted("nodeName\":\"other\""), 422),
                argumentSet("deadline", PODS, TestApi.pod("a", "n"), pod.formatted("activeDeadlineSeconds\":5"), 200),
                argumentSet(
                        "deadline nearer",
                        PODS,
                        TestApi.pod("a", "n").replace("\"spec\":{", "\"spec\":{\"activeDeadlineSeconds\":5,"),
                        pod.formatted("activeDeadlineSeconds\":4"),
                        200),
                argumentSet(
                        "deadline farther",
                        PODS,
                        TestApi.pod("a", "n").replace("\"spec\":{", "\"spec\":{\"activeDeadlineSeconds\":5,"),
                        pod.formatted("activeDeadlineSeconds\":6"),
                        422),
                argumentSet(
                        "another container",
                        PODS,
                        TestApi.pod("a", "n"),
                        pod.formatted("containers\":[{\"name\":\"d\",\"image\":\"x\"}]"),
                        422),
                argumentSet(
                        "toleration more",
                        PODS,
                        TestApi.pod("a", "n"),
                        pod.formatted("tolerations\":[{\"operator\":\"Exists\"}]"),
                        200),
                argumentSet(
                        "selector",
                        SETS,
                        TestApi.daemonSet("a"),
                        pod.formatted("selector\":{\"matchLabels\":{\"x\":\"y\"}}"),
                        422),
                argumentSet(
                        "template",
                        SETS,
                        TestApi.daemonSet("a"),
                        pod.formatted("template\":{\"metadata\":{\"labels\":{\"app\":\"x\"}}}"),
                        422),
                argumentSet(
                        "type of a secret",
                        "/api/v1/namespaces/default/secrets",
                        TestApi.configMap("a").replace("ConfigMap", "Secret"),
                        "{\"type\":\"x\"}",
                        422),
                argumentSet(
                        "immutable map",
                        MAPS,
                        "{\"metadata\":{\"name\":\"a\"},\"immutable\":true,\"data\":{\"x\":\"1\"}}",
                        "{\"data\":{\"x\":\"2\"}}",
                        422),
                argumentSet(
                        "immutability",
                        MAPS,
                        "{\"metadata\":{\"name\":\"a\"},\"immutable\":true}",
                        "{\"immutable\":false}",
                        422),
                argumentSet(
                        "label of the immutable",
                        MAPS,
                        "{\"metadata\":{\"name\":\"a\"},\"immutable\":true}",
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}",
                        200),
                argumentSet(
                        "identity", MAPS, TestApi.configMap("a"), "{\"metadata\":{\"creationTimestamp\":null}}", 200));
    }

    @ParameterizedTest
    @MethodSource("immutables")
    void someThingsNeverChange(String target, String body, String patch, int code) {
        api.create(target, body);
        var patched = api.ask("PATCH", target + "/a", patch, STRATEGIC_PATCH);
        assertThat(patched.status).as(patched.json().compact()).isEqualTo(code);
    }

    @Test
    void writersAreWarnedOfWhatIsHardlyMeant() {
        assertThat(api.ask("POST", PODS, TestApi.pod("p", "")).answerHeaders.all("warning"))
                .containsExactly(
                        "299 - \"spec.nodeName: not set: nothing here assigns pods to nodes, so this one stays "
                                + "Pending; name a node, or use a DaemonSet\"");
        assertThat(api.ask("POST", PODS, TestApi.pod("q", "cam1")).answerHeaders.all("warning"))
                .isEmpty();
        var surging = TestApi.daemonSet("web")
                .replace(
                        "\"spec\":{\n",
                        "\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":0}},");
        assertThat(api.ask("POST", SETS, surging).answerHeaders.all("warning")).isEmpty();
        var port =
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"ports\":[{\"containerPort\":80,\"hostPort\":80}]}]}}}}";
        var patched = api.ask("PATCH", SETS + "/web", port, STRATEGIC_PATCH);
        assertThat(patched.status).isEqualTo(200);
        assertThat(patched.answerHeaders.all("warning"))
                .hasSize(1)
                .first()
                .asString()
                .contains("hostPort");
        assertThat(api.ask("PATCH", SETS + "/web", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", MERGE_PATCH)
                        .answerHeaders
                        .all("warning"))
                .isEmpty();
    }

    @Test
    void onlyApplyCanBeForced() {
        api.create(MAPS, TestApi.configMap("a"));
        var forced = api.ask("PATCH", MAPS + "/a?force=true", "{}", MERGE_PATCH);
        assertThat(forced.status).isEqualTo(422);
        assertThat(forced.json().text("message"))
                .isEqualTo("PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: "
                        + "may not be specified for non-apply patch");
    }

    @Test
    void secretsTakePlainTextAndKeepItEncoded() {
        var made = api.create(
                "/api/v1/namespaces/default/secrets",
                "{\"metadata\":{\"name\":\"s\"},\"data\":{\"a\":\"eA==\"},\"stringData\":{\"b\":\"y\"}}");
        assertThat(made.texts("data")).containsEntry("a", "eA==").containsEntry("b", "eQ==");
        assertThat(made.has("stringData")).isFalse();
        assertThat(made.text("type")).isEqualTo("Opaque");
    }

    @Test
    void eventsAreTheSameInBothGroups() {
        api.create("/apis/events.k8s.io/v1/namespaces/default/events", """
                {"metadata":{"name":"e"},"regarding":{"kind":"Pod","name":"p","namespace":"default"},"note":"hello",
                "reason":"Test","type":"Normal","action":"Test","eventTime":"2026-01-01T00:00:00.000000Z",
                "reportingController":"test","reportingInstance":"t1"}""");
        var core = api.get("/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dp")
                .json();
        assertThat(core.items("items")).hasSize(1);
        assertThat(core.items("items").getFirst().text("message")).isEqualTo("hello");
        assertThat(api.get("/api/v1/events?fieldSelector=source%3Dtest").json().items("items"))
                .hasSize(1);
        var newer =
                api.get("/apis/events.k8s.io/v1/namespaces/default/events/e").json();
        assertThat(newer.text("note")).isEqualTo("hello");
        assertThat(newer.text("apiVersion")).isEqualTo("events.k8s.io/v1");
    }

    @Test
    void objectsThatAreTooLongForTheStoreAreRefused() {
        var big = TestApi.configMap("a", "x", "y".repeat(1 << 20), "z", "y".repeat(1 << 19));
        assertThat(api.ask("POST", MAPS, big).status).isIn(413, 422);
        assertThat(api.get(MAPS).status).isEqualTo(200);
    }
}
