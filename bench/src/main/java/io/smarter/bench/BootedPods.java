package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.List;

/** The pods that a gateway runs when it boots: one with all that comes from the cloud, the others without. */
final class BootedPods {
    private BootedPods() {}

    static void create(ApiClient api, String image, int count) throws IOException {
        api.create(Resource.NAMESPACES, "", Application.namespace());
        api.create(Resource.SECRETS, Application.NAMESPACE, object("Secret", "key", "stringData", "one"));
        api.create(Resource.CONFIG_MAPS, Application.NAMESPACE, object("ConfigMap", "settings", "data", "two"));
        for (int i = 0; i < count; i++)
            api.create(Resource.PODS, Application.NAMESPACE, pod("pod-" + i, image, i == 0));
    }

    private static Json.Obj object(String kind, String name, String member, String value) {
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                kind,
                "metadata",
                Json.obj("name", name, "namespace", Application.NAMESPACE),
                member,
                Json.obj("value", value));
    }

    private static Json.Obj pod(String name, String image, boolean all) {
        var volumes = List.of(
                Json.obj("name", "key", "secret", Json.obj("secretName", "key")),
                Json.obj("name", "settings", "configMap", Json.obj("name", "settings")));
        var mounts = List.of(
                Json.obj("name", "key", "mountPath", "/key"), Json.obj("name", "settings", "mountPath", "/settings"));
        var container = Json.obj(
                "name",
                "app",
                "image",
                image,
                "imagePullPolicy",
                "IfNotPresent",
                "args",
                List.of("filter"),
                "env",
                List.of(Json.obj("name", "NODE_NAME", "value", name), Json.obj("name", "DEMO_RUN", "value", "/tmp")));
        var spec = Json.obj(
                "nodeName",
                RebootBench.NODE,
                "terminationGracePeriodSeconds",
                1,
                "automountServiceAccountToken",
                all,
                "containers",
                List.of(all ? container.with("volumeMounts", Json.arr(mounts)) : container));
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Json.obj("name", name, "namespace", Application.NAMESPACE),
                "spec",
                all ? spec.with("volumes", Json.arr(volumes)) : spec);
    }
}
