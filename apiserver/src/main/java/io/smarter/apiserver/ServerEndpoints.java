package io.smarter.apiserver;

import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.types.ServiceStrategy;
import java.net.URI;
import java.util.List;

/** The service {@code kubernetes} of namespace {@code default}, and where it leads: to this server, in both forms that say so. */
record ServerEndpoints(URI server) {
    private static final List<List<String>> PARTS = List.of(
            List.of("subsets"),
            List.of("addressType"),
            List.of("endpoints"),
            List.of("ports"),
            List.of("spec", "ports"));

    List<Json.Obj> objects() {
        var host = server.getHost().replace("[", "").replace("]", "");
        var port = Json.obj("name", "https", "port", server.getPort(), "protocol", "TCP");
        var endpoints = Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Endpoints",
                "metadata",
                metadata("endpointslice.kubernetes.io/skip-mirror", "true"),
                "subsets",
                Json.arr(Json.obj("addresses", Json.arr(Json.obj("ip", host)), "ports", Json.arr(port))));
        var slice = Json.obj(
                "apiVersion",
                "discovery.k8s.io/v1",
                "kind",
                "EndpointSlice",
                "metadata",
                metadata("kubernetes.io/service-name", "kubernetes"),
                "addressType",
                host.contains(":") ? "IPv6" : "IPv4",
                "endpoints",
                Json.arr(Json.obj("addresses", Json.arr(host), "conditions", Json.obj("ready", true))),
                "ports",
                Json.arr(port));
        return List.of(ServiceStrategy.ofTheServer(server.getPort()), endpoints, slice);
    }

    private static Json.Obj metadata(String label, String value) {
        return Json.obj("name", "kubernetes", "namespace", "default", "labels", Json.obj(label, value));
    }

    /** Whether an object says the same as another. */
    static boolean same(Json.Obj object, Json.Obj other) {
        return PARTS.stream().allMatch(part -> SchemaValues.sameAt(object, other, path(part)));
    }

    /** An object that says what another does. */
    static Json.Obj renewed(Json.Obj object, Json.Obj as) {
        var renewed = object;
        for (var part : PARTS) {
            var value = as.at(path(part));
            if (value != null) renewed = renewed.withAt(value, path(part));
        }
        return renewed;
    }

    private static String[] path(List<String> part) {
        return part.toArray(String[]::new);
    }
}
