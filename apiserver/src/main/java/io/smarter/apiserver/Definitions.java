package io.smarter.apiserver;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.api.ObjectMeta;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.CustomTypes;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.storage.WatchHub;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import io.smarter.types.DefinitionNames;
import io.smarter.types.DefinitionStrategy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Looks after custom resource definitions: accepts their names when no other definition has them, says that they are
 * established, and empties those that are to go. One thread, woken by each change.
 */
final class Definitions implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final long CATCH_UP_MILLIS = 5000;
    private static final long RETRY_SECONDS = 5;
    private static final DeleteOptions BACKGROUND = DeleteOptions.background();

    private final CustomTypes custom;
    private final Registry registry;
    private final ApiType definitions;
    private final WatchHub hub;
    private final Clock clock;
    private final LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private final List<String> unfinished = new ArrayList<>();
    private final Thread thread;

    private Definitions(CustomTypes custom, Registry registry, ApiType definitions, WatchHub hub, Clock clock) {
        this.custom = custom;
        this.registry = registry;
        this.definitions = definitions;
        this.hub = hub;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("definitions").unstarted(this::run);
    }

    static Definitions start(CustomTypes custom, Registry registry, ApiType definitions, WatchHub hub, Clock clock) {
        var started = new Definitions(custom, registry, definitions, hub, clock);
        custom.onChange(started::wake);
        started.thread.start();
        return started;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** However much changes while somebody waits to be looked at, one look is enough. */
    private void wake(String name) {
        if (!queue.contains(name)) queue.add(name);
    }

    private void run() {
        while (true) {
            try {
                var name = unfinished.isEmpty() ? queue.take() : queue.poll(RETRY_SECONDS, TimeUnit.SECONDS);
                if (name == null) name = unfinished.removeFirst();
                look(name);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(String name) {
        unfinished.remove(name);
        try {
            var found = registry.find(definitions, "", name);
            if (found.isEmpty()) {
                for (var other : custom.all()) if (!other.is("NamesAccepted")) queue.add(other.name());
                return;
            }
            var stored = found.get();
            boolean done =
                    stored.tree().text("metadata", "deletionTimestamp") == null ? accept(stored) : finish(stored);
            if (!done) unfinished.add(name);
        } catch (RuntimeException e) {
            if (thread.isInterrupted()) return;
            LOG.log(ERROR, "definition not looked after {name=%s}".formatted(name), e);
            unfinished.add(name);
        }
    }

    private boolean accept(Stored stored) {
        var now = ObjectMeta.time(clock.instant());
        var decided = DefinitionNames.decided(stored.tree(), custom.all(), custom.builtIn(), now);
        if (SchemaValues.same(decided, stored.tree())) return true;
        return write(stored, decided);
    }

    /** The change counts for the next decision only when it has been told. */
    private boolean write(Stored stored, Json.Obj object) {
        var written = Changes.isReleased(definitions, object)
                ? registry.remove(definitions, stored)
                : registry.replace(definitions, stored, object);
        if (written.isEmpty()) {
            queue.add(object.textOrEmpty("metadata", "name"));
            return true;
        }
        return hub.awaitTold(written.get().revision(), CATCH_UP_MILLIS);
    }

    // ---- the end

    private boolean finish(Stored stored) {
        var object = stored.tree();
        if (!object.items("metadata", "finalizers").contains(Json.of(DefinitionStrategy.FINALIZER))) return true;
        var definition = custom.find(object.textOrEmpty("metadata", "name"));
        if (definition == null || !definition.is("Terminating")) return false;
        custom.awaitMakers();
        var storage = definition.storage();
        if (storage != null && !emptied(storage)) return false;
        var left = new ArrayList<>(object.items("metadata", "finalizers"));
        left.remove(Json.of(DefinitionStrategy.FINALIZER));
        var finished = DefinitionNames.with(
                object,
                DefinitionNames.condition(
                        "Terminating",
                        "False",
                        "InstanceDeletionCompleted",
                        "removed all instances",
                        ObjectMeta.time(clock.instant())));
        var metadata = finished.object("metadata");
        return write(
                stored,
                finished.with(
                        "metadata",
                        left.isEmpty()
                                ? metadata.without("finalizers")
                                : metadata.with("finalizers", new Json.Arr(left))));
    }

    /** Asks every instance to go, and says whether all are gone. */
    private boolean emptied(ApiType type) {
        var deletions = new Deletions(registry);
        boolean empty = true;
        String after = null;
        try {
            while (true) {
                var page = registry.store().list(type.folder(), after, 500, 0);
                for (var entry : page.entries()) empty &= deleted(deletions, new Stored(type, entry));
                if (page.remaining() <= 0 || page.entries().isEmpty()) return empty;
                after = page.entries().getLast().key();
            }
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revision", e);
        }
    }

    private boolean deleted(Deletions deletions, Stored instance) {
        var metadata = instance.tree().object("metadata");
        try {
            return deletions
                    .delete(
                            instance.type(),
                            metadata.textOrEmpty("namespace"),
                            metadata.textOrEmpty("name"),
                            BACKGROUND,
                            clock.instant())
                    .removed();
        } catch (StatusException e) {
            if (e.status().code() == 404) return true;
            throw e;
        }
    }
}
