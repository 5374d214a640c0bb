package io.smarter.patch;

import io.smarter.api.ObjectMeta;
import io.smarter.json.Json;
import io.smarter.schema.FieldValidation;
import io.smarter.schema.SchemaDecoder;
import io.smarter.schema.SchemaKind;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server-side apply: an applier states the fields it wants; it owns them from then on, and a field that it stated before
 * and states no more goes away unless somebody else owns it. Pure functions.
 */
public final class Apply {
    private static final String BEFORE = "before-first-apply";

    private Apply() {}

    /** What came of an apply. */
    public sealed interface Outcome {
        /** @param object the merged object with its {@code managedFields}, without defaults */
        record Applied(Json.Obj object) implements Outcome {}

        /** Others own fields that would change: 409 Conflict. */
        record Conflicts(List<Conflict> conflicts) implements Outcome {
            /** The message of the Status; its causes have one conflict each. */
            String message() {
                if (conflicts.size() == 1)
                    return "Apply failed with 1 conflict: "
                            + conflicts.getFirst().message() + ": "
                            + conflicts.getFirst().field();
                var text = new StringBuilder();
                var last = "";
                for (var conflict : conflicts) {
                    if (!conflict.manager().equals(last))
                        text.append(last.isEmpty() ? "" : "\n")
                                .append("conflicts with ")
                                .append(conflict.manager())
                                .append(':');
                    text.append("\n- ").append(conflict.field());
                    last = conflict.manager();
                }
                return "Apply failed with " + conflicts.size() + " conflicts: " + text;
            }
        }

        /**
         * The configuration is not acceptable.
         *
         * @param code an HTTP status
         * @param reason as in a Status
         */
        record Rejected(int code, String reason, String message) implements Outcome {}
    }

    /**
     * One field that somebody else owns.
     *
     * @param manager the owner, as messages show it: {@code "kubectl" using v1}
     * @param field as messages show it: {@code .spec.replicas}
     */
    public record Conflict(String manager, String field) {
        /** The message of the cause, whose reason is {@code FieldManagerConflict}. */
        String message() {
            return "conflict with " + manager;
        }
    }

    /**
     * @param live the stored object, null when there is none yet
     * @param config what the applier states
     * @param force whether to take fields from other owners
     */
    public static Outcome apply(
            SchemaKind kind, Json.@Nullable Obj live, Json.Obj config, ManagedFields.Writer writer, boolean force) {
        var unfit = unfit(kind, config);
        if (unfit != null) return unfit;
        try {
            return new Run(kind, writer).run(live, config, force);
        } catch (ApplyFailure e) {
            return untypable(kind, config, String.valueOf(e.getMessage()));
        }
    }

    private static Outcome.@Nullable Rejected unfit(SchemaKind kind, Json.Obj config) {
        var apiVersion = config.textOrEmpty("apiVersion");
        if (!apiVersion.equals(kind.apiVersion()) || !config.textOrEmpty("kind").equals(kind.kind()))
            return rejected("invalid object type: " + apiVersion + ", Kind=" + config.textOrEmpty("kind"));
        var managed = config.at("metadata", "managedFields");
        if (managed != null && !(managed instanceof Json.Null)) return rejected("metadata.managedFields must be nil");
        return switch (SchemaDecoder.decode(kind, config)) {
            case SchemaDecoder.Outcome.Malformed(var message) -> untypable(kind, config, message);
            case SchemaDecoder.Outcome.Decoded decoded
            when !decoded.unknown().isEmpty() ->
                untypable(kind, config, "." + decoded.unknown().getFirst() + ": field not declared in schema");
            case SchemaDecoder.Outcome.Decoded _ -> null;
        };
    }

    private static Outcome.Rejected rejected(String message) {
        return new Outcome.Rejected(400, "BadRequest", message);
    }

    private static Outcome.Rejected untypable(SchemaKind kind, Json.Obj config, String why) {
        var message = "failed to create typed patch object (%s/%s; %s): %s"
                .formatted(
                        config.textOrEmpty("metadata", "namespace"),
                        config.textOrEmpty("metadata", "name"),
                        kind.gvk(),
                        why);
        return new Outcome.Rejected(500, "", message);
    }

