package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PodAdmissionTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";

    @TempDir
    private Path folder;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(folder);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Json.Obj pod(String name) {
        return (Json.Obj) Json.parse(TestApi.pod(name, "edge"));
    }

    private static Json.Obj priorityClass(String name, int value) {
        return Json.obj("metadata", Json.obj("name", name), "value", value);
    }

    @Test
    void aClassGivesItsPriority() {
        api.create(
                CLASSES,
                priorityClass("high", 100)
                        .with("preemptionPolicy", Json.of("Never"))
                        .compact());
        var made = api.create(
                PODS,
                pod("a").withAt(Json.of("high"), "spec", "priorityClassName").compact());
        assertThat(made.number(0, "spec", "priority")).isEqualTo(100);
        assertThat(made.text("spec", "preemptionPolicy")).isEqualTo("Never");
        var critical = api.create(
                PODS,
                pod("b").withAt(Json.of("system-node-critical"), "spec", "priorityClassName")
                        .compact());
        assertThat(critical.number(0, "spec", "priority")).isEqualTo(2_000_001_000);
    }

    @Test
    void withoutAClassItIsTheUsualOne() {
        var plain = api.create(PODS, pod("a").compact());
        assertThat(plain.number(-1, "spec", "priority")).isZero();
        assertThat(plain.text("spec", "preemptionPolicy")).isEqualTo("PreemptLowerPriority");
        assertThat(plain.text("spec", "priorityClassName")).isNull();
        var usual = priorityClass("usual", 5).with("globalDefault", Json.of(true));
        api.create(CLASSES, usual.compact());
        var made = api.create(PODS, pod("b").compact());
        assertThat(made.number(0, "spec", "priority")).isEqualTo(5);
        assertThat(made.text("spec", "priorityClassName")).isEqualTo("usual");
        var second = priorityClass("second", 6).with("globalDefault", Json.of(true));
        assertThat(api.ask("POST", CLASSES, second.compact()).json().text("message"))
                .isEqualTo("priorityclasses.scheduling.k8s.io \"second\" is forbidden: "
                        + "PriorityClass usual is already marked as default. Only one default can exist");
    }

    @Test
    void unknownClassesAndOwnPrioritiesAreRefused() {
        var unknown = api.ask(
                "POST",
                PODS,
                pod("a").withAt(Json.of("none"), "spec", "priorityClassName").compact());
        assertThat(unknown.status).isEqualTo(403);
        assertThat(unknown.json().text("message"))
                .isEqualTo("pods \"a\" is forbidden: no PriorityClass with name none was found");
        var own = api.ask(
                "POST", PODS, pod("a").withAt(Json.of(7), "spec", "priority").compact());
        assertThat(own.json().text("message"))
                .isEqualTo(
                        "pods \"a\" is forbidden: the integer value of priority (7) must not be provided in pod spec; "
                                + "priority admission controller computed 0 from the given PriorityClass name");
    }

    @Test
    void anUpdateKeepsWhatWasDecided() {
        var made = api.create(
                PODS,
                pod("a").withAt(Json.of("system-node-critical"), "spec", "priorityClassName")
                        .compact());
        var sent = made.withoutAt("spec", "priority").withoutAt("spec", "preemptionPolicy");
        var updated = api.ask(
                "PUT",
                PODS + "/a",
                sent.withAt(Json.of("x"), "metadata", "labels", "l").compact());
        assertThat(updated.status).as(updated.json().pretty()).isEqualTo(200);
        assertThat(updated.json().number(0, "spec", "priority")).isEqualTo(2_000_001_000);
    }

    @Test
    void theSystemsClassesStay() {
        var answer = api.ask("DELETE", CLASSES + "/system-node-critical", "");
        assertThat(answer.status).isEqualTo(403);
        assertThat(answer.json().text("message")).endsWith("this is a system priority class and cannot be deleted");
    }

    @Test
    void anAccountMustExist() {
        var answer = api.ask(
                "POST",
                PODS,
                pod("a").withAt(Json.of("none"), "spec", "serviceAccountName").compact());
        assertThat(answer.status).isEqualTo(403);
        assertThat(answer.json().text("message"))
                .isEqualTo("pods \"a\" is forbidden: error looking up service account default/none: "
                        + "serviceaccount \"none\" not found");
    }

    static Stream<Arguments> mirrors() {
        return Stream.of(
                argumentSet("an account", "{\"serviceAccountName\":\"default\"}", "service accounts"),
                argumentSet(
                        "a secret", "{\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"s\"}}]}", "secrets"),
                argumentSet("nothing", "{}", ""));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void mirrorsOfNodesOwnPodsGetNothingAndNameNothing(String more, String refused) {
        var mirror = pod("m").withAt(Json.of("x"), "metadata", "annotations", "kubernetes.io/config.mirror")
                .withoutAt("spec", "volumes");
        for (var member : Json.parse(more).object().members().entrySet())
            mirror = mirror.withAt(member.getValue(), "spec", member.getKey());
        var answer = api.ask("POST", PODS, mirror.compact());
        if (refused.isEmpty()) {
            assertThat(answer.status).isEqualTo(201);
            assertThat(answer.json().object("spec").members()).doesNotContainKeys("volumes", "serviceAccountName");
        } else {
            assertThat(answer.status).isEqualTo(403);
            assertThat(answer.json().text("message"))
                    .isEqualTo("pods \"m\" is forbidden: a mirror pod may not reference " + refused);
        }
    }

    @Test
    void anAccountThatSaysSoAllowsItsOwnSecretsOnly() {
        api.create("/api/v1/namespaces/default/serviceaccounts", """
                {"metadata":{"name":"strict","annotations":{"kubernetes.io/enforce-mountable-secrets":"true"}},
                 "secrets":[{"name":"own"}]}""");
        var strict = Json.of("strict");
        assertThat(created("own", strict).status).isEqualTo(201);
        var answer = created("other", strict);
        assertThat(answer.status).isEqualTo(403);
        assertThat(answer.json().text("message"))
                .isEqualTo("pods \"a-other\" is forbidden: volume with secret.secretName=\"other\" is not allowed "
                        + "because service account strict does not reference that secret");
    }

    private FakeExchange created(String secret, Json account) {
        var pod = (Json.Obj) Json.parse(TestApi.pod("a-" + secret, "edge", secret));
        return api.ask(
                "POST", PODS, pod.withAt(account, "spec", "serviceAccountName").compact());
    }

    @Test
    void aPodGetsItsTokenAndNobodyOwnsThat() {
        var made = api.create(PODS, pod("a").compact());
        assertThat(made.text("spec", "serviceAccountName")).isEqualTo("default");
        assertThat(made.text("spec", "serviceAccount")).isEqualTo("default");
        assertThat(made.items("spec", "volumes"))
                .singleElement()
                .satisfies(volume -> assertThat(volume.textOrEmpty("name")).startsWith("kube-api-access-"));
        var owned = made.items("metadata", "managedFields").getFirst().object("fieldsV1", "f:spec");
        assertThat(owned.members())
                .containsKey("f:containers")
                .doesNotContainKeys("f:serviceAccountName", "f:serviceAccount", "f:priority");
        assertThat(owned.compact()).doesNotContain("kube-api-access");
    }

    @Test
    void templatesAreLeftAlone() {
        var set = api.create("/apis/apps/v1/namespaces/default/daemonsets", TestApi.daemonSet("web"));
        assertThat(set.object("spec", "template", "spec").members())
                .doesNotContainKeys("volumes", "serviceAccountName", "serviceAccount");
    }

    @Test
    void theAccountOfANewNamespaceIsWaitedFor() throws Exception {
        api.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"fresh\"}}");
        var maker = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(100); // the pod is most likely asked for before
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            api.create("/api/v1/namespaces/fresh/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        });
        api.create("/api/v1/namespaces/fresh/pods", pod("a").compact());
        maker.join();
    }

    @Test
    void anAccountsPullSecretsAreItsPods() {
        api.create(
                "/api/v1/namespaces/default/serviceaccounts",
                "{\"metadata\":{\"name\":\"puller\"},\"imagePullSecrets\":[{\"name\":\"key\"}]}");
        var made = api.create(
                PODS,
                pod("a").withAt(Json.of("puller"), "spec", "serviceAccountName").compact());
        assertThat(made.items("spec", "imagePullSecrets")).containsExactly(Json.obj("name", "key"));
    }
}
