package io.smarter.apiserver;

import io.smarter.api.ObjectMeta;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Ends objects (Kubernetes "Garbage Collection", "Finalizers", "Pod termination"): at once when nothing holds them, else
 * marked as ending until their holders have let go.
 */
final class Deletions {
    private static final int ATTEMPTS = 50;
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private final Registry registry;

    Deletions(Registry registry) {
        this.registry = registry;
    }

    /** @param removed whether it is gone, or only marked */
    record Result(Stored state, boolean removed) {}

    Result delete(ApiType type, String namespace, String name, DeleteOptions options, Instant now) {
        return delete(type, namespace, name, options, now, _ -> {});
    }

    /** @param admit refuses by throwing; asked of each state that may be the last */
    Result delete(
            ApiType type, String namespace, String name, DeleteOptions options, Instant now, Consumer<Json.Obj> admit) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var old = registry.get(type, namespace, name);
            checkPreconditions(type, name, old.tree(), options);
            admit.accept(old.tree());
            var marked = marked(type, old.tree(), options, now);
            boolean gone = Changes.isReleased(type, marked);
            if (options.dryRun()) return new Result(old, gone);
            if (!gone && SchemaValues.same(marked, old.tree())) return new Result(old, false);
            Optional<Stored> done = gone ? registry.remove(type, old) : registry.replace(type, old, marked);
            if (done.isPresent()) return new Result(done.get(), gone);
        }
        throw Status.modified(type.resource(), name).error();
    }

    private static void checkPreconditions(ApiType type, String name, Json.Obj object, DeleteOptions options) {
        var uid = object.textOrEmpty("metadata", "uid");
        if (!options.uid().isEmpty() && !options.uid().equals(uid))
            throw unmet(type, name, "UID", options.uid(), uid, "deleted and then recreated");
        var revision = object.textOrEmpty("metadata", "resourceVersion");
        if (!options.revision().isEmpty() && !options.revision().equals(revision))
            throw unmet(type, name, "ResourceVersion", options.revision(), revision, "modified");
    }

    private static StatusException unmet(
            ApiType type, String name, String what, String wanted, String actual, String guess) {
        return Status.conflict(
                        type.resource(),
                        name,
                        "the %s in the precondition (%s) does not match the %s in record (%s). The object might have been %s"
                                .formatted(what, wanted, what, actual, guess))
                .error();
    }

    /** The object as it is while it ends; a time to end can be made shorter, never longer. */
    private static Json.Obj marked(ApiType type, Json.Obj object, DeleteOptions options, Instant now) {
        var finalizers = finalizers(type, object, options.propagation());
        var metadata = finalizers.isEmpty()
                ? object.object("metadata").without("finalizers")
                : object.object("metadata").with("finalizers", Json.arr(finalizers));
        long grace = type.strategy().grace(object, options.grace());
        boolean ending = metadata.text("deletionTimestamp") != null;
        if (!ending || grace < metadata.number(0, "deletionGracePeriodSeconds")) {
            metadata = metadata.with("deletionTimestamp", Json.of(ObjectMeta.time(now.plusSeconds(grace))))
                    .with("deletionGracePeriodSeconds", Json.of(grace));
            if (type.strategy().counts() && !ending)
                metadata = metadata.with("generation", Json.of(metadata.number(0, "generation") + 1));
        }
        var changed = object.with("metadata", metadata);
        return ending ? changed : type.strategy().ending(changed);
    }

    /**
     * What becomes of the dependents is asked of the collector by finalizers: as whoever deletes says, else as the object
     * itself says, else as is usual for its type. Events are nobody's owners.
     */
    private static List<String> finalizers(ApiType type, Json.Obj object, String asked) {
        var finalizers = new ArrayList<String>();
        for (var finalizer : object.items("metadata", "finalizers")) {
            if (finalizer instanceof Json.Str(var name)) finalizers.add(name);
        }
        if (Types.EVENTS.contains(type.resource())) return finalizers;
        boolean says = finalizers.contains(ORPHAN) || finalizers.contains(FOREGROUND);
        if (asked.isEmpty() && (says || object.text("metadata", "deletionTimestamp") != null)) return finalizers;
        var propagation = asked.isEmpty() ? type.strategy().propagation() : asked;
        finalizers.remove(ORPHAN);
        finalizers.remove(FOREGROUND);
        if (propagation.equals("Orphan")) finalizers.add(ORPHAN);
        if (propagation.equals("Foreground")) finalizers.add(FOREGROUND);
        return finalizers;
    }
}
