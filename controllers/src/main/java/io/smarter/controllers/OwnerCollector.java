package io.smarter.controllers;

import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.controllers.OwnerGraph.Item;
import io.smarter.controllers.OwnerGraph.Owner;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes what owners leave behind, of any type (Kubernetes "Garbage Collection"). An object goes when all its owners are
 * gone; an owner that has the finalizer {@code foregroundDeletion} goes when the dependents that block it are gone, one
 * that has {@code orphan} when its dependents no longer refer to it.
 *
 * <p>What to look at comes from the server's one stream about owners; before anything is written, the server is asked for
 * the object as it is now. While the stream begins, dependents that were not told yet are not missing: nothing is done.
 */
final class OwnerCollector implements AutoCloseable, OwnerFeed.Listener {
    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    private static final int WORKERS = 4;

    private final ApiClient client;
    private final OwnerGraph graph = new OwnerGraph();
    private final OwnerPresence presence;
    private final OwnerFeed feed;
    private volatile boolean complete;
    private final WorkQueue queue = new WorkQueue("owners", this::look);

    OwnerCollector(ApiClient client) {
        this.client = client;
        presence = new OwnerPresence(client, graph);
        feed = new OwnerFeed(client, this);
    }

    void start() {
        queue.start(WORKERS);
        feed.start();
    }

    @Override
    public void close() {
        feed.close();
        queue.close();
    }

    // ---- what is told

    @Override
    public void begins() {
        complete = false;
    }

    @Override
    public void put(Item item) {
        var old = graph.put(item);
        if (old == null || !old.owners().equals(item.owners())) {
            if (!item.owners().isEmpty()) queue.add(item.uid());
            if (old != null) addWaiting(old.owners());
        }
        if (!item.ending() || old != null && old.equals(item)) return;
        queue.add(item.uid());
        if (item.foreground()) addDependents(item.uid());
    }

    @Override
    public void gone(String uid) {
        presence.forget(uid);
        var old = graph.remove(uid);
        if (old != null) addWaiting(old.owners());
        addDependents(uid);
    }

    @Override
    public void complete(Set<String> there) {
        presence.forgetAll();
        complete = true;
        for (var uid : graph.uids()) {
            if (there.contains(uid)) queue.add(uid);
            else gone(uid);
        }
    }

    private void addDependents(String owner) {
        for (var dependent : graph.dependents(owner)) queue.add(dependent.uid());
    }

    /** Owners that wait for this dependent may go now. */
    private void addWaiting(List<Owner> owners) {
        for (var owner : owners) {
            var item = graph.get(owner.uid());
            if (item != null && item.waits()) queue.add(item.uid());
        }
    }

    // ---- what is done

    private @Nullable Duration look(String uid) throws IOException {
        var item = graph.get(uid);
        if (item == null || !complete) return null; // in this order; whatever there is gets its turn when all is told
        if (item.ending() && item.orphan()) release(item);
        else if (item.waits()) finishIfFree(item);
        else if (!item.ending() && !presence.of(item).allSolid()) collect(item);
        return null;
    }

    /** What its owners ask for, of an object that was said to have lost one. */
    private void collect(Item seen) throws IOException {
        var now = find(seen);
        if (now == null) {
            gone(seen.uid());
            return;
        }
        var item = Item.of(seen.resource(), now);
        if (item.ending() || item.owners().isEmpty()) return;
        var owners = presence.of(item);
        if (owners.allSolid()) return;
        if (owners.solid() > 0) {
            var uids = new HashSet<>(owners.dangling());
            uids.addAll(owners.waiting());
            patch(item, Owners.release(now, uids));
            return;
        }
        boolean hasDependents = !graph.dependents(item.uid()).isEmpty();
        if (!owners.waiting().isEmpty() && hasDependents) {
            boolean cycle = graph.dependents(item.uid()).stream().anyMatch(Item::waits);
            if (cycle) patch(item, Owners.unblocked(now));
            delete(item, cycle ? null : now, "Foreground");
        } else delete(item, now, item.orphan() ? "Orphan" : item.foreground() ? "Foreground" : "Background");
    }

    private void release(Item owner) throws IOException {
        for (var dependent : graph.dependents(owner.uid())) {
            var now = find(dependent);
            if (now != null) patch(dependent, Owners.release(now, Set.of(owner.uid())));
        }
        finish(owner, ORPHAN);
    }

    private void finishIfFree(Item owner) throws IOException {
        var blocking = new ArrayList<Item>();
        for (var dependent : graph.dependents(owner.uid())) {
            if (dependent.owners().stream()
                    .anyMatch(reference -> reference.uid().equals(owner.uid()) && reference.blocks()))
                blocking.add(dependent);
        }
        if (blocking.isEmpty()) finish(owner, FOREGROUND);
        for (var dependent : blocking) if (!dependent.waits()) queue.add(dependent.uid());
    }

    private void finish(Item owner, String finalizer) throws IOException {
        var now = find(owner);
        if (now == null) gone(owner.uid());
        else if (Owners.hasFinalizer(now, finalizer)) patch(owner, Owners.withoutFinalizer(now, finalizer));
    }

    /** The object as it is now, or null when it is gone. */
    private Json.@Nullable Obj find(Item item) throws IOException {
        try {
            var now = client.get(item.resource(), item.namespace(), item.name());
            return now.textOrEmpty("metadata", "uid").equals(item.uid()) ? now : null;
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
            return null;
        }
    }

    /** @param now the state that it must still have; null for any */
    private void delete(Item item, Json.@Nullable Obj now, String propagation) throws IOException {
        var seen = Json.obj(
                "uid", item.uid(), "resourceVersion", now == null ? null : now.text("metadata", "resourceVersion"));
        var options = Json.obj("preconditions", seen, "propagationPolicy", propagation);
        try {
            client.delete(item.resource(), item.namespace(), item.name(), options);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
        }
    }

    private void patch(Item item, Json.Obj patch) throws IOException {
        try {
            client.patch(item.resource(), item.namespace(), item.name(), PatchType.MERGE, patch);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
        }
    }
}
