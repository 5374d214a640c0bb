package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.controllers.OwnerGraph.Item;
import io.smarter.controllers.OwnerGraph.Owner;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says which owners of an object are there. The server is asked once for each; that one is there is remembered until it is
 * said to be gone. Safe for use by many threads.
 */
final class OwnerPresence {
    private final ApiClient client;
    private final OwnerGraph graph;
    private final Kinds kinds;
    private final Map<String, Sight> seen = new ConcurrentHashMap<>();

    /** An owner that was looked for at a place; sure when it was found and nobody said since that it is gone. */
    private static final class Sight {
        private final String place;
        private volatile boolean sure;

        Sight(String place) {
            this.place = place;
        }
    }

    private enum State {
        SOLID,
        DANGLING,
        WAITING
    }

    /**
     * How an object's owners are.
     *
     * @param solid how many live
     * @param dangling the uids of those that are gone
     * @param waiting the uids of those that wait for their dependents to go
     */
    record States(int solid, List<String> dangling, List<String> waiting) {
        boolean allSolid() {
            return dangling.isEmpty() && waiting.isEmpty();
        }
    }

    OwnerPresence(ApiClient client, OwnerGraph graph) {
        this.client = client;
        this.graph = graph;
        this.kinds = new Kinds(client);
    }

    void forget(String uid) {
        seen.remove(uid);
    }

    void forgetAll() {
        seen.clear();
    }

    States of(Item item) throws IOException {
        int solid = 0;
        var dangling = new ArrayList<String>();
        var waiting = new ArrayList<String>();
        for (var owner : item.owners()) {
            switch (state(owner, item)) {
                case SOLID -> solid++;
                case DANGLING -> dangling.add(owner.uid());
                case WAITING -> waiting.add(owner.uid());
            }
        }
        return new States(solid, dangling, waiting);
    }

    /** A namespaced owner is one in the dependent's own namespace. */
    private State state(Owner owner, Item item) throws IOException {
        var place = owner.apiVersion() + "/" + owner.kind() + "/" + item.namespace() + "/" + owner.name();
        var sight = seen.get(owner.uid());
        if (sight != null && sight.sure && sight.place.equals(place)) {
            var known = graph.get(owner.uid());
            return known != null && known.waits() ? State.WAITING : State.SOLID;
        }
        var resource = kinds.find(owner.apiVersion(), owner.kind());
        if (resource == null)
            throw new IOException("%s %s owns %s, but there is no such type"
                    .formatted(owner.apiVersion(), owner.kind(), item.name()));
        // what has no namespace cannot belong to what has one: nobody can say which is meant, so it is left alone
        if (resource.namespaced() && item.namespace().isEmpty()) return State.SOLID;
        var fresh = new Sight(place);
        seen.put(owner.uid(), fresh);
        var now = find(resource, resource.namespaced() ? item.namespace() : "", owner.name());
        if (now == null || !now.textOrEmpty("metadata", "uid").equals(owner.uid())) {
            seen.remove(owner.uid(), fresh);
            return State.DANGLING;
        }
        fresh.sure = true;
        return Item.of(resource, now).waits() ? State.WAITING : State.SOLID;
    }

    /** Null when it is gone. That its type's version is gone does not say so: then another version is asked. */
    private Json.@Nullable Obj find(Resource resource, String namespace, String name) throws IOException {
        try {
            return client.get(resource, namespace, name);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
            if (e.status().textOrEmpty("details", "name").equals(name)) return null;
            var other = kinds.findAnew(resource);
            return other == null || other.equals(resource) ? null : find(other, namespace, name);
        }
    }
}
