package io.smarter.apiserver;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.storage.Registry;
import io.smarter.types.ApiType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Objects are made only in namespaces that exist and are not about to go; some namespaces always exist. */
final class Namespaces {
    private static final List<String> INITIAL = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Registry registry;
    private final ApiType type;

    /** The revision in which a namespace was last seen to take new objects. */
    private final Map<String, Long> open = new ConcurrentHashMap<>();

    Namespaces(Registry registry, ApiType type) {
        this.registry = registry;
        this.type = type;
    }

    /** Those that must exist, with the account that pods need. */
    static List<Json.Obj> initial() {
        return INITIAL.stream()
                .flatMap(name -> Stream.of(
                        Json.obj("apiVersion", "v1", "kind", "Namespace", "metadata", Json.obj("name", name)),
                        Json.obj(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ServiceAccount",
                                "metadata",
                                Json.obj("name", "default", "namespace", name))))
                .toList();
    }

    /** Refuses a new object in a namespace that cannot take it. */
    void admit(Resource resource, String namespace, String name) {
        var found = registry.find(type, "", namespace).orElse(null);
        if (found == null) {
            open.remove(namespace);
            throw Status.notFound(type.resource(), namespace).error();
        }
        if (Long.valueOf(found.revision()).equals(open.get(namespace))) return;
        if (found.tree().text("metadata", "deletionTimestamp") == null) {
            open.put(namespace, found.revision());
            return;
        }
        throw Status.forbidden(
                        resource,
                        name,
                        "unable to create new content in namespace %s because it is being terminated"
                                .formatted(namespace))
                .withCause(
                        "NamespaceTerminating",
                        "namespace %s is being terminated".formatted(namespace),
                        "metadata.namespace")
                .error();
    }

    /** Refuses to delete a namespace that others rely on. */
    static void admitDelete(Resource resource, String name) {
        if (resource.equals(Resource.NAMESPACES) && INITIAL.contains(name))
            throw Status.forbidden(resource, name, "this namespace may not be deleted")
                    .error();
    }
}
