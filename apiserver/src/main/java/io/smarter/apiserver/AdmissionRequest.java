package io.smarter.apiserver;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.schema.SchemaKind;
import io.smarter.storage.ApiRequest;
import io.smarter.types.ApiType;
import org.jspecify.annotations.Nullable;

/**
 * A write that is about to be done, or a connection about to be made, as policies and webhooks see it (admission.k8s.io
 * AdmissionRequest). Immutable.
 *
 * @param of the request that asks for it
 * @param type in whose form the objects are: that of the request, or an equivalent one
 * @param kind of the objects, such as {@code Scale} for a subresource of that name
 * @param operation {@code CREATE}, {@code UPDATE}, {@code DELETE} or {@code CONNECT}
 * @param name empty where there is none yet
 * @param object null when it is deleted
 * @param old null when it is made
 */
record AdmissionRequest(
        ApiRequest of,
        ApiType type,
        SchemaKind kind,
        String operation,
        String name,
        String namespace,
        Json.@Nullable Obj object,
        Json.@Nullable Obj old,
        Options options) {

    /** @param json how it is wanted, as the client says it (meta/v1 CreateOptions and the like) */
    record Options(boolean dryRun, Json.Obj json) {
        /** @param kind such as {@code CreateOptions} */
        static Options of(String kind, boolean dryRun, Json.Obj more) {
            var json =
                    Json.obj("kind", kind, "apiVersion", "meta.k8s.io/v1", "dryRun", dryRun ? Json.arr("All") : null);
            for (var member : more.members().entrySet()) json = json.with(member.getKey(), member.getValue());
            return new Options(dryRun, json);
        }
    }

    /** Of a request whose objects are of its type. */
    static AdmissionRequest of(
            ApiRequest request,
            String operation,
            String name,
            Json.@Nullable Obj object,
            Json.@Nullable Obj old,
            Options options) {
        return of(request, request.type().kind(), operation, name, object, old, options);
    }

    /** Of a request whose objects are of another kind than its type, as those of many subresources are. */
    static AdmissionRequest of(
            ApiRequest request,
            SchemaKind kind,
            String operation,
            String name,
            Json.@Nullable Obj object,
            Json.@Nullable Obj old,
            Options options) {
        var namespace = isNamespace(request.type()) ? name : request.namespace();
        return new AdmissionRequest(request, request.type(), kind, operation, name, namespace, object, old, options);
    }

    String subresource() {
        return of.subresource();
    }

    /** Whether it is about a namespace itself, which is said to be in itself. */
    boolean isNamespace() {
        return isNamespace(type);
    }

    private static boolean isNamespace(ApiType type) {
        return type.resource().equals(Resource.NAMESPACES);
    }

    /** The namespace that the object is in; empty when it is in none. */
    String placedIn() {
        return isNamespace() ? "" : namespace;
    }

    AdmissionRequest with(Json.@Nullable Obj changed) {
        return new AdmissionRequest(of, type, kind, operation, name, namespace, changed, old, options);
    }

    /** The same in the form of another version of its type. */
    AdmissionRequest in(ApiType other) {
        boolean whole = kind.equals(type.kind());
        return new AdmissionRequest(
                of,
                other,
                whole ? other.kind() : kind,
                operation,
                name,
                namespace,
                whole ? converted(object, type, other) : object,
                whole ? converted(old, type, other) : old,
                options);
    }

    private static Json.@Nullable Obj converted(Json.@Nullable Obj object, ApiType from, ApiType to) {
        if (object == null || from.equals(to)) return object;
        return to.strategy().fromStored(from.strategy().toStored(object));
    }

    /** All of it but the objects. */
    Json.Obj described() {
        var asked = of.type();
        var below = subresource().isEmpty() ? null : subresource();
        return Json.obj(
                "kind",
                kind(kind),
                "resource",
                resource(type.resource()),
                "subResource",
                below,
                "requestKind",
                kind(kind.equals(type.kind()) ? asked.kind() : kind),
                "requestResource",
                resource(asked.resource()),
                "requestSubResource",
                below,
                "name",
                name.isEmpty() ? null : name,
                "namespace",
                namespace.isEmpty() ? null : namespace,
                "operation",
                operation,
                "userInfo",
                of.user().json(),
                "dryRun",
                options.dryRun,
                "options",
                options.json);
    }

    private static Json.Obj kind(SchemaKind kind) {
        return Json.obj("group", kind.group(), "version", kind.version(), "kind", kind.kind());
    }

    private static Json.Obj resource(Resource resource) {
        return Json.obj("group", resource.group(), "version", resource.version(), "resource", resource.plural());
    }
}
