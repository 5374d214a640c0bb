package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Secrets take plain text in {@code stringData}, which is never kept; their type is for good. */
final class SecretStrategy implements Strategy {
    @Override
    public Json.Obj created(Json.Obj object) {
        return encoded(object);
    }

    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        var encoded = encoded(object);
        return encoded.has("type") ? encoded : encoded.with("type", Json.of(old.textOrEmpty("type")));
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        if (old == null) return List.of();
        var errors = new ArrayList<>(ConfigMapStrategy.immutability(object, old, "data"));
        if (!object.textOrEmpty("type").equals(old.textOrEmpty("type")))
            errors.add(FieldError.invalid("type", object.textOrEmpty("type"), "field is immutable"));
        return errors;
    }

    private static Json.Obj encoded(Json.Obj object) {
        if (!object.has("stringData")) return object;
        var data = object.object("data");
        for (var text : object.texts("stringData").entrySet()) {
            var bytes = text.getValue().getBytes(StandardCharsets.UTF_8);
            data = data.with(text.getKey(), Json.of(Base64.getEncoder().encodeToString(bytes)));
        }
        return object.without("stringData").with("data", data);
    }
}
