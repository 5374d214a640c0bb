package io.smarter.cel;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What expressions know beforehand of the values that they are about. Immutable. */
public interface CelSchema {
    /** As OpenAPI names it; empty when it is not known. */
    String type();

    /** What a text stands for, such as {@code date-time}; empty when nothing is said. */
    String format();

    Map<String, ? extends CelSchema> properties();

    /** The schema of members that are not declared by name, or null. */
    @Nullable
    CelSchema additional();

    @Nullable
    CelSchema items();

    /** Whether a value here is an object of Kubernetes, with apiVersion, kind and metadata. */
    boolean isResource();
}
