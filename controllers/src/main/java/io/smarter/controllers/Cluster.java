package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.Informer;
import io.smarter.client.ListOptions;
import io.smarter.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The copies of the cluster that the controllers share: one for each kind of object, and an index from owners,
 * nodes and claims to what belongs to them. Listeners are added before {@link #start}, and are called after copy and index show the change.
 */
final class Cluster implements AutoCloseable {
    private static final Duration SYNC = Duration.ofSeconds(1);

    private final ApiClient client;
    private final Map<Resource, List<Informer.Listener>> listeners = new HashMap<>();
    private final Map<Resource, ListOptions> narrowed = new HashMap<>();
    private final Map<Resource, Informer> informers = new ConcurrentHashMap<>();
    private final Map<String, Set<Dependant>> byOwner = new ConcurrentHashMap<>();

    /** An object that has an owner. */
    record Dependant(Resource resource, String key) {}

    Cluster(ApiClient client) {
        this.client = client;
    }

    /** Restricts the copy of a kind of object to what listeners need. */
    void narrow(Resource resource, ListOptions which) {
        narrowed.put(resource, which);
    }

    void listen(Resource resource, Informer.Listener listener) {
        listeners.computeIfAbsent(resource, _ -> new ArrayList<>()).add(listener);
    }

    /** Starts a copy of every kind of object that somebody listens to, and waits until all are complete. */
    void start() throws InterruptedException {
        listeners.forEach((resource, told) -> informers.put(resource, start(resource, told)));
        for (var informer : informers.values()) while (!informer.awaitSync(SYNC)) {}
    }

    private Informer start(Resource resource, List<Informer.Listener> told) {
        var which = narrowed.getOrDefault(resource, ListOptions.ALL);
        return Informer.startWith(client, resource, null, which, object -> kept(resource, object), (key, old, now) -> {
            index(resource, key, old, now);
            for (var listener : told) listener.changed(key, old, now);
        });
    }

    /** Of pods, of which there are most, only what controllers decide by: 100,000 whole ones do not fit. */
    private static Json.Obj kept(Resource resource, Json.Obj object) {
        if (!resource.equals(Resource.PODS)) return object;
        var claims = object.items("spec", "volumes").stream()
                .filter(volume -> volume.at("persistentVolumeClaim") != null)
                .toList();
        var spec = Json.obj("nodeName", object.textOrEmpty("spec", "nodeName"), "volumes", claims);
        var status = Json.obj(
                "phase", object.textOrEmpty("status", "phase"), "conditions", object.items("status", "conditions"));
        return Json.obj("metadata", object.object("metadata"), "spec", spec, "status", status);
    }

    Json.@Nullable Obj get(Resource resource, String key) {
        var informer = informers.get(resource);
        return informer == null ? null : informer.get(key);
    }

    Collection<Json.Obj> all(Resource resource) {
        var informer = informers.get(resource);
        return informer == null ? List.of() : informer.snapshot().values();
    }

    /** The objects of a kind that refer to an owner. */
    List<Json.Obj> ownedBy(String uid, Resource resource) {
        return find(uid, resource);
    }

    /** The objects of a kind in a namespace that refer to no owner. */
    List<Json.Obj> ownerless(String namespace, Resource resource) {
        return find(nobodyIn(namespace), resource);
    }

    /** The pods that use a claim, by its key. */
    List<Json.Obj> podsWith(String claim) {
        return find(claimed(claim), Resource.PODS);
    }

    /** The pods that are bound to a node. */
    List<Json.Obj> podsOn(String node) {
        return find(boundTo(node), Resource.PODS);
    }

    private List<Json.Obj> find(String owner, Resource resource) {
        var found = new ArrayList<Json.Obj>();
        for (var dependant : byOwner.getOrDefault(owner, Set.of())) {
            if (!dependant.resource.equals(resource)) continue;
            var object = get(resource, dependant.key);
            if (object != null) found.add(object);
        }
        return found;
    }

    private void index(Resource resource, String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        var dependant = new Dependant(resource, key);
        var before = old == null ? Set.<String>of() : ownersOf(resource, old);
        var after = now == null ? Set.<String>of() : ownersOf(resource, now);
        for (var owner : after)
            if (!before.contains(owner))
                byOwner.compute(owner, (_, owned) -> {
                    var set = owned == null ? ConcurrentHashMap.<Dependant>newKeySet() : owned;
                    set.add(dependant);
                    return set;
                });
        for (var owner : before)
            if (!after.contains(owner))
                byOwner.computeIfPresent(owner, (_, owned) -> {
                    owned.remove(dependant);
                    return owned.isEmpty() ? null : owned;
                });
    }

    private static Set<String> ownersOf(Resource resource, Json.Obj object) {
        var owners = new HashSet<String>();
        for (var reference : Owners.references(object)) owners.add(reference.textOrEmpty("uid"));
        if (owners.isEmpty() && resource.namespaced())
            owners.add(nobodyIn(object.textOrEmpty("metadata", "namespace")));
        if (!resource.equals(Resource.PODS)) return owners;
        owners.add(boundTo(object.textOrEmpty("spec", "nodeName")));
        for (var claim : claims(object)) owners.add(claimed(claim));
        return owners;
    }

    /** The keys of the claims that a pod uses. */
    static List<String> claims(Json.Obj pod) {
        var namespace = pod.textOrEmpty("metadata", "namespace");
        return pod.items("spec", "volumes").stream()
                .map(volume -> volume.textOrEmpty("persistentVolumeClaim", "claimName"))
                .filter(name -> !name.isEmpty())
                .map(name -> namespace + "/" + name)
                .toList();
    }

    private static String claimed(String claim) {
        return "claim/" + claim;
    }

    private static String boundTo(String node) {
        return "bound/" + node;
    }

    private static String nobodyIn(String namespace) {
        return "ownerless/" + namespace;
    }

    @Override
    public void close() {
        informers.values().forEach(Informer::close);
    }
}
