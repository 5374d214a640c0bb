package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Custom resource definitions: held until their instances are gone, with a memory of the versions that were stored. */
public final class DefinitionStrategy implements Strategy {
    /** What holds a definition until its objects are gone. */
    public static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

    DefinitionStrategy() {}

    @Override
    public boolean statusDescribes() {
        return false;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean counts() {
        return true;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        var stored = storage(object);
        var status = Json.obj(
                "conditions",
                Json.Null.NULL,
                "acceptedNames",
                Json.obj("plural", "", "kind", ""),
                "storedVersions",
                stored.isEmpty() ? List.of() : List.of(stored));
        return object.with("status", status);
    }

    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        var stored = storage(object);
        var known = object.items("status", "storedVersions");
        if (stored.isEmpty() || known.contains(Json.of(stored))) return object;
        return object.withAt(new Json.Arr(known).plus(Json.of(stored)), "status", "storedVersions");
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        return DefinitionValidation.check(object, old);
    }

    @Override
    public Json.Obj ending(Json.Obj object) {
        var time = object.textOrEmpty("metadata", "deletionTimestamp");
        var finalizers = new ArrayList<>(object.items("metadata", "finalizers"));
        if (!finalizers.contains(Json.of(FINALIZER))) finalizers.add(Json.of(FINALIZER));
        var held = object.withAt(new Json.Arr(finalizers), "metadata", "finalizers");
        return DefinitionNames.with(
                held,
                DefinitionNames.condition(
                        "Terminating",
                        "True",
                        "InstanceDeletionPending",
                        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
                        time));
    }

    private static String storage(Json.Obj object) {
        for (var version : object.items("spec", "versions"))
            if (version.flag("storage")) return version.textOrEmpty("name");
        return "";
    }
}
