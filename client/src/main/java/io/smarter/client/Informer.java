package io.smarter.client;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a set of objects that is kept up to date. Keys are {@code namespace/name}, or {@code name} of a
 * cluster-scoped object. Reading is safe from many threads; the listener is called by one.
 *
 * <p>After a lost connection the watch goes on from the last revision that was seen; everything is listed again only when
 * the server no longer keeps that revision. What a new list shows to be changed or gone is told like any other change.
 *
 * <p>The copies have no {@code metadata.managedFields}: who works from a copy never needs them, and they are a good half
 * of an object.
 */
public final class Informer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.client");
    private static final long LONGEST_WAIT_MILLIS = 30_000;
    private static final long LONGEST_REFUSED_MILLIS = 600_000;
    private static final int WATCH_SECONDS = 1800;
    /** A watch that ends within this time is not to be asked for again at once. */
    private static final long SHORT_NANOS = 1_000_000_000L;

    /** Is told of every change, in order, after {@link #get} shows it. */
    public interface Listener {
        /** An object was added ({@code old} is null), changed, or deleted ({@code now} is null). */
        void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now);

        /** The server has listed everything, or agreed to go on from what was kept; called once. */
        default void synced() {}
    }

    private final ApiClient client;
    private final Resource resource;
    private final @Nullable String namespace;
    private final ListOptions which;
    private final UnaryOperator<Json.Obj> kept;
    private final Listener listener;
    private final Map<String, Json.Obj> objects = new ConcurrentHashMap<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final Backoff backoff = new Backoff(LONGEST_WAIT_MILLIS);
    private final Backoff refused;
    private final Thread thread;
    private volatile String revision = "";
    private volatile @Nullable Watch watch;
    private volatile boolean closed;
    private boolean troubled;

    private Informer(
            ApiClient client,
            Resource resource,
            @Nullable String namespace,
            ListOptions which,
            UnaryOperator<Json.Obj> kept,
            long longestRefusedMillis,
            Listener listener) {
        this.client = client;
        this.resource = resource;
        this.namespace = namespace;
        this.which = which;
        this.kept = kept;
        this.refused = new Backoff(longestRefusedMillis);
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("informer-" + resource.plural()).unstarted(this::run);
    }

    /** Starts from nothing. */
    public static Informer start(
            ApiClient client, Resource resource, @Nullable String namespace, ListOptions which, Listener listener) {
        return startFrom(client, resource, namespace, which, new Listing(List.of(), ""), listener);
    }

    /**
     * Starts from nothing, and keeps a part of each object.
     *
     * @param kept gives the part, with its {@code metadata}
     */
    public static Informer startWith(
            ApiClient client,
            Resource resource,
            @Nullable String namespace,
            ListOptions which,
            UnaryOperator<Json.Obj> kept,
            Listener listener) {
        var informer = new Informer(client, resource, namespace, which, kept, LONGEST_WAIT_MILLIS, listener);
        informer.thread.start();
        return informer;
    }

    /** Starts from objects that were kept, of which the listener is told first; goes on from their revision. */
    public static Informer startFrom(
            ApiClient client,
            Resource resource,
            @Nullable String namespace,
            ListOptions which,
            Listing kept,
            Listener listener) {
        var informer = new Informer(
                client, resource, namespace, which, UnaryOperator.identity(), LONGEST_WAIT_MILLIS, listener);
        return informer.startFrom(kept);
    }

    /**
     * Starts from parts of all objects that were kept, as {@link #startFrom}, and keeps a part of each object, as
     * {@link #startWith}. A server that does not have such objects, or does not show them, is asked again ever more rarely.
     *
     * @param from may lack the objects' own {@code resourceVersion}s; such an object is told as changed when it is listed
     */
    public static Informer resume(
            ApiClient client, Resource resource, UnaryOperator<Json.Obj> kept, Listing from, Listener listener) {
        var informer = new Informer(client, resource, null, ListOptions.ALL, kept, LONGEST_REFUSED_MILLIS, listener);
        return informer.startFrom(from);
    }

    private Informer startFrom(Listing from) {
        for (var object : from.items()) objects.put(key(object), object);
        revision = from.resourceVersion();
        thread.start();
        return this;
    }

    /** The key of an object. */
    public static String key(Json.Obj object) {
        var name = object.textOrEmpty("metadata", "name");
        var in = object.textOrEmpty("metadata", "namespace");
        return in.isEmpty() ? name : in + "/" + name;
    }

    /** All objects at this moment, by key. */
    public Map<String, Json.Obj> snapshot() {
        return Map.copyOf(objects);
    }

    public Json.@Nullable Obj get(String key) {
        return objects.get(key);
    }

    /** All objects and a revision from which {@link #startFrom} can go on; changes since then are told again. */
    public Listing listing() {
        var before = revision;
        return new Listing(List.copyOf(objects.values()), before);
    }

    /** Waits until the copy has been synchronised with the server; false when that took too long. */
    public boolean awaitSync(Duration timeout) throws InterruptedException {
        return synced.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends; the listener is not called any more once this returns, unless it is the caller itself. */
    @Override
    public void close() {
        closed = true;
        var open = watch;
        if (open != null) open.close();
        thread.interrupt();
        if (Thread.currentThread().equals(thread)) return;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        for (var object : snapshot().values()) tell(key(object), null, object);
        while (!closed) {
            try {
                if (revision.isEmpty()) list();
                watch();
            } catch (ApiException e) {
                boolean useless = e.gone() || e.tooNew();
                if (useless) revision = "";
                boolean forGood = e.code() == 403 || e.notFound();
                trouble(useless ? Level.INFO : Level.WARNING, e, forGood ? refused : backoff);
            } catch (IOException | RuntimeException e) {
                trouble(Level.WARNING, e, backoff);
            }
        }
    }

    private void list() throws IOException {
        var listing = client.list(resource, namespace, which);
        var gone = new HashMap<>(objects);
        for (var object : listing.items()) {
            gone.remove(key(object));
            put(object);
        }
        gone.keySet().forEach(this::remove);
        revision = listing.resourceVersion();
        working();
    }

    private void watch() throws IOException {
        var time =
                Duration.ofSeconds(WATCH_SECONDS + ThreadLocalRandom.current().nextInt(WATCH_SECONDS));
        try (var events = client.watch(resource, namespace, which, revision, time)) {
            watch = events;
            if (closed) return;
            working();
            long begun = System.nanoTime();
            for (var event = events.next(); event != null && !closed; event = events.next()) on(event);
            if (System.nanoTime() - begun < SHORT_NANOS) pause(backoff);
            else backoff.reset();
        } finally {
            watch = null;
        }
    }

    private void on(Watch.Event event) throws ApiException {
        var object = event.object();
        switch (event.type()) {
            case ADDED, MODIFIED -> put(object);
            case DELETED -> remove(key(object));
            case BOOKMARK -> {}
            case ERROR -> throw ApiClient.error((int) object.number(500, "code"), object);
        }
        var seen = object.textOrEmpty("metadata", "resourceVersion");
        if (!seen.isEmpty()) revision = seen;
        backoff.reset();
    }

    private void put(Json.Obj sent) {
        var object = kept.apply(sent.withoutAt("metadata", "managedFields"));
        var key = key(object);
        var old = objects.put(key, object);
        if (old == null || !version(old).equals(version(object)) || version(old).isEmpty()) tell(key, old, object);
    }

    private void remove(String key) {
        var old = objects.remove(key);
        if (old != null) tell(key, old, null);
    }

    private static String version(Json.Obj object) {
        return object.textOrEmpty("metadata", "resourceVersion");
    }

    /** A fault in the listener is its own; the copy goes on. */
    private void tell(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
        if (closed) return;
        try {
            listener.changed(key, old, now);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "listener of " + resource.plural() + " failed on " + key, e);
        }
    }

    private void working() {
        if (troubled) LOG.log(Level.INFO, () -> "watching " + resource.plural() + " again");
        troubled = false;
        refused.reset();
        if (synced.getCount() == 0 || closed) return;
        synced.countDown();
        try {
            listener.synced();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "listener of " + resource.plural() + " failed", e);
        }
    }

    /** Says once that something is wrong, then waits. */
    private void trouble(Level level, Exception e, Backoff wait) {
        if (closed) return;
        if (!troubled) LOG.log(level, () -> "watching " + resource.plural() + " failed: " + e.getMessage());
        troubled = true;
        pause(wait);
    }

    private void pause(Backoff wait) {
        try {
            Thread.sleep(wait.nextMillis());
        } catch (InterruptedException _) {
            // close() interrupts; anyone else has no business here
        }
    }
}
