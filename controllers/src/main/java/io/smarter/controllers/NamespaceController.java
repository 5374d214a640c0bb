package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ListOptions;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Empties namespaces that are deleted, of whatever kinds of objects the server has, and then lets them go. */
final class NamespaceController implements AutoCloseable {
    private static final String FINALIZER = "kubernetes";
    private static final int WORKERS = 2;
    /** How soon we look again whether objects are gone that nobody tells us about. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final ApiClient client;
    private final Cluster cluster;
    private final InstantSource clock;
    private final WorkQueue queue = new WorkQueue("namespaces", this::empty);

    NamespaceController(ApiClient client, Cluster cluster, InstantSource clock) {
        this.client = client;
        this.cluster = cluster;
        this.clock = clock;
        cluster.listen(Resource.NAMESPACES, (name, _, now) -> {
            if (now != null && deleting(now)) queue.add(name);
        });
        cluster.listen(Resource.PODS, (key, _, now) -> {
            if (now == null) addIfDeleting(key.substring(0, key.indexOf('/')));
        });
    }

    void start() {
        queue.start(WORKERS);
    }

    @Override
    public void close() {
        queue.close();
    }

    private void addIfDeleting(String namespace) {
        var object = cluster.get(Resource.NAMESPACES, namespace);
        if (object != null && deleting(object)) queue.add(namespace);
    }

    private @Nullable Duration empty(String name) throws IOException {
        var object = cluster.get(Resource.NAMESPACES, name);
        if (object == null || !deleting(object)) return null;
        if (!object.items("spec", "finalizers").contains(Json.of(FINALIZER))) return null;
        var remains = remains(name);
        if (!remains.isEmpty()) {
            var conditions = remains.conditions(object, clock.instant());
            if (conditions != null) tell(object, conditions);
            return LOOK_AGAIN;
        }
        var finalized = withoutFinalizer(object);
        var response = client.raw(
                "PUT", Resource.NAMESPACES.path("", name) + "/finalize", "application/json", finalized.bytes());
        if (response.status() == 404) return null;
        if (response.status() >= 300)
            throw failure("namespace %s cannot be finalized".formatted(name), response.status(), response.body());
        return null;
    }

    /** Pods go first: what they use, and what watches over them, stays for as long as they run. */
    private NamespaceRemains remains(String name) throws IOException {
        var remains = new NamespaceRemains();
        remains.add(Resource.PODS, delete(Resource.PODS, name));
        if (!remains.isEmpty()) return remains;
        for (var resource : discover()) remains.add(resource, delete(resource, name));
        return remains;
    }

    private void tell(Json.Obj namespace, Json conditions) throws IOException {
        var patch = Json.obj(
                "metadata", Json.obj("uid", namespace.text("metadata", "uid")),
                "status", Json.obj("conditions", conditions));
        var name = namespace.textOrEmpty("metadata", "name");
        client.patch(Resource.NAMESPACES, "", name, PatchType.MERGE, patch, "status");
    }

    static Json.Obj withoutFinalizer(Json.Obj namespace) {
        var finalizers = new ArrayList<>(namespace.items("spec", "finalizers"));
        finalizers.remove(Json.of(FINALIZER));
        return namespace.withAt(new Json.Arr(finalizers), "spec", "finalizers");
    }

    /** Asks for the deletion of all objects of a kind, and gives those that are still there. */
    private List<Json.Obj> delete(Resource resource, String namespace) throws IOException {
        var objects = client.list(resource, namespace, ListOptions.ALL).items();
        for (var object : objects) {
            if (deleting(object)) continue;
            try {
                var options = Json.obj(
                        "preconditions",
                        Json.obj("uid", object.text("metadata", "uid")),
                        "propagationPolicy",
                        "Background");
                client.delete(resource, namespace, object.textOrEmpty("metadata", "name"), options);
            } catch (ApiException e) {
                if (!e.notFound() && !e.conflict()) throw e;
            }
        }
        return objects.isEmpty()
                ? List.of()
                : client.list(resource, namespace, ListOptions.ALL).items();
    }

    private static boolean deleting(Json.Obj object) {
        return object.text("metadata", "deletionTimestamp") != null;
    }

    // ---- discovery

    /** Every namespaced kind of object that can be listed and deleted, owners before what they own. */
    private List<Resource> discover() throws IOException {
        var resources = new ArrayList<Resource>();
        for (var group : read("/apis").items("groups")) {
            var version = group.textOrEmpty("preferredVersion", "groupVersion");
            resources.addAll(resources(version, read("/apis/" + version)));
        }
        resources.addAll(resources("v1", read("/api/v1")));
        return resources;
    }

    static List<Resource> resources(String groupVersion, Json list) {
        return list.items("resources").stream()
                .filter(one ->
                        one.flag("namespaced") && !one.textOrEmpty("name").contains("/"))
                .filter(one -> one.items("verbs").containsAll(List.of(Json.of("list"), Json.of("delete"))))
                .map(one -> Resource.in(groupVersion, one.textOrEmpty("name"), one.textOrEmpty("kind"), true))
                .toList();
    }

    private Json read(String path) throws IOException {
        var response = client.raw("GET", path, null, new byte[0]);
        if (response.status() != 200) throw failure(path, response.status(), response.body());
        return Json.parse(response.body());
    }

    private static IOException failure(String subject, int status, byte[] body) {
        return new IOException(
                "%s: status %d: %s".formatted(subject, status, new String(body, StandardCharsets.UTF_8)));
    }
}
