package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.PatchType;
import io.smarter.controllers.Placement.Fit;
import io.smarter.controllers.Placement.Node;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns each DaemonSet into one pod on every node where it belongs, and replaces them when its template changes. */
final class DaemonSetController implements AutoCloseable {
    private static final int WORKERS = 4;

    private final ApiClient client;
    private final Cluster cluster;
    private final InstantSource clock;
    private final Expectations expectations;
    private final Claims claims;
    private final DaemonHistory history;
    private final PodChanges changes;
    private final WorkQueue queue = new WorkQueue("daemonsets", this::sync);

    DaemonSetController(ApiClient client, Cluster cluster, InstantSource clock) {
        this.client = client;
        this.cluster = cluster;
        this.clock = clock;
        this.expectations = new Expectations(clock);
        this.claims = new Claims(client, cluster);
        this.history = new DaemonHistory(client);
        this.changes = new PodChanges(client, cluster, expectations, clock);
        cluster.listen(Resource.DAEMON_SETS, (key, _, _) -> queue.add(key));
        cluster.listen(Resource.PODS, this::podChanged);
        cluster.listen(Resource.CONTROLLER_REVISIONS, this::revisionChanged);
        cluster.listen(Resource.NODES, this::nodeChanged);
    }

    void start() {
        queue.start(WORKERS);
    }

    @Override
    public void close() {
        queue.close();
        changes.close();
    }

    // ---- what needs another look

    private void podChanged(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        var pod = now != null ? now : old;
        if (pod == null) return;
        boolean gone = now == null || now.text("metadata", "deletionTimestamp") != null;
        expectations.seen(Owners.controller(pod), key, gone);
        addOwner(pod);
        if (old != null && now != null) addOwner(old);
        if (now != null && Owners.references(now).isEmpty() && !sameLabels(old, now)) addSelectors(now);
    }

    private void revisionChanged(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        if (old != null) addOwner(old);
        if (now == null) return;
        addOwner(now);
        if (Owners.references(now).isEmpty()) addSelectors(now);
    }

    private void addOwner(Json.Obj object) {
        var namespace = object.textOrEmpty("metadata", "namespace");
        Owners.daemonSet(object).ifPresent(owner -> queue.add(namespace + "/" + owner.textOrEmpty("name")));
    }

    private void addSelectors(Json.Obj ownerless) {
        var namespace = ownerless.textOrEmpty("metadata", "namespace");
        var labels = ownerless.texts("metadata", "labels");
        for (var object : cluster.all(Resource.DAEMON_SETS)) {
            var daemonSet = new DaemonSet(object);
            if (daemonSet.namespace().equals(namespace) && daemonSet.selector().matches(labels))
                queue.add(daemonSet.key());
        }
    }

    private void nodeChanged(String name, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        if (old != null && now != null && sameToDaemonSets(old, now)) return;
        for (var object : cluster.all(Resource.DAEMON_SETS)) {
            var daemonSet = new DaemonSet(object);
            var placement = Placement.of(daemonSet.template());
            boolean before = old != null && placement.on(old).fit() != Fit.NONE;
            boolean after = now != null && placement.on(now).fit() != Fit.NONE;
            if (before || after) queue.add(daemonSet.key());
        }
    }

    private static boolean sameToDaemonSets(Json.Obj old, Json.Obj now) {
        return sameLabels(old, now)
                && old.items("spec", "taints").equals(now.items("spec", "taints"))
                && Placement.reachable(old) == Placement.reachable(now);
    }

    private static boolean sameLabels(Json.@Nullable Obj old, Json.Obj now) {
        return old != null && old.object("metadata", "labels").equals(now.object("metadata", "labels"));
    }

    // ---- looking

    private @Nullable Duration sync(String key) throws IOException, InterruptedException {
        var object = cluster.get(Resource.DAEMON_SETS, key);
        if (object == null) return null;
        var daemonSet = new DaemonSet(object);
        if (daemonSet.deleting()) {
            expectations.forget(daemonSet.uid());
            return null;
        }
        // asked before the pods are read: a pod that is seen after that is missing among them
        var open = expectations.open(daemonSet.uid());
        var revisions = claims.claim(daemonSet, Resource.CONTROLLER_REVISIONS);
        var pods = claims.claim(daemonSet, Resource.PODS).stream()
                .map(DaemonPod::of)
                .toList();
        var hash = Revisions.hash(history.current(daemonSet, revisions));
        var placement = Placement.of(daemonSet.template());
        var nodes = cluster.all(Resource.NODES).stream().map(placement::on).toList();
        var rollout = rollout(daemonSet, hash, nodes);
        if (open.isPresent()) {
            writeStatus(daemonSet, nodes, pods, rollout);
            return open.get();
        }
        var steps = DaemonPlan.plan(nodes, pods, rollout);
        Duration again;
        try {
            again = changes.perform(daemonSet, hash, steps);
        } finally {
            writeStatus(daemonSet, nodes, pods, rollout);
        }
        if (steps.isEmpty())
            history.clean(
                    daemonSet,
                    revisions,
                    hash,
                    pods.stream().map(DaemonPod::hash).collect(Collectors.toSet()));
        return earlier(again, nextAvailable(pods, rollout));
    }

    private Rollout rollout(DaemonSet of, String hash, List<Node> nodes) {
        int desired = (int) nodes.stream().filter(node -> node.fit() == Fit.RUN).count();
        return new Rollout(hash, of.strategy(desired), of.minReady(), clock.instant());
    }

    private void writeStatus(DaemonSet of, List<Node> nodes, List<DaemonPod> pods, Rollout rollout) throws IOException {
        var status = DaemonStatus.of(of, nodes, pods, rollout);
        var before = of.object().object("status");
        boolean same = status.members().entrySet().stream()
                .allMatch(member -> member.getValue().equals(Json.of(before.number(0, member.getKey()))));
        if (same) return;
        var patch = Json.obj("metadata", Json.obj("uid", of.uid()), "status", status);
        client.patch(Resource.DAEMON_SETS, of.namespace(), of.name(), PatchType.MERGE, patch, "status");
    }

    /** When the next ready pod has been so for long enough; null if none waits for that. */
    private static @Nullable Duration nextAvailable(List<DaemonPod> pods, Rollout rollout) {
        @Nullable Duration next = null;
        for (var pod : pods) {
            if (pod.readySince() == null || rollout.available(pod)) continue;
            next = earlier(
                    next, Duration.between(rollout.now(), pod.readySince().plus(rollout.minReady())));
        }
        return next;
    }

    static @Nullable Duration earlier(@Nullable Duration one, @Nullable Duration other) {
        if (one == null) return other;
        if (other == null) return one;
        return one.compareTo(other) < 0 ? one : other;
    }
}
