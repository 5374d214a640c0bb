package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.json.Json;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which pods node {@code cam1} may make: those that show what it runs on its own. */
class MirrorPodsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    Path folder;

    private TestApi api;
    private List<X509Certificate> node = List.of();
    private String uid = "";

    @BeforeEach
    void open() throws Exception {
        api = new TestApi(folder);
        node = api.node("cam1");
        api.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"cam1\"}}");
        uid = api.get("/api/v1/nodes/cam1").json().textOrEmpty("metadata", "uid");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Json.Obj owner() {
        return Json.obj("apiVersion", "v1", "kind", "Node", "name", "cam1", "uid", uid, "controller", true);
    }

    private Json.Obj mirror() {
        return ((Json.Obj) Json.parse(TestApi.pod("m", "cam1")))
                .withAt(Json.of("h"), "metadata", "annotations", "kubernetes.io/config.mirror")
                .withAt(Json.arr(owner()), "metadata", "ownerReferences");
    }

    private static Arguments changed(String what, UnaryOperator<Json.Obj> pod, String why) {
        return argumentSet(what, pod, why);
    }

    private static Arguments owned(String what, UnaryOperator<Json.Obj> owner, String why) {
        return changed(
                what,
                pod -> pod.withAt(
                        Json.arr(owner.apply(pod.items("metadata", "ownerReferences")
                                .getFirst()
                                .object())),
                        "metadata",
                        "ownerReferences"),
                why);
    }

    private static Arguments referring(String what, String member, String value, String reference) {
        return changed(
                what,
                pod -> pod.withAt(Json.parse(value), "spec", member),
                "node \"cam1\" can not create pods that reference " + reference);
    }

    static Stream<Arguments> refused() {
        var only = "node \"cam1\" can only create pods with ";
        return Stream.of(
                changed(
                        "a pod that shows none",
                        pod -> pod.withoutAt("metadata", "annotations"),
                        "pod does not have \"kubernetes.io/config.mirror\" annotation, node \"cam1\" can only create mirror "
                                + "pods"),
                changed(
                        "a pod of another node",
                        pod -> pod.withAt(Json.of("cam2"), "spec", "nodeName"),
                        only + "spec.nodeName set to itself"),
                changed(
                        "no owner",
                        pod -> pod.withoutAt("metadata", "ownerReferences"),
                        only + "an owner reference set to itself"),
                changed(
                        "two owners",
                        pod -> pod.withAt(
                                Json.arr(
                                        pod.items("metadata", "ownerReferences").getFirst(),
                                        Json.obj("apiVersion", "v1", "kind", "Node", "name", "cam2", "uid", "u")),
                                "metadata",
                                "ownerReferences"),
                        only + "a single owner reference set to itself"),
                owned(
                        "another node as owner",
                        owner -> owner.with("name", Json.of("cam2")),
                        only + "an owner reference set to itself"),
                owned(
                        "an owner of another kind",
                        owner -> owner.with("kind", Json.of("Pod")),
                        only + "an owner reference set to itself"),
                owned(
                        "an owner that does not control it",
                        owner -> owner.without("controller"),
                        only + "a controller owner reference set to itself"),
                owned(
                        "an owner that it holds",
                        owner -> owner.with("blockOwnerDeletion", Json.of(true)),
                        "node \"cam1\" must not set blockOwnerDeletion on an owner reference"),
                referring("a secret", "volumes", "[{\"name\":\"v\",\"secret\":{\"secretName\":\"s\"}}]", "secrets"),
                referring("an account", "serviceAccountName", "\"default\"", "serviceaccounts"),
                referring("a config map", "volumes", "[{\"name\":\"v\",\"configMap\":{\"name\":\"c\"}}]", "configmaps"),
                referring(
                        "a driver of volumes",
                        "volumes",
                        "[{\"name\":\"v\",\"csi\":{\"driver\":\"d.io\"}}]",
                        "the volume source \"csi\""));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatIsNoMirrorOfTheNodesOwn(UnaryOperator<Json.Obj> change, String why) {
        assertRefused(change.apply(mirror()), why);
    }

    @Test
    void refusesANodeThatCameBeforeThisOne() {
        var before = owner().with("uid", Json.of("u"));
        assertRefused(
                mirror().withAt(Json.arr(before), "metadata", "ownerReferences"),
                "node cam1 UID mismatch: expected u got " + uid);
    }

    @Test
    void aNodeWithoutAnObjectIsNotFound() {
        api.ask("DELETE", "/api/v1/nodes/cam1", "");
        var answer = api.as(node, "POST", PODS, mirror().compact());
        assertThat(answer.status).isEqualTo(404);
        assertThat(answer.json().text("message")).isEqualTo("nodes \"cam1\" not found");
    }

    @Test
    void takesMirrorsOfTheNodesOwn() {
        var answer = api.as(node, "POST", PODS, mirror().compact());
        assertThat(answer.status).as(answer.json().compact()).isEqualTo(201);
    }

    private void assertRefused(Json.Obj pod, String why) {
        var answer = api.as(node, "POST", PODS, pod.compact());
        assertThat(answer.status).as(answer.json().compact()).isEqualTo(403);
        assertThat(answer.json().text("message")).isEqualTo("pods \"m\" is forbidden: " + why);
    }
}
