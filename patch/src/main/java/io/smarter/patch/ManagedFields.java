package io.smarter.patch;

import io.smarter.api.ObjectMeta;
import io.smarter.json.Json;
import io.smarter.schema.CustomSchema;
import io.smarter.schema.SchemaKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps account in {@code metadata.managedFields} of who set which field. Pure functions. */
public final class ManagedFields {
    /** When more writers than this have an entry, the oldest ones are thrown together. */
    static final int MAX_UPDATERS = 10;

    private static final String ANCIENT = "ancient-changes";

    /** Fields that belong to the server and that nobody owns. */
    private static final FieldSet SYSTEM = FieldSet.paths(List.of(
            List.of("f:apiVersion"),
            List.of("f:kind"),
            List.of("f:metadata"),
            List.of("f:metadata", "f:name"),
            List.of("f:metadata", "f:namespace"),
            List.of("f:metadata", "f:creationTimestamp"),
            List.of("f:metadata", "f:selfLink"),
            List.of("f:metadata", "f:uid"),
            List.of("f:metadata", "f:generation"),
            List.of("f:metadata", "f:managedFields"),
            List.of("f:metadata", "f:resourceVersion")));

    private static final int MAX_NAME = 128;

    private ManagedFields() {}

    /**
     * Who writes.
     *
     * @param operation {@code Update} or {@code Apply}
     * @param subresource empty for the object itself
     */
    public record Writer(String manager, String operation, String subresource, Instant time) {}

    /** A writer's name: what it calls itself, or the part of its user agent before the slash. */
    public static String managerOf(@Nullable String fieldManager, @Nullable String userAgent) {
        if (fieldManager != null && !fieldManager.isEmpty()) return fieldManager;
        var agent = userAgent == null || userAgent.isEmpty() ? "unknown" : userAgent;
        int slash = agent.indexOf('/');
        var name = slash < 0 ? agent : agent.substring(0, slash);
        return name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    }

    /**
     * The new object with the account of a create, replace or patch by which it came to be.
     *
     * @param old the object before, null on create
     * @param now the object after, decoded and with its defaults
     */
    public static Json.Obj update(SchemaKind kind, Json.@Nullable Obj old, Json.Obj now, Writer writer) {
        var plain = without(now);
        if (writer.subresource().isEmpty() && isReset(now)) return plain;
        var owners = owners(old, now, writer);
        if (owners.isEmpty() && old != null) return plain;
        try {
            return with(plain, updated(kind, old == null ? null : without(old), plain, owners, writer));
        } catch (ApplyFailure e) {
            return plain;
        }
    }

    private static List<ManagedFieldsEntry> owners(Json.@Nullable Obj old, Json.Obj now, Writer writer) {
        if (writer.subresource().isEmpty()) {
            var given = readable(now);
            if (!given.isEmpty()) return given;
        }
        return old == null ? List.of() : readable(old);
    }

    private static List<ManagedFieldsEntry> readable(Json.Obj object) {
        try {
            return entries(object);
        } catch (ApplyFailure e) {
            return List.of();
        }
    }

    /** The account of an object; throws {@link ApplyFailure} when it cannot be read. */
    static List<ManagedFieldsEntry> entries(Json.Obj object) {
        return object.items("metadata", "managedFields").stream()
                .map(ManagedFieldsEntry::parse)
                .toList();
    }

    /** Whether a writer asks for the account to be thrown away: an empty list, or a list of one empty entry. */
    private static boolean isReset(Json.Obj now) {
        if (!(now.at("metadata", "managedFields") instanceof Json.Arr(var items))) return false;
        return items.isEmpty()
                || items.size() == 1 && items.getFirst() instanceof Json.Obj(var members) && members.isEmpty();
    }

    static Json.Obj without(Json.Obj object) {
        return object.withoutAt("metadata", "managedFields");
    }

    static Json.Obj with(Json.Obj object, List<ManagedFieldsEntry> entries) {
        if (entries.isEmpty()) return without(object);
        if (entries.size() == 1)
            return object.withAt(Json.arr(entries.getFirst().toJson()), "metadata", "managedFields");
        var sorted = entries.stream()
                .sorted(ManagedFieldsEntry.ORDER)
                .map(ManagedFieldsEntry::toJson)
                .toList();
        return object.withAt(Json.arr(sorted), "metadata", "managedFields");
    }

    /** The account after an update by a writer that may take any field. */
    static List<ManagedFieldsEntry> updated(
            SchemaKind kind, Json.@Nullable Obj old, Json.Obj now, List<ManagedFieldsEntry> owners, Writer writer) {
        var before = old == null ? Json.Obj.EMPTY : old;
        var difference =
                ApplyTree.compare(ApplyShape.of(kind), before, now).minusBelow(foreign(kind, writer.subresource()));
        var taken = difference.changed().minus(SYSTEM);
        var own = new ManagedFieldsEntry(
                writer.manager(),
                ManagedFieldsEntry.UPDATE,
                kind.apiVersion(),
                ObjectMeta.time(writer.time()),
                writer.subresource(),
                taken);
        var result = new ArrayList<ManagedFieldsEntry>();
        for (var owner : owners) {
            var left = owner.fields().minus(difference.removed());
            if (!taken.isEmpty() && owner.sameOwner(own))
                own = own.with(own.fields().union(left));
            else result.add(owner.with(left.minus(difference.changed())));
        }
        result.add(own);
        result.removeIf(owner -> owner.fields().isEmpty());
        return capped(result);
    }

    private static List<ManagedFieldsEntry> capped(List<ManagedFieldsEntry> owners) {
        if (owners.size() <= MAX_UPDATERS) return owners;
        var updaters = new ArrayList<>(owners.stream()
                .filter(owner -> !owner.isApply())
                .sorted(ManagedFieldsEntry.ORDER)
                .toList());
        if (updaters.size() <= MAX_UPDATERS) return owners;
        var capped = new ArrayList<>(owners);
        capped.removeAll(updaters);
        while (updaters.size() > MAX_UPDATERS) {
            var oldest = updaters.removeFirst();
            var second = updaters.removeFirst();
            updaters.addFirst(new ManagedFieldsEntry(
                    ANCIENT,
                    ManagedFieldsEntry.UPDATE,
                    second.apiVersion(),
                    second.time(),
                    "",
                    oldest.fields().union(second.fields())));
        }
        capped.addAll(updaters);
        return capped;
    }

    /** The fields that a write through a resource leaves alone: the status, or all but the status. */
    static FieldSet foreign(SchemaKind kind, String subresource) {
        boolean apart = kind.type() instanceof CustomSchema custom
                ? custom.statusApart()
                : kind.type().field("status") != null;
        if (!apart) return FieldSet.EMPTY;
        return switch (subresource) {
            case "" -> FieldSet.paths(List.of(List.of("f:status")));
            case "status" -> FieldSet.paths(List.of(List.of("f:spec")));
            default -> FieldSet.EMPTY;
        };
    }

    static FieldSet withoutSystem(FieldSet fields) {
        return fields.minus(SYSTEM);
    }
}
