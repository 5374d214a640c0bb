package io.smarter.apiserver;

import io.smarter.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps account in {@code metadata.managedFields} of who set which field. Pure functions. */
final class ManagedFields {
    private ManagedFields() {}

    /**
     * Who writes.
     *
     * @param operation {@code Update} or {@code Apply}
     * @param subresource empty for the object itself
     */
    record Writer(String manager, String operation, String subresource, Instant time) {}

    /**
     * The new state of an object with the account brought up to date. Nothing changed by this writer: the times stay.
     *
     * @param old the state before, null when the object is made
     */
    static Json.Obj update(SchemaKind kind, Json.@Nullable Obj old, Json.Obj now, Writer writer) {
        return now;
    }
}
