package io.smarter.types;

import io.smarter.json.Json;

/** Namespaces are held by the finalizers in their spec until what is in them is gone (Kubernetes "Namespaces"). */
final class NamespaceStrategy implements Strategy {
    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        var named = labelled(object, object.textOrEmpty("metadata", "name"));
        return named.withAt(Json.arr("kubernetes"), "spec", "finalizers").withAt(Json.of("Active"), "status", "phase");
    }

    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        return labelled(object, old.textOrEmpty("metadata", "name")).with("spec", old.object("spec"));
    }

    @Override
    public Json.Obj ending(Json.Obj object) {
        return object.withAt(Json.of("Terminating"), "status", "phase");
    }

    @Override
    public boolean held(Json.Obj object) {
        return !object.items("spec", "finalizers").isEmpty();
    }

    private static Json.Obj labelled(Json.Obj object, String name) {
        return object.withAt(Json.of(name), "metadata", "labels", "kubernetes.io/metadata.name");
    }
}
