package io.smarter.cel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of expressions that brings methods and fields of its own. */
public interface CelObject {
    /** What a method gives; null when there is no such one. What it takes is charged to the run. */
    @Nullable
    Object call(CelRun run, String name, List<Object> arguments);

    /** A field; null when there is no such one. */
    default @Nullable Object field(String name) {
        return null;
    }
}
