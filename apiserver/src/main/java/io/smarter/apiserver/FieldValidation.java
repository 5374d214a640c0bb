package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares an object as it was sent with its schema. Pure functions. */
final class FieldValidation {
    private FieldValidation() {}

    /**
     * What a strict server refuses: one message for each unknown and each duplicate field, as {@code unknown field
     * "spec.foo"}.
     *
     * @param duplicates the dotted paths of members given twice, from the reader
     */
    static List<String> unknown(SchemaKind kind, Json.Obj object, List<String> duplicates) {
        return List.of();
    }

    /** Why the object cannot be read as its kind, as {@code json: cannot unmarshal string into Go struct field ...}. */
    static @Nullable String wrongType(SchemaKind kind, Json.Obj object) {
        return null;
    }

    /** The object without the members that its schema does not know. */
    static Json.Obj pruned(SchemaKind kind, Json.Obj object) {
        return object;
    }
}
