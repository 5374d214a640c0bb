package io.smarter.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Tells a writer that applies an object whose fields it would take, and how each can be told apart. */
final class OwnershipConflict {
    private OwnershipConflict() {}

    static Status status(List<Apply.Conflict> conflicts) {
        var byManager = new TreeMap<String, List<String>>();
        for (var conflict : conflicts)
            byManager
                    .computeIfAbsent(conflict.manager(), _ -> new ArrayList<>())
                    .add(conflict.field());
        var parts = new ArrayList<String>();
        byManager.forEach((manager, fields) -> parts.add(
                fields.size() == 1
                        ? "conflict with %s: %s".formatted(manager, fields.getFirst())
                        : "conflicts with %s:\n- %s".formatted(manager, String.join("\n- ", fields))));
        var count = conflicts.size() == 1 ? "1 conflict" : conflicts.size() + " conflicts";
        var status = Status.of(409, "Conflict", "Apply failed with " + count + ": " + String.join("\n", parts));
        for (var conflict : conflicts)
            status = status.withCause("FieldManagerConflict", "conflict with " + conflict.manager(), conflict.field());
        return status;
    }
}
