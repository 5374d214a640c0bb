package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Config maps may be marked as immutable, for good. */
final class ConfigMapStrategy implements Strategy {
    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        return old == null ? List.of() : immutability(object, old, "data", "binaryData");
    }

    /** What an immutable object may not change. */
    static List<FieldError> immutability(Json.Obj object, Json.Obj old, String... members) {
        if (!old.flag("immutable")) return List.of();
        var errors = new ArrayList<FieldError>();
        if (!object.flag("immutable"))
            errors.add(FieldError.forbidden("immutable", "field is immutable when `immutable` is set"));
        for (var member : members) {
            if (!SchemaValues.same(object.object(member), old.object(member)))
                errors.add(FieldError.forbidden(member, "field is immutable when `immutable` is set"));
        }
        return errors;
    }
}
