package io.smarter.deviceplugin;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.util.List;
import java.util.Map;

/** Pods that want devices. */
final class TestPods {
    static final String CAMERA = "smarter.io/camera";

    private TestPods() {}

    static Json.Obj container(String name, Map<String, Object> limits) {
        return Json.obj("name", name, "resources", Json.obj("limits", limits));
    }

    static Json.Obj sidecar(String name, Map<String, Object> limits) {
        return container(name, limits).with("restartPolicy", Json.of("Always"));
    }

    static Pod pod(String uid, List<Json.Obj> inits, List<Json.Obj> mains) {
        return new Pod(Json.obj(
                "metadata",
                Json.obj("uid", uid, "name", "pod-" + uid, "namespace", "farm"),
                "spec",
                Json.obj("initContainers", inits, "containers", mains)));
    }

    /** A pod with one container that wants so many cameras. */
    static Pod pod(String uid, int cameras) {
        return pod(uid, List.of(), List.of(container("app", Map.of(CAMERA, cameras))));
    }

    static Pod ofDaemonSet(Pod pod) {
        var owner = Json.obj("kind", "DaemonSet", "name", "cameras");
        return new Pod(pod.tree().withAt(Json.arr(owner), "metadata", "ownerReferences"));
    }
}
