package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnersTest {
    private final DaemonSet daemonSet = RevisionsTest.daemonSet("image");

    @Test
    void ownersAreAddedAndRemovedForThisVersionOnly() {
        var pod = pod("a", "sensor").withAt(Json.of("8"), "metadata", "resourceVersion");
        var adopted = Owners.adopt(pod, daemonSet.ownerReference());
        assertThat(Owners.controller(adopted)).isEqualTo("uid-1");
        assertThat(adopted.text("metadata", "resourceVersion")).isEqualTo("8");
        assertThat(Owners.release(adopted, "uid-1").at("metadata", "ownerReferences"))
                .isEqualTo(Json.Null.NULL);
    }

    @Test
    void aFinalizerIsTakenOff() {
        assertThat(Owners.withoutFinalizer(owner("uid", "orphan", "mine"), "orphan")
                        .items("metadata", "finalizers"))
                .containsExactly(Json.of("mine"));
        assertThat(Owners.withoutFinalizer(owner("uid", "orphan"), "orphan").at("metadata", "finalizers"))
                .isEqualTo(Json.Null.NULL);
    }

    @Test
    void aDaemonSetClaimsWhatItSelects() {
        var mine = owned(pod("mine", "sensor"));
        var renamed = owned(pod("renamed", "debug"));
        var free = pod("free", "sensor");
        var foreign = pod("foreign", "other");
        var decision = Claims.Decision.of(daemonSet, List.of(mine, renamed), List.of(free, foreign));
        assertThat(decision.kept()).containsExactly(mine);
        assertThat(decision.released()).containsExactly(renamed);
        assertThat(decision.adopted()).containsExactly(free);
    }

    @Test
    void discoveryTellsWhatCanBeListedAndDeleted() {
        var list = Json.parse("""
                {"resources": [
                  {"name": "pods", "kind": "Pod", "namespaced": true, "verbs": ["list", "delete"]},
                  {"name": "pods/log", "kind": "Pod", "namespaced": true, "verbs": ["list", "delete"]},
                  {"name": "nodes", "kind": "Node", "namespaced": false, "verbs": ["list", "delete"]},
                  {"name": "bindings", "kind": "Binding", "namespaced": true, "verbs": ["create"]}]}""");
        assertThat(NamespaceController.resources("v1", list)).containsExactly(Resource.PODS);
        assertThat(NamespaceController.resources("apps/v1", list).getFirst().path("n"))
                .isEqualTo("/apis/apps/v1/namespaces/n/pods");
    }

    private Json.Obj owned(Json.Obj object) {
        return object.withAt(Json.arr(daemonSet.ownerReference()), "metadata", "ownerReferences");
    }

    private static Json.Obj pod(String name, String app) {
        return Json.obj("metadata", Json.obj("name", name, "labels", Json.obj("app", app)));
    }

    private static Json.Obj owner(String uid, String... finalizers) {
        return Json.obj("metadata", Json.obj("uid", uid, "finalizers", List.of(finalizers)));
    }
}
