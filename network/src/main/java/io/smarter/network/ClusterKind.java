package io.smarter.network;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.util.LinkedHashMap;
import java.util.function.UnaryOperator;

/**
 * A kind of the cluster's objects that a node's network goes by.
 *
 * @param content what of an object matters, its name aside
 */
record ClusterKind(Resource resource, UnaryOperator<Json.Obj> content) {
    static final ClusterKind SERVICES = new ClusterKind(
            Resource.SERVICES,
            service -> Json.obj(
                    "spec",
                    only(
                            service.object("spec"),
                            "type",
                            "selector",
                            "ports",
                            "clusterIP",
                            "clusterIPs",
                            "externalName")));

    static final ClusterKind NAMESPACES = new ClusterKind(
            Resource.NAMESPACES,
            namespace -> Json.Obj.EMPTY.withAt(namespace.object("metadata", "labels"), "metadata", "labels"));

    static final ClusterKind NETWORK_POLICIES = new ClusterKind(
            new Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true),
            policy -> Json.obj("spec", policy.object("spec")));

    /** The part of an object that is held in memory. */
    Json.Obj kept(Json.Obj object) {
        var metadata = only(object.object("metadata"), "name", "namespace", "resourceVersion");
        var kept = content.apply(object);
        for (var member : kept.object("metadata").members().entrySet())
            metadata = metadata.with(member.getKey(), member.getValue());
        return kept.with("metadata", metadata);
    }

    private static Json.Obj only(Json.Obj object, String... names) {
        var members = new LinkedHashMap<String, Json>();
        for (var name : names) {
            var value = object.get(name);
            if (value != null) members.put(name, value);
        }
        return new Json.Obj(members);
    }
}
