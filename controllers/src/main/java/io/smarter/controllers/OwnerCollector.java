package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes what DaemonSets leave behind (Kubernetes "Garbage Collection"). A DaemonSet that is gone takes its dependants
 * with it; one that has the finalizer {@code foregroundDeletion} goes when they are gone, one that has {@code orphan}
 * goes when they no longer refer to it.
 */
final class OwnerCollector implements AutoCloseable {
    private static final List<Resource> DEPENDANTS = List.of(Resource.PODS, Resource.CONTROLLER_REVISIONS);
    private static final int WORKERS = 2;

    private final ApiClient client;
    private final Cluster cluster;
    private final WorkQueue queue = new WorkQueue("owners", this::collect);

    /** An owner as its dependants name it; its text form is its key in the queue. */
    record Owner(String namespace, String name, String uid) {
        static Owner parse(String key) {
            var parts = key.split("/");
            return new Owner(parts[0], parts[1], parts[2]);
        }

        @Override
        public String toString() {
            return namespace + "/" + name + "/" + uid;
        }
    }

    /** What an owner's state asks for. */
    enum Fate {
        /** It lives. */
        NOTHING,
        /** It is gone, or waits for its dependants to be. */
        DELETE_DEPENDANTS,
        /** Its dependants are to forget it. */
        RELEASE_DEPENDANTS;

        /** @param now the object that has the owner's name, null if there is none */
        static Fate of(Json.@Nullable Obj now, String uid) {
            if (now == null || !now.textOrEmpty("metadata", "uid").equals(uid)) return DELETE_DEPENDANTS;
            if (now.text("metadata", "deletionTimestamp") == null) return NOTHING;
            if (Owners.hasFinalizer(now, Finalizers.ORPHAN)) return RELEASE_DEPENDANTS;
            return Owners.hasFinalizer(now, Finalizers.FOREGROUND) ? DELETE_DEPENDANTS : NOTHING;
        }
    }

    /** What apiserver puts on an object whose deletion was asked for with a propagation policy. */
    static final class Finalizers {
        static final String ORPHAN = "orphan";
        static final String FOREGROUND = "foregroundDeletion";

        private Finalizers() {}
    }

    OwnerCollector(ApiClient client, Cluster cluster) {
        this.client = client;
        this.cluster = cluster;
        cluster.listen(Resource.DAEMON_SETS, this::ownerChanged);
        for (var resource : DEPENDANTS) cluster.listen(resource, this::dependantChanged);
    }

    void start() {
        queue.start(WORKERS);
    }

    @Override
    public void close() {
        queue.close();
    }

    private void ownerChanged(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        var object = now != null ? now : old;
        if (object == null) return;
        if (old != null && now != null && !uid(old).equals(uid(now))) add(old);
        if (now == null || now.text("metadata", "deletionTimestamp") != null) add(object);
    }

    private void add(Json.Obj owner) {
        queue.add(
                new Owner(owner.textOrEmpty("metadata", "namespace"), owner.textOrEmpty("metadata", "name"), uid(owner))
                        .toString());
    }

    private void dependantChanged(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        var object = now != null ? now : old;
        if (object == null) return;
        var namespace = object.textOrEmpty("metadata", "namespace");
        for (var reference : Owners.references(object)) {
            if (!Owners.isDaemonSet(reference)) continue;
            var owner = new Owner(namespace, reference.textOrEmpty("name"), reference.textOrEmpty("uid"));
            var there = cluster.get(Resource.DAEMON_SETS, namespace + "/" + owner.name);
            if (Fate.of(there, owner.uid) != Fate.NOTHING) queue.add(owner.toString());
        }
    }

    /** Asks the server itself: the copy of the cluster may show a dependant before its owner. */
    private @Nullable Duration collect(String key) throws IOException {
        var owner = Owner.parse(key);
        var now = find(owner);
        switch (Fate.of(now, owner.uid)) {
            case NOTHING -> {}
            case RELEASE_DEPENDANTS -> {
                for (var resource : DEPENDANTS) release(resource, owner);
                if (now != null) finish(owner, now, Finalizers.ORPHAN);
            }
            case DELETE_DEPENDANTS -> {
                var left = new ArrayList<Json.Obj>();
                for (var resource : DEPENDANTS) left.addAll(delete(resource, owner));
                if (now != null && uid(now).equals(owner.uid) && left.isEmpty())
                    finish(owner, now, Finalizers.FOREGROUND);
            }
        }
        return null;
    }

    private Json.@Nullable Obj find(Owner owner) throws IOException {
        try {
            return client.get(Resource.DAEMON_SETS, owner.namespace, owner.name);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
            return null;
        }
    }

    /**
     * Deletes the dependants that have no other owner, and gives those that block the owner's deletion. Only those that
     * still are as the copy shows them: one that was released meanwhile is to live, and any other change brings it here
     * again.
     */
    private List<Json.Obj> delete(Resource resource, Owner owner) throws IOException {
        var blocking = new ArrayList<Json.Obj>();
        for (var object : cluster.ownedBy(owner.uid, resource)) {
            if (Owners.references(object).size() > 1) {
                patch(resource, object, Owners.release(object, owner.uid));
                continue;
            }
            blocking.add(object);
            if (object.text("metadata", "deletionTimestamp") != null) continue;
            var seen =
                    Json.obj("uid", uid(object), "resourceVersion", object.textOrEmpty("metadata", "resourceVersion"));
            var options = Json.obj("preconditions", seen, "propagationPolicy", "Background");
            try {
                client.delete(resource, owner.namespace, object.textOrEmpty("metadata", "name"), options);
            } catch (ApiException e) {
                if (!e.notFound() && !e.conflict()) throw e;
            }
        }
        return blocking;
    }

    private void release(Resource resource, Owner owner) throws IOException {
        for (var object : cluster.ownedBy(owner.uid, resource))
            patch(resource, object, Owners.release(object, owner.uid));
    }

    private void finish(Owner owner, Json.Obj now, String finalizer) throws IOException {
        if (!Owners.hasFinalizer(now, finalizer)) return;
        var patch = Owners.withoutFinalizer(now, finalizer);
        client.patch(Resource.DAEMON_SETS, owner.namespace, owner.name, PatchType.MERGE, patch);
    }

    private void patch(Resource resource, Json.Obj object, Json.Obj patch) throws IOException {
        try {
            var namespace = object.textOrEmpty("metadata", "namespace");
            client.patch(resource, namespace, object.textOrEmpty("metadata", "name"), PatchType.MERGE, patch);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
        }
    }

    private static String uid(Json.Obj object) {
        return object.textOrEmpty("metadata", "uid");
    }
}
