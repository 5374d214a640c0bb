package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ListOptions;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gives every namespace what pods in it count on: the service account {@code default}, and the certificate of the
 * authority that signs the API server's in the config map {@code kube-root-ca.crt}.
 */
final class NamespaceDefaults implements AutoCloseable {
    private static final String ACCOUNT = "default";
    private static final String ROOT_CA = "kube-root-ca.crt";
    private static final int WORKERS = 2;

    private final ApiClient client;
    private final Cluster cluster;
    private final String ca;
    private final WorkQueue queue = new WorkQueue("namespace defaults", this::provide);

    NamespaceDefaults(ApiClient client, Cluster cluster, String ca) {
        this.client = client;
        this.cluster = cluster;
        this.ca = ca;
        cluster.listen(Resource.NAMESPACES, (name, _, _) -> queue.add(name));
        for (var resource : new Resource[] {Resource.SERVICE_ACCOUNTS, Resource.CONFIG_MAPS}) {
            cluster.listen(resource, (key, _, _) -> queue.add(key.substring(0, key.indexOf('/'))));
        }
        cluster.narrow(Resource.SERVICE_ACCOUNTS, ListOptions.fields("metadata.name=" + ACCOUNT));
        cluster.narrow(Resource.CONFIG_MAPS, ListOptions.fields("metadata.name=" + ROOT_CA));
    }

    void start() {
        queue.start(WORKERS);
    }

    @Override
    public void close() {
        queue.close();
    }

    private @Nullable Duration provide(String namespace) throws IOException {
        var object = cluster.get(Resource.NAMESPACES, namespace);
        if (object == null || object.text("metadata", "deletionTimestamp") != null) return null;
        if (cluster.get(Resource.SERVICE_ACCOUNTS, namespace + "/" + ACCOUNT) == null)
            create(Resource.SERVICE_ACCOUNTS, namespace, Json.obj("metadata", metadata(namespace, ACCOUNT)));
        var map = cluster.get(Resource.CONFIG_MAPS, namespace + "/" + ROOT_CA);
        var data = Json.obj("ca.crt", ca);
        if (map == null) {
            var metadata = metadata(namespace, ROOT_CA)
                    .with(
                            "annotations",
                            Json.obj("kubernetes.io/description", "What the API server is verified with."));
            create(Resource.CONFIG_MAPS, namespace, Json.obj("metadata", metadata, "data", data));
        } else if (!map.object("data").equals(data)) {
            client.patch(Resource.CONFIG_MAPS, namespace, ROOT_CA, PatchType.MERGE, Json.obj("data", data));
        }
        return null;
    }

    private static Json.Obj metadata(String namespace, String name) {
        return Json.obj("name", name, "namespace", namespace);
    }

    private void create(Resource resource, String namespace, Json.Obj object) throws IOException {
        var whole = Json.obj("apiVersion", resource.apiVersion(), "kind", resource.kind());
        for (var member : object.members().entrySet()) whole = whole.with(member.getKey(), member.getValue());
        try {
            client.create(resource, namespace, whole);
        } catch (ApiException e) {
            if (!e.conflict()) throw e;
        }
    }
}
