package io.smarter.controllers;

import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * As much of a Kubernetes API server as the controllers use, in memory. Its watches lag behind by random times, and it
 * notes every pod that is created on a node which has one already.
 */
final class FakeCluster implements Handler {
    private static final int LAG_MILLIS = 15;
    private static final List<String> APPS = List.of("daemonsets", "controllerrevisions");
    private static final Map<String, String> KINDS = Map.of(
            "daemonsets",
            "DaemonSet",
            "controllerrevisions",
            "ControllerRevision",
            "pods",
            "Pod",
            "configmaps",
            "ConfigMap",
            "serviceaccounts",
            "ServiceAccount");
    private static final String BETA = "/apis/apps/v1beta1";
    private static final Headers JSON = new Headers().add("content-type", "application/json");

    private final Map<String, Json.Obj> objects = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Random random = new Random(7);
    final List<String> violations = new CopyOnWriteArrayList<>();
    /** How many ready pods there may not be fewer of when one is deleted. */
    volatile int leastReady;
    /** How many pods a node may have more than one of. */
    volatile int surge;
    /** Whether nobody is told of owners, and who was being told is cut off. */
    volatile boolean silent;
    /** Whether the group of apps has its old version still. */
    volatile boolean beta = true;
    /** Why pods cannot be created; empty if they can. */
    volatile String refusal = "";

    private long revision = 1;

    private record Change(long revision, String type, String resource, Json.Obj object) {}

    /** What a path names; the name is null for a collection. */
    private record Target(
            String resource,
            @Nullable String namespace,
            @Nullable String name,
            String subresource) {
        static Target of(String path) {
            var parts = path.replaceFirst("^/(api/v1|apis/[^/]+/[^/]+)/", "").split("/");
            boolean inNamespace = parts[0].equals("namespaces")
                    && parts.length > 2
                    && !parts[2].equals("finalize")
                    && !parts[2].equals("status");
            int at = inNamespace ? 2 : 0;
            var name = parts.length > at + 1 ? parts[at + 1] : null;
            return new Target(
                    parts[at], inNamespace ? parts[1] : null, name, parts.length > at + 2 ? parts[at + 2] : "");
        }

        String key() {
            return resource + "/" + (namespace == null ? "" : namespace) + "/" + name;
        }
    }

    @Override
    public void handle(Exchange exchange) throws Exception {
        if (discover(exchange)) return;
        if (exchange.path().equals(OwnerFeed.PATH)) {
            tellOwners(exchange);
            return;
        }
        if (exchange.path().startsWith(BETA) && !beta) {
            answer(exchange, 404, status(404, "NotFound"));
            return;
        }
        var target = Target.of(exchange.path());
        if (exchange.query().flag("watch")) {
            watch(exchange, target.resource);
            return;
        }
        switch (exchange.method()) {
            case "GET" -> get(exchange, target);
            case "POST" -> create(exchange, target, body(exchange));
            case "PATCH" -> patch(exchange, target, body(exchange));
            case "PUT" -> replace(exchange, target, body(exchange));
            case "DELETE" -> delete(exchange, target, exchange.body(1 << 20));
            default -> answer(exchange, 405, status(405, "MethodNotAllowed"));
        }
    }

    // ---- for tests

    synchronized void put(String resource, Json.Obj object) {
        var metadata = object.object("metadata");
        var namespace = metadata.textOrEmpty("namespace");
        var target = new Target(resource, namespace.isEmpty() ? null : namespace, metadata.textOrEmpty("name"), "");
        var before = objects.get(target.key());
        var uid = before == null ? UUID.randomUUID().toString() : before.textOrEmpty("metadata", "uid");
        var whole = before == null || before.get("status") == null
                ? object
                : object.with("status", before.object("status"));
        store(target, whole.withAt(Json.of(uid), "metadata", "uid"));
    }

