package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.List;

/** Pods of one node, whose process ends when it is asked to: some with all that comes from the cloud, others without. */
final class PlainPods {
    private final ApiClient api;
    private final String node;
    private final String image;

    PlainPods(ApiClient api, String node, String image) {
        this.api = api;
        this.node = node;
        this.image = image;
    }

    /** Makes what the pods are given: their namespace, a Secret and a ConfigMap. */
    void prepare() throws IOException {
        createIfMissing(Resource.NAMESPACES, "", Application.namespace());
        createIfMissing(Resource.SECRETS, Application.NAMESPACE, object("Secret", "key", "stringData", "one"));
        createIfMissing(Resource.CONFIG_MAPS, Application.NAMESPACE, object("ConfigMap", "settings", "data", "two"));
    }

    /** What an interrupted run left behind is the same. */
    private void createIfMissing(Resource resource, String namespace, Json.Obj object) throws IOException {
        try {
            api.create(resource, namespace, object);
        } catch (ApiException e) {
            if (!e.conflict()) throw e;
        }
    }

    /**
     * Makes a pod.
     *
     * @param all whether it has a token, the Secret and the ConfigMap
     */
    void create(String name, boolean all) throws IOException {
        api.create(Resource.PODS, Application.NAMESPACE, pod(name, all));
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

    private Json.Obj pod(String name, boolean all) {
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
                node,
                "shareProcessNamespace", // the first process of a namespace is deaf to SIGTERM until it handles it
                true,
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
                Json.obj("name", name, "namespace", Application.NAMESPACE, "labels", Json.obj("app", name)),
                "spec",
                all ? spec.with("volumes", Json.arr(volumes)) : spec);
    }
}
