package io.smarter.schema;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares an object as it was sent with its schema. Pure functions. */
public final class FieldValidation {
    private FieldValidation() {}

    /**
     * What a strict server refuses: one message for each unknown and each duplicate field, as {@code unknown field
     * "spec.foo"}.
     *
     * @param duplicates the dotted paths of members given twice, from the reader
     */
    static List<String> unknown(SchemaKind kind, Json.Obj object, List<String> duplicates) {
        var messages = new ArrayList<String>();
        if (SchemaDecoder.decode(kind, object) instanceof SchemaDecoder.Outcome.Decoded decoded) {
            for (var path : decoded.unknown()) messages.add("unknown field \"" + path + "\"");
        }
        for (var path : duplicates) messages.add("duplicate field \"" + path.replace(".[", "[") + "\"");
        return messages;
    }

    /** Why the object cannot be read as its kind, as {@code json: cannot unmarshal string into Go struct field ...}. */
    static @Nullable String wrongType(SchemaKind kind, Json.Obj object) {
        return SchemaDecoder.decode(kind, object) instanceof SchemaDecoder.Outcome.Malformed malformed
                ? malformed.message()
                : null;
    }

    /**
     * The object as it is stored: without the members that its schema does not know, without nulls, with quantities and
     * times in canonical form. An object of another type is left as it is.
     */
    public static Json.Obj pruned(SchemaKind kind, Json.Obj object) {
        return SchemaDecoder.decode(kind, object) instanceof SchemaDecoder.Outcome.Decoded decoded
                ? decoded.object()
                : object;
    }
}
