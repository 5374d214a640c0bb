package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Removes the pods of nodes that were deleted: there is nobody who could end them in an orderly way. */
final class StrayPods implements AutoCloseable {
    /** How long a node may be missing, as it is for a moment when it is registered anew. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Json.Obj AT_ONCE = Json.obj("gracePeriodSeconds", 0);

    private final ApiClient client;
    private final Cluster cluster;
    private final WorkQueue queue = new WorkQueue("stray pods", this::remove);

    StrayPods(ApiClient client, Cluster cluster) {
        this.client = client;
        this.cluster = cluster;
        cluster.listen(Resource.NODES, (name, _, now) -> {
            if (now == null) queue.addAfter(name, GRACE);
        });
        cluster.listen(Resource.PODS, (_, old, now) -> {
            if (old == null && now != null) checkNode(now);
        });
    }

    void start() {
        queue.start(1);
    }

    @Override
    public void close() {
        queue.close();
    }

    private void checkNode(Json.Obj pod) {
        var node = pod.textOrEmpty("spec", "nodeName");
        if (!node.isEmpty() && cluster.get(Resource.NODES, node) == null) queue.addAfter(node, GRACE);
    }

    private @Nullable Duration remove(String node) throws IOException {
        if (cluster.get(Resource.NODES, node) != null || exists(node)) return null;
        for (var pod : cluster.podsOn(node)) {
            try {
                var namespace = pod.textOrEmpty("metadata", "namespace");
                client.delete(Resource.PODS, namespace, pod.textOrEmpty("metadata", "name"), AT_ONCE);
            } catch (ApiException e) {
                if (!e.notFound()) throw e;
            }
        }
        return null;
    }

    private boolean exists(String node) throws IOException {
        try {
            client.get(Resource.NODES, "", node);
            return true;
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
            return false;
        }
    }
}
