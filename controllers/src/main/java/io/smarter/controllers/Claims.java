package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Says which objects belong to a DaemonSet: those that refer to it, but for those whose labels were changed so that it
 * no longer selects them, which are let go, and those it selects that nobody owns, which it takes.
 */
final class Claims {
    private final ApiClient client;
    private final Cluster cluster;

    Claims(ApiClient client, Cluster cluster) {
        this.client = client;
        this.cluster = cluster;
    }

    /** What is to be done about objects. */
    record Decision(List<Json.Obj> kept, List<Json.Obj> adopted, List<Json.Obj> released) {
        static Decision of(DaemonSet owner, List<Json.Obj> owned, List<Json.Obj> ownerless) {
            var decision = new Decision(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            var selector = owner.selector();
            for (var object : owned) {
                if (!Owners.controller(object).equals(owner.uid())) continue;
                boolean stays = selector.matches(object.texts("metadata", "labels")) || terminates(object);
                (stays ? decision.kept : decision.released).add(object);
            }
            for (var object : ownerless)
                if (selector.matches(object.texts("metadata", "labels")) && !terminates(object))
                    decision.adopted.add(object);
            return decision;
        }

        private static boolean terminates(Json.Obj object) {
            return object.text("metadata", "deletionTimestamp") != null;
        }
    }

    List<Json.Obj> claim(DaemonSet owner, Resource resource) throws IOException {
        var owned = cluster.ownedBy(owner.uid(), resource);
        var decision = Decision.of(owner, owned, cluster.ownerless(owner.namespace(), resource));
        for (var object : decision.released) patch(resource, object, Owners.release(object, owner.uid()));
        if (decision.adopted.isEmpty()) return decision.kept;
        requireAlive(owner);
        var all = new ArrayList<>(decision.kept);
        for (var object : decision.adopted)
            all.add(patch(resource, object, Owners.adopt(object, owner.ownerReference())));
        return all;
    }

    /** Nothing may be adopted in the name of an owner that is no more. */
    private void requireAlive(DaemonSet owner) throws IOException {
        var now = new DaemonSet(client.get(Resource.DAEMON_SETS, owner.namespace(), owner.name()));
        if (now.deleting() || !now.uid().equals(owner.uid()))
            throw new IOException("DaemonSet %s is gone, it adopts nothing".formatted(owner.key()));
    }

    private Json.Obj patch(Resource resource, Json.Obj object, Json.Obj patch) throws IOException {
        var namespace = object.textOrEmpty("metadata", "namespace");
        var name = object.textOrEmpty("metadata", "name");
        try {
            return client.patch(resource, namespace, name, PatchType.MERGE, patch);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
            return object;
        }
    }
}
