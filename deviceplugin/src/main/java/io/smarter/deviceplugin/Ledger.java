package io.smarter.deviceplugin;

import com.google.protobuf.InvalidProtocolBufferException;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.deviceplugin.Draft.Complete;
import io.smarter.deviceplugin.Draft.Held;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which container holds which devices, in memory and on disk. Safe for use by many threads.
 *
 * <p>Invariant: what {@link #commit} took is on disk when it returns, and a container is made only afterwards; so whatever
 * runs is found here by the next agent. What is reserved is in memory alone: an agent that ends in between has made
 * nothing of it.
 */
final class Ledger {
    private final DeviceStore store;
    private final String boot;
    private final Map<String, PodGrants> pods = new TreeMap<>();
    private final Map<String, Map<String, Set<String>>> reserved = new HashMap<>();
    private final Set<String> resources = new TreeSet<>();

    /** What a container holds of one resource, and how its plugin prepared it. */
    record Grant(List<String> ids, ContainerAllocateResponse response) {}

    /** What a pod holds, by container and resource, and in which run of the machine its plugins prepared it. */
    private record PodGrants(String boot, Map<String, Map<String, Grant>> containers) {}

    /**
     * The ledger as it was left.
     *
     * @param boot stands for this run of the machine: devices may have other names in the next one
     */
    Ledger(DeviceStore store, String boot) throws IOException {
        this.store = store;
        this.boot = boot;
        var content = store.read();
        if (content == null) return;
        for (var name : content.items("resources")) if (name instanceof Json.Str(var text)) resources.add(text);
        content.object("pods").members().forEach((uid, pod) -> pods.put(uid, read(pod.object())));
    }

    // ---- asking

    /** The resources that had plugins. */
    synchronized Set<String> resources() {
        return Set.copyOf(resources);
    }

    /** What a container holds, by resource. */
    synchronized Map<String, Grant> of(String uid, String container) {
        var pod = pods.get(uid);
        return pod == null ? Map.of() : pod.containers().getOrDefault(container, Map.of());
    }

    synchronized boolean holds(String uid) {
        return pods.containsKey(uid);
    }

    synchronized Set<String> pods() {
        return Set.copyOf(pods.keySet());
    }

    // ---- allocating

    /** Decides what a pod gets; what is free is by its ledger, and stays reserved for the pod when the draft is complete. */
    synchronized Draft reserve(
            String uid,
            List<Want> wants,
            Function<String, @Nullable Resource> known,
            Function<String, Stock.State> unknown,
            Map<Want, List<String>> preferred) {
        reserved.remove(uid);
        Function<String, Stock> stocks = name -> {
            var resource = known.apply(name);
            if (resource != null && !resource.gone()) return resource.stock(inUse(name));
            return new Stock(unknown.apply(name), Map.of(), new TreeSet<>());
        };
        var draft = Draft.of(wants, want -> held(uid, want), stocks, preferred);
        if (draft instanceof Complete(var picks)) {
            var own = reserved.computeIfAbsent(uid, _ -> new HashMap<>());
            for (var pick : picks)
                own.computeIfAbsent(pick.want().resource(), _ -> new HashSet<>())
                        .addAll(pick.ids());
        }
        return draft;
    }

    /** Lets go of what is reserved for a pod. */
    synchronized void release(String uid) {
        reserved.remove(uid);
    }

    /** Notes what a pod holds from now on, all of it, by container and resource. */
    synchronized void commit(String uid, Map<String, Map<String, Grant>> grants) throws IOException {
        var before = pods.put(uid, new PodGrants(boot, grants));
        try {
            save();
        } catch (IOException e) {
            if (before == null) pods.remove(uid);
            else pods.put(uid, before);
            throw e;
        } finally {
            reserved.remove(uid);
        }
    }

    /** Takes everything from a pod; gives the resources of which something is free now. */
    synchronized Set<String> free(String uid) throws IOException {
        reserved.remove(uid);
        var freed = pods.remove(uid);
        if (freed == null) return Set.of();
        var names = new HashSet<String>();
        for (var grants : freed.containers().values()) names.addAll(grants.keySet());
        save();
        return names;
    }

    /** Keeps for the next start that a plugin registered for this. */
    synchronized void remember(String resource) throws IOException {
        if (!resources.contains(resource)) {
            resources.add(resource);
            save();
        }
    }

    private Set<String> inUse(String resource) {
        var ids = new HashSet<String>();
        for (var pod : pods.values()) {
            for (var grants : pod.containers().values()) {
                var grant = grants.get(resource);
                if (grant != null) ids.addAll(grant.ids());
            }
        }
        for (var own : reserved.values()) ids.addAll(own.getOrDefault(resource, Set.of()));
        return ids;
    }

    private @Nullable Held held(String uid, Want want) {
        var pod = pods.get(uid);
        if (pod == null) return null;
        var grant = pod.containers().getOrDefault(want.container(), Map.of()).get(want.resource());
        return grant == null ? null : new Held(grant.ids(), pod.boot().equals(boot));
    }

    // ---- the file

    private void save() throws IOException {
        var all = new TreeMap<String, Json>();
        pods.forEach((uid, pod) -> all.put(uid, tree(pod)));
        store.write(Json.obj("resources", List.copyOf(resources), "pods", new Json.Obj(all)));
    }

    private static Json.Obj tree(PodGrants pod) {
        var containers = new TreeMap<String, Json>();
        pod.containers().forEach((container, grants) -> {
            var held = new TreeMap<String, Json>();
            grants.forEach((resource, grant) -> held.put(
                    resource,
                    Json.obj(
                            "devices",
                            grant.ids(),
                            "response",
                            Base64.getEncoder().encodeToString(grant.response().toByteArray()))));
            containers.put(container, new Json.Obj(held));
        });
        return Json.obj("boot", pod.boot(), "containers", new Json.Obj(containers));
    }

    private static PodGrants read(Json.Obj tree) {
        var containers = new TreeMap<String, Map<String, Grant>>();
        boolean whole = true;
        for (var container : tree.object("containers").members().entrySet()) {
            var held = new TreeMap<String, Grant>();
            for (var resource : container.getValue().object().members().entrySet()) {
                var grant = resource.getValue().object();
                var response = response(grant.textOrEmpty("response"));
                whole &= response != null;
                held.put(
                        resource.getKey(),
                        new Grant(
                                ids(grant),
                                response == null ? ContainerAllocateResponse.getDefaultInstance() : response));
            }
            containers.put(container.getKey(), held);
        }
        return new PodGrants(whole ? tree.textOrEmpty("boot") : "", containers);
    }

    private static List<String> ids(Json.Obj grant) {
        return grant.items("devices").stream()
                .filter(Json.Str.class::isInstance)
                .map(id -> ((Json.Str) id).value())
                .toList();
    }

    /** Null when it can't be read, as when the file was damaged: then the plugin is asked again. */
    private static @Nullable ContainerAllocateResponse response(String base64) {
        try {
            return ContainerAllocateResponse.parseFrom(Base64.getDecoder().decode(base64));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return null;
        }
    }
}
