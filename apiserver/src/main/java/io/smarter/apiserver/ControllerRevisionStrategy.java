package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A revision records what once was: its data never change. */
final class ControllerRevisionStrategy implements Strategy {
    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        if (old == null || SchemaValues.same(object.object("data"), old.object("data"))) return List.of();
        return List.of(FieldError.invalid("data", object.object("data").compact(), "field is immutable"));
    }
}