    /** One application. */
    private static final class Run {
        private final SchemaKind kind;
        private final ApplyShape shape;
        private final ManagedFields.Writer writer;
        private final FieldSet foreign;
        private final ManagedFieldsEntry self;

        Run(SchemaKind kind, ManagedFields.Writer writer) {
            this.kind = kind;
            this.shape = ApplyShape.of(kind);
            this.writer = writer;
            this.foreign = ManagedFields.foreign(kind, writer.subresource());
            this.self = new ManagedFieldsEntry(
                    writer.manager(),
                    ManagedFieldsEntry.APPLY,
                    kind.apiVersion(),
                    ObjectMeta.time(writer.time()),
                    writer.subresource(),
                    FieldSet.EMPTY);
        }

        Outcome run(Json.@Nullable Obj live, Json.Obj config, boolean force) {
            var wanted = reduced(config, foreign);
            var before = live == null ? Json.Obj.EMPTY : ManagedFields.without(live);
            var owners = new ArrayList<>(owners(live, before));
            var stated = ApplyTree.fields(shape, wanted, true);
            var own = self.with(ManagedFields.withoutSystem(stated).minusBelow(foreign));
            var previous = owners.stream().filter(own::sameOwner).findFirst();
            owners.removeIf(own::sameOwner);

            var merged = (Json.Obj) ApplyTree.merged(shape, before, wanted);
            if (previous.isPresent()) {
                var all = new ArrayList<>(owners);
                all.add(self.with(stated));
                merged = pruned(merged, previous.get().fields(), all);
            }
            var changed = ApplyTree.compare(shape, before, merged).minusBelow(foreign);
            var conflicts = conflicts(owners, changed.changed());
            if (!force && !conflicts.isEmpty()) return new Outcome.Conflicts(conflicts);

            owners.replaceAll(
                    owner -> owner.with(owner.fields().minus(changed.changed()).minus(changed.removed())));
            var object = FieldValidation.pruned(kind, merged);
            boolean same = previous.isPresent()
                    && previous.get().fields().equals(own.fields())
                    && SchemaValues.same(before, object);
            owners.add(same ? previous.get() : own);
            owners.removeIf(owner -> owner.fields().isEmpty());
            return new Outcome.Applied(ManagedFields.with(object, owners));
        }

        private List<ManagedFieldsEntry> owners(Json.@Nullable Obj live, Json.Obj before) {
            if (live == null) return List.of();
            var owners = ManagedFields.entries(live);
            if (!owners.isEmpty()) return owners;
            var first = new ManagedFields.Writer(BEFORE, ManagedFieldsEntry.UPDATE, "", writer.time());
            return ManagedFields.updated(kind, null, before, List.of(), first);
        }

        private Json.Obj reduced(Json.Obj object, FieldSet gone) {
            return ApplyTree.without(shape, object, gone) instanceof Json.Obj rest ? rest : Json.Obj.EMPTY;
        }

        /*
         * What the applier stated last time is taken out first, and then whatever somebody owns now, the applier
         * included, is put back. An item that is left without an owner goes, but only if the applier had it: an
         * item that nobody ever owned stays.
         */
        private Json.Obj pruned(Json.Obj merged, FieldSet last, List<ManagedFieldsEntry> owners) {
            var lastNamed = ApplyTree.withNamed(shape, last);
            var mergedFields = named(merged);
            var pruned = reduced(merged, lastNamed);
            var managed = FieldSet.EMPTY;
            for (var owner : owners) managed = managed.union(owner.fields());
            var kept = named(pruned).union(ApplyTree.withNamed(shape, managed));
            pruned = reduced(merged, mergedFields.minus(kept));
            return reduced(merged, mergedFields.minus(named(pruned)).intersect(lastNamed));
        }

        private FieldSet named(Json.Obj object) {
            return ApplyTree.withNamed(shape, ApplyTree.fields(shape, object, false));
        }

        private static List<Conflict> conflicts(List<ManagedFieldsEntry> owners, FieldSet changed) {
            var conflicts = new ArrayList<Conflict>();
            for (var owner : owners) {
                for (var field : owner.fields().intersect(changed).printed())
                    conflicts.add(new Conflict(owner.printed(), field));
            }
            conflicts.sort(Comparator.comparing(Conflict::manager));
            return conflicts;
        }
    }
}
