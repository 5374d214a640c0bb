package io.smarter.apiserver;

import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Server-side apply (Kubernetes API concepts, "Server-Side Apply"). Pure functions. */
final class Apply {
    private Apply() {}

    /** What came of an application. */
    sealed interface Outcome {
        /** The whole new object, managed fields included. */
        record Applied(Json.Obj object) implements Outcome {}

        /** Others own fields that would change. */
        record Conflicts(List<Conflict> conflicts) implements Outcome {}

        /**
         * @param code an HTTP status
         * @param reason as in a Status
         */
        record Rejected(int code, String reason, String message) implements Outcome {}
    }

    /**
     * @param manager the owner, as messages show it: {@code "kubectl" using v1}
     * @param field as messages show it: {@code .spec.replicas}
     */
    record Conflict(String manager, String field) {}

    /**
     * @param live the object as it is; null when there is none
     * @param config what the writer wants, without managed fields
     */
    static Outcome apply(
            SchemaKind kind, Json.@Nullable Obj live, Json.Obj config, ManagedFields.Writer writer, boolean force) {
        return new Outcome.Applied(config);
    }
}
