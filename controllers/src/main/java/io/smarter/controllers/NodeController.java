package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says of nodes that are not connected that nobody knows how they are, and of their pods that they are not ready, as
 * Kubernetes does. Unlike there it ends with that: a gateway without a link goes on working, so nothing is evicted,
 * deleted or replaced, and no taint is put on it for that: taints tell what a node says that it is short of.
 */
final class NodeController implements NodeLiveness, AutoCloseable {
    private static final int WORKERS = 2;

    private final ApiClient client;
    private final Cluster cluster;
    private final InstantSource clock;
    private final Duration grace;
    private final Instant started;
    /* A node is here with the time of its loss, or with null's stand-in MAX while it is connected. */
    private final Map<String, Instant> lostAt = new ConcurrentHashMap<>();
    private final WorkQueue queue = new WorkQueue("nodes", this::check);

    NodeController(ApiClient client, Cluster cluster, InstantSource clock, Duration grace) {
        this.client = client;
        this.cluster = cluster;
        this.clock = clock;
        this.grace = grace;
        this.started = clock.instant();
        cluster.listen(Resource.NODES, (name, _, _) -> queue.add(name));
    }

    void start() {
        queue.start(WORKERS);
    }

    @Override
    public void close() {
        queue.close();
    }

    @Override
    public void connected(String node, boolean connected) {
        lostAt.put(node, connected ? Instant.MAX : clock.instant());
        queue.add(node);
    }

    private @Nullable Duration check(String name) throws IOException {
        var node = cluster.get(Resource.NODES, name);
        if (node == null) return null;
        var taints = PressureTaints.of(node);
        if (taints != null) client.patch(Resource.NODES, "", name, PatchType.MERGE, PressureTaints.patch(node, taints));
        var lost = lostAt.getOrDefault(name, firstSeen(node));
        if (lost.equals(Instant.MAX)) {
            if (Conditions.status(node, "Ready").equals("True")) restorePods(name);
            return null;
        }
        var left = Duration.between(clock.instant(), lost.plus(grace));
        if (left.isPositive()) return left;
        var conditions = Conditions.lost(node, clock.instant());
        if (conditions != null)
            client.patch(Resource.NODES, "", name, PatchType.MERGE, Conditions.patch(node, conditions), "status");
        for (var pod : cluster.podsOn(name)) patch(pod, Conditions.notReady(pod, clock.instant()));
        return null;
    }

    /** A node that was never connected counts as lost when we started, or when it was made if that was later. */
    private Instant firstSeen(Json.Obj node) {
        var made = DaemonPod.time(node.textOrEmpty("metadata", "creationTimestamp"));
        return made.isAfter(started) ? made : started;
    }

    private void restorePods(String name) throws IOException {
        for (var pod : cluster.podsOn(name)) patch(pod, Conditions.readyAgain(pod, clock.instant()));
    }

    private void patch(Json.Obj pod, @Nullable List<Json> conditions) throws IOException {
        if (conditions == null) return;
        try {
            var namespace = pod.textOrEmpty("metadata", "namespace");
            var name = pod.textOrEmpty("metadata", "name");
            client.patch(Resource.PODS, namespace, name, PatchType.MERGE, Conditions.patch(pod, conditions), "status");
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
        }
    }
}