    synchronized List<Json.Obj> all(String resource) {
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(resource + "/"))
                .map(Map.Entry::getValue)
                .toList();
    }

    synchronized Json.@Nullable Obj find(String resource, String namespace, String name) {
        return objects.get(resource + "/" + namespace + "/" + name);
    }

    synchronized void remove(String resource, String namespace, String name) {
        drop(new Target(resource, namespace.isEmpty() ? null : namespace, name, ""));
    }

    /** What the kubelets do: start what is new, end what is to end. */
    synchronized void runPods() {
        for (var pod : all("pods")) {
            var target = new Target("pods", pod.textOrEmpty("metadata", "namespace"), pod.text("metadata", "name"), "");
            boolean held = !pod.items("metadata", "finalizers").isEmpty();
            if (deleting(pod) && !held) drop(target);
            else if (pod.textOrEmpty("status", "phase").isEmpty()) store(target, pod.with("status", running()));
        }
    }

    private static Json.Obj running() {
        var ready = Json.obj("type", "Ready", "status", "True", "lastTransitionTime", "2026-11-24T05:00:00Z");
        return Json.obj("phase", "Running", "conditions", List.of(ready));
    }

    // ---- verbs

    private boolean discover(Exchange exchange) throws IOException {
        switch (exchange.path()) {
            case "/apis" ->
                answer(
                        exchange,
                        200,
                        Json.obj("groups", List.of(Json.obj("preferredVersion", Json.obj("groupVersion", "apps/v1")))));
            case "/apis/apps" ->
                answer(exchange, 200, Json.obj("versions", List.of(Json.obj("groupVersion", "apps/v1"))));
            case BETA -> {
                if (!beta) return false;
                answer(exchange, 200, resources("daemonsets"));
            }
            case "/apis/apps/v1" -> answer(exchange, 200, resources("daemonsets", "controllerrevisions"));
            case "/api/v1" -> answer(exchange, 200, resources("pods", "configmaps", "serviceaccounts"));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Json.Obj resources(String... names) {
        var all = new ArrayList<Json>();
        for (var name : names)
            all.add(Json.obj("name", name, "kind", kind(name), "namespaced", true, "verbs", List.of("list", "delete")));
        return Json.obj("resources", all);
    }

    private synchronized void get(Exchange exchange, Target target) throws IOException {
        if (target.name != null) {
            var object = objects.get(target.key());
            answer(exchange, object == null ? 404 : 200, object == null ? notFound(target.name) : object);
            return;
        }
        Predicate<Json.Obj> here = object -> target.namespace == null
                || object.textOrEmpty("metadata", "namespace").equals(target.namespace);
        var items = all(target.resource).stream().filter(here).toList();
        var metadata = Json.obj("resourceVersion", String.valueOf(revision));
        answer(exchange, 200, Json.obj("metadata", metadata, "items", items));
    }

    private synchronized void create(Exchange exchange, Target collection, Json.Obj object) throws IOException {
        var name = object.textOrEmpty("metadata", "name");
        var target = new Target(collection.resource, collection.namespace, name, "");
        if (objects.containsKey(target.key())) {
            answer(exchange, 409, status(409, "AlreadyExists"));
            return;
        }
        if (target.resource.equals("pods") && !refusal.isEmpty()) {
            answer(exchange, 403, status(403, refusal));
            return;
        }
        if (target.resource.equals("pods")) checkPlace(object);
        var uid = Json.of(UUID.randomUUID().toString());
        answer(exchange, 201, store(target, object.withAt(uid, "metadata", "uid")));
    }

    private void checkPlace(Json.Obj pod) {
        var node = pod.textOrEmpty("spec", "nodeName");
        var owner = Owners.controller(pod);
        long others = all("pods").stream()
                .filter(other -> surge == 0 || !deleting(other))
                .filter(other -> other.textOrEmpty("spec", "nodeName").equals(node)
                        && Owners.controller(other).equals(owner))
                .count();
        if (others > surge) violations.add("pod number %d on %s".formatted(others + 1, node));
    }

    private synchronized void patch(Exchange exchange, Target target, Json.Obj patch) throws IOException {
        var object = objects.get(target.key());
        if (object == null) {
            answer(exchange, 404, status(404, "NotFound"));
            return;
        }
        var wanted = patch.text("metadata", "resourceVersion");
        if (wanted != null && !wanted.equals(object.text("metadata", "resourceVersion"))) {
            answer(exchange, 409, status(409, "Conflict"));
            return;
        }
        var merged = (Json.Obj) merge(object, patch);
        if (merged.equals(object)) answer(exchange, 200, object);
        else if (deleting(merged)
                && merged.items("metadata", "finalizers").isEmpty()
                && merged.items("spec", "finalizers").isEmpty()) {
            drop(target);
            answer(exchange, 200, merged);
        } else answer(exchange, 200, store(target, merged));
    }

    private static Json merge(@Nullable Json into, Json patch) {
        if (!(patch instanceof Json.Obj(var members))) return patch;
        var merged = into instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        for (var member : members.entrySet()) {
            var name = member.getKey();
            if (member.getValue() instanceof Json.Null) merged = merged.without(name);
            else merged = merged.with(name, merge(merged.get(name), member.getValue()));
        }
        return merged;
    }

    private synchronized void replace(Exchange exchange, Target target, Json.Obj object) throws IOException {
        if (target.subresource.equals("finalize")
                && object.items("spec", "finalizers").isEmpty()) {
            drop(target);
            answer(exchange, 200, object);
        } else answer(exchange, 200, store(target, object));
    }

    private synchronized void delete(Exchange exchange, Target target, byte[] body) throws IOException {
        var object = objects.get(target.key());
        var options = body.length == 0 ? Json.Obj.EMPTY : (Json.Obj) Json.parse(body);
        if (object == null || differs(options, object, "uid") || differs(options, object, "resourceVersion")) {
            answer(exchange, object == null ? 404 : 409, status(object == null ? 404 : 409, "NotFound"));
            return;
        }
        boolean graceful = target.resource.equals("pods") && options.number(30, "gracePeriodSeconds") > 0;
        if (graceful || !object.items("metadata", "finalizers").isEmpty()) {
            if (graceful) checkReady(object);
            store(target, object.withAt(Json.of("2026-11-24T05:00:00Z"), "metadata", "deletionTimestamp"));
        } else drop(target);
        answer(exchange, 200, object);
    }

    private static boolean differs(Json.Obj options, Json.Obj object, String what) {
        var wanted = options.text("preconditions", what);
        return wanted != null && !wanted.equals(object.text("metadata", what));
    }

    private void checkReady(Json.Obj pod) {
        if (deleting(pod) || !DaemonPod.of(pod).ready()) return;
        long ready = all("pods").stream()
                .filter(one -> !deleting(one) && DaemonPod.of(one).ready())
                .count();
        if (ready - 1 < leastReady) violations.add("%d pods are left ready".formatted(ready - 1));
    }

    private void watch(Exchange exchange, String resource) throws Exception {
        long seen = Long.parseLong(exchange.query().first("resourceVersion", "0"));
        try (var out = exchange.stream(200, JSON)) {
            out.flush();
            while (true) {
                var change = next(resource, seen);
                Thread.sleep(lag());
                seen = change.revision;
                var line =
                        Json.obj("type", change.type, "object", change.object).compact() + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    /** What is there, by key; then every change after that, of all types. */
    private void tellOwners(Exchange exchange) throws Exception {
        if (silent) {
            answer(exchange, 503, status(503, "ServiceUnavailable"));
            return;
        }
        long seen;
        Map<String, Json.Obj> state;
        synchronized (this) {
            seen = revision;
            state = new TreeMap<>(objects);
        }
        try (var out = exchange.stream(200, JSON)) {
            for (var entry : state.entrySet()) {
                var resource = entry.getKey().substring(0, entry.getKey().indexOf('/'));
                tell(out, new Change(0, "ADDED", resource, entry.getValue()));
            }
            out.write("{\"type\":\"BOOKMARK\",\"object\":{}}\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            while (true) {
                var change = next("", seen);
                if (silent) return;
                tell(out, change);
                seen = change.revision;
            }
        }
    }

    private void tell(OutputStream out, Change change) throws Exception {
        Thread.sleep(lag());
        var object = change.object
                .with("apiVersion", Json.of(APPS.contains(change.resource) ? "apps/v1" : "v1"))
                .with("kind", Json.of(kind(change.resource)))
                .with("plural", Json.of(change.resource))
                .with("namespaced", Json.of(!change.resource.equals("nodes")));
        var line = Json.obj("type", change.type, "object", object).compact() + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String kind(String plural) {
        return KINDS.getOrDefault(plural, plural);
    }

    private synchronized int lag() {
        return random.nextInt(LAG_MILLIS) / 4;
    }

    private synchronized Change next(String resource, long seen) throws InterruptedException {
        while (true) {
            for (int i = Math.clamp(seen - 1, 0, changes.size()); i < changes.size(); i++) {
                var change = changes.get(i);
                if (change.revision > seen && (resource.isEmpty() || change.resource.equals(resource))) return change;
            }
            wait();
        }
    }

    // ---- state: revision r + 1 is at index r - 1 of the changes

    private Json.Obj store(Target target, Json.Obj object) {
        boolean known = objects.containsKey(target.key());
        var stored = object.withAt(Json.of(String.valueOf(revision + 1)), "metadata", "resourceVersion");
        objects.put(target.key(), stored);
        note(known ? "MODIFIED" : "ADDED", target.resource, stored);
        return stored;
    }

    private void drop(Target target) {
        var object = objects.remove(target.key());
        if (object == null) return;
        var last = object.withAt(Json.of(String.valueOf(revision + 1)), "metadata", "resourceVersion");
        note("DELETED", target.resource, last);
    }

    private void note(String type, String resource, Json.Obj object) {
        revision++;
        changes.add(new Change(revision, type, resource, object));
        notifyAll();
    }

    private static boolean deleting(Json.Obj object) {
        return object.text("metadata", "deletionTimestamp") != null;
    }

    private static Json.Obj body(Exchange exchange) throws IOException {
        return (Json.Obj) Json.parse(exchange.body(1 << 20));
    }

    private static Json.Obj status(int code, String reason) {
        return Json.obj("kind", "Status", "status", "Failure", "code", code, "reason", reason, "message", reason);
    }

    private static Json.Obj notFound(String name) {
        return status(404, "NotFound").with("details", Json.obj("name", name));
    }

    private static void answer(Exchange exchange, int status, Json.Obj object) throws IOException {
        exchange.respond(status, JSON, object.bytes());
    }
}
