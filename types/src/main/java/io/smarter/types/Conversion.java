package io.smarter.types;

import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings objects of a custom type from one version to another, where more differs than the version's name. */
public interface Conversion {
    /** The objects in the version that is wanted, in the same order; throws what is to be answered if that fails. */
    List<Json.Obj> converted(List<Json.Obj> objects, String wanted);

    default Json.Obj converted(Json.Obj object, String wanted) {
        return converted(List.of(object), wanted).getFirst();
    }

    /** Makes what converts objects of a definition. */
    @FunctionalInterface
    interface Maker {
        /** Null when nothing but their version differs. */
        @Nullable
        Conversion of(Json.Obj definition);
    }
}
