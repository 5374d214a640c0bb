package io.smarter.patch;

import io.smarter.api.Status;
import java.util.List;

/** Tells a writer that applies an object whose fields it would take, and how each can be told apart. */
public final class OwnershipConflict {
    private OwnershipConflict() {}

    public static Status status(List<Apply.Conflict> conflicts) {
        var status = Status.of(409, "Conflict", new Apply.Outcome.Conflicts(conflicts).message());
        for (var conflict : conflicts)
            status = status.withCause("FieldManagerConflict", "conflict with " + conflict.manager(), conflict.field());
        return status;
    }
}
