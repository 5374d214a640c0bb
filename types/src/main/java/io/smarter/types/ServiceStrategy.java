package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Services are names for pods, never addresses of their own: where Kubernetes would allocate an address, {@code
 * spec.clusterIP} becomes {@code None}, so that clients see what they get.
 */
public final class ServiceStrategy implements Strategy {
    private static final Json.Obj NO_ADDRESS = Json.obj("loadBalancer", Json.Obj.EMPTY);

    /**
     * {@code kubernetes} in {@code default}, by which clients tell a cluster of Kubernetes and its family of addresses.
     *
     * @param listens the port at which the server itself is
     */
    public static Json.Obj ofTheServer(int listens) {
        var port = Json.obj("name", "https", "protocol", "TCP", "port", 443, "targetPort", listens);
        var labels = Json.obj("component", "apiserver", "provider", "kubernetes");
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                Json.obj("name", "kubernetes", "namespace", "default", "labels", labels),
                "spec",
                Json.obj(
                        "type",
                        "ClusterIP",
                        "sessionAffinity",
                        "None",
                        "internalTrafficPolicy",
                        "Cluster",
                        "ports",
                        Json.arr(port)));
    }

    ServiceStrategy() {}

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return addressed(object).with("status", NO_ADDRESS);
    }

    /** What was given at the start stays when a writer leaves it out. */
    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        var address = old.textOrEmpty("spec", "clusterIP");
        boolean left = object.textOrEmpty("spec", "clusterIP").isEmpty() && !isExternal(object) && !isExternal(old);
        return addressed(left && !address.isEmpty() ? object.withAt(Json.of(address), "spec", "clusterIP") : object);
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var errors = new ArrayList<FieldError>();
        var address = object.textOrEmpty("spec", "clusterIP");
        var before = old == null ? "" : old.textOrEmpty("spec", "clusterIP");
        if (!before.isEmpty() && !address.equals(before) && !isExternal(object))
            errors.add(FieldError.invalid("spec.clusterIPs[0]", address, "may not change once set"));
        return errors;
    }

    private static boolean isExternal(Json.Obj service) {
        return service.textOrEmpty("spec", "type").equals("ExternalName");
    }

    /** One without ports is refused for that, so it stays as it is. */
    private static Json.Obj addressed(Json.Obj service) {
        if (isExternal(service) || service.items("spec", "ports").isEmpty() && !isHeadless(service)) return service;
        var object = service;
        var address = object.textOrEmpty("spec", "clusterIP");
        if (address.isEmpty()) {
            address = "None";
            object = object.withAt(Json.of(address), "spec", "clusterIP");
        }
        if (object.items("spec", "clusterIPs").isEmpty())
            object = object.withAt(Json.arr(address), "spec", "clusterIPs");
        if (object.items("spec", "ipFamilies").isEmpty())
            object = object.withAt(Json.arr(address.contains(":") ? "IPv6" : "IPv4"), "spec", "ipFamilies");
        return object.text("spec", "ipFamilyPolicy") != null
                ? object
                : object.withAt(Json.of("SingleStack"), "spec", "ipFamilyPolicy");
    }

    private static boolean isHeadless(Json.Obj service) {
        return service.textOrEmpty("spec", "clusterIP").equals("None");
    }
}
