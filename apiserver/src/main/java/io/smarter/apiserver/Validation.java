package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with an object's values, after defaults. Pure functions. */
final class Validation {
    private Validation() {}

    /** @param old the object that is replaced; null when it is made */
    static List<FieldError> validate(SchemaKind kind, Json.Obj object, Json.@Nullable Obj old) {
        return List.of();
    }
}
