package io.smarter.patch;

import io.smarter.json.Json;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One owner of fields, an item of {@code metadata.managedFields}.
 *
 * @param time when the owner last changed what it owns, in RFC 3339; null if unknown
 * @param subresource empty for the object itself
 */
record ManagedFieldsEntry(
        String manager,
        String operation,
        String apiVersion,
        @Nullable String time,
        String subresource,
        FieldSet fields) {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    /** The order in which entries are stored. */
    static final Comparator<ManagedFieldsEntry> ORDER = Comparator.comparing(ManagedFieldsEntry::operation)
            .thenComparing(ManagedFieldsEntry::timeOrEmpty)
            .thenComparing(ManagedFieldsEntry::manager)
            .thenComparing(ManagedFieldsEntry::apiVersion)
            .thenComparing(ManagedFieldsEntry::subresource);

    /** Throws {@link ApplyFailure} if it is not an entry. */
    static ManagedFieldsEntry parse(Json json) {
        var operation = json.textOrEmpty("operation");
        if (!operation.equals(APPLY) && !operation.equals(UPDATE))
            throw new ApplyFailure("managedFields: unknown operation \"" + operation + "\"");
        return new ManagedFieldsEntry(
                json.textOrEmpty("manager"),
                operation,
                json.textOrEmpty("apiVersion"),
                json.text("time"),
                json.textOrEmpty("subresource"),
                FieldSet.parse(json.object("fieldsV1")));
    }

    Json toJson() {
        return Json.obj(
                "manager", manager,
                "operation", operation,
                "apiVersion", apiVersion,
                "time", time,
                "fieldsType", "FieldsV1",
                "fieldsV1", fields.toJson(),
                "subresource", subresource.isEmpty() ? null : subresource);
    }

    boolean isApply() {
        return operation.equals(APPLY);
    }

    /** Whether both entries speak of the same owner; an applier is the same at every version. */
    boolean sameOwner(ManagedFieldsEntry other) {
        return manager.equals(other.manager)
                && operation.equals(other.operation)
                && subresource.equals(other.subresource)
                && (isApply() || apiVersion.equals(other.apiVersion));
    }

    ManagedFieldsEntry with(FieldSet owned) {
        return new ManagedFieldsEntry(manager, operation, apiVersion, time, subresource, owned);
    }

    private String timeOrEmpty() {
        return time == null ? "" : time;
    }

    /** The owner as messages name it. */
    String printed() {
        var text = new StringBuilder(Json.of(manager).compact());
        if (!subresource.isEmpty())
            text.append(" with subresource ").append(Json.of(subresource).compact());
        if (!isApply()) text.append(" using ").append(apiVersion);
        return text.toString();
    }
}
