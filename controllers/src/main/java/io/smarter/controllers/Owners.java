package io.smarter.controllers;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads and changes {@code metadata.ownerReferences}. */
final class Owners {
    private Owners() {}

    /** The uid of the object's controller; empty if it has none. */
    static String controller(Json.Obj object) {
        for (var reference : references(object)) if (reference.flag("controller")) return reference.textOrEmpty("uid");
        return "";
    }

    static List<Json> references(Json.Obj object) {
        return object.items("metadata", "ownerReferences");
    }

    /** The first reference to a DaemonSet. */
    static Optional<Json> daemonSet(Json.Obj object) {
        return references(object).stream().filter(Owners::isDaemonSet).findFirst();
    }

    static boolean isDaemonSet(Json reference) {
        return reference.textOrEmpty("kind").equals("DaemonSet")
                && reference.textOrEmpty("apiVersion").startsWith("apps/");
    }

    /** A merge patch that adds an owner, valid for this version of the object only. */
    static Json.Obj adopt(Json.Obj object, Json.Obj owner) {
        var references = new ArrayList<>(references(object));
        references.add(owner);
        return patch(object, references);
    }

    /** A merge patch that removes an owner, valid for this version of the object only. */
    static Json.Obj release(Json.Obj object, String ownerUid) {
        return release(object, Set.of(ownerUid));
    }

    /** A merge patch that removes owners, valid for this version of the object only. */
    static Json.Obj release(Json.Obj object, Set<String> ownerUids) {
        var references = new ArrayList<>(references(object));
        references.removeIf(reference -> ownerUids.contains(reference.textOrEmpty("uid")));
        return patch(object, references);
    }

    /** A merge patch after which no owner waits for this object, valid for this version of it only. */
    static Json.Obj unblocked(Json.Obj object) {
        var references = new ArrayList<Json>();
        for (var reference : references(object))
            references.add(reference.object().with("blockOwnerDeletion", Json.of(false)));
        return patch(object, references);
    }

    /** A merge patch that removes a finalizer, valid for this version of the object only. */
    static Json.Obj withoutFinalizer(Json.Obj object, String finalizer) {
        var finalizers = new ArrayList<>(object.items("metadata", "finalizers"));
        finalizers.remove(Json.of(finalizer));
        return Json.obj("metadata", guarded(object).with("finalizers", nullIfEmpty(finalizers)));
    }

    static boolean hasFinalizer(Json.Obj object, String finalizer) {
        return object.items("metadata", "finalizers").contains(Json.of(finalizer));
    }

    private static Json.Obj patch(Json.Obj object, List<Json> references) {
        return Json.obj("metadata", guarded(object).with("ownerReferences", nullIfEmpty(references)));
    }

    private static Json.Obj guarded(Json.Obj object) {
        return Json.obj(
                "uid", object.text("metadata", "uid"),
                "resourceVersion", object.text("metadata", "resourceVersion"));
    }

    private static Json nullIfEmpty(List<Json> items) {
        return items.isEmpty() ? Json.Null.NULL : new Json.Arr(items);
    }
}
