package io.smarter.quota;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.Resource;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.ApiRequest;
import io.smarter.storage.Change;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what namespaces have within their quotas (Kubernetes "Resource Quotas"), and the status of the quotas up to date.
 * There is a book for each namespace that has a quota, kept by what is told of the store; other namespaces cost a look into
 * a map. Safe for use by many threads.
 */
public final class Quotas implements AutoCloseable {
    public static final Resource RESOURCE = new Resource("", "v1", "resourcequotas", "ResourceQuota", true);

    private static final System.Logger LOG = System.getLogger("io.smarter.quota");
    private static final long OPENING_MILLIS = 10_000;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Registry registry;
    private final Types types;
    private final ApiType type;
    private final Clock clock;
    private final Map<String, QuotaBook> books = new ConcurrentHashMap<>();
    private final DelayQueue<Task> tasks = new DelayQueue<>();
    private final Thread thread = Thread.ofVirtual().name("quotas").unstarted(this::run);

    public Quotas(Registry registry, Types types, Clock clock) {
        this.registry = registry;
        this.types = types;
        this.type = types.of(RESOURCE);
        this.clock = clock;
    }

    /**
     * Something to do.
     *
     * @param pod the key of a pod that may count for less now; null for a namespace whose quotas may show something else
     */
    private record Task(String namespace, @Nullable String pod, long due) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** Reads the quotas that are there. */
    public void load() {
        try {
            for (var entry : registry.store().list(type.folder(), null, 0, 0).entries())
                quota(namespace(type, entry.key()), new Stored(type, entry));
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest state", e);
        }
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** Something has changed. */
    public void changed(ApiType of, Change change) {
        if (of.resource().equals(RESOURCE)) quotaChanged(change);
        if (books.isEmpty() || !counts(of)) return;
        var state = change.now() == null ? change.before() : change.now();
        if (state == null) return;
        var key = state.entry().key();
        var namespace = namespace(of, key);
        var book = books.get(namespace);
        if (book == null) return;
        var now = change.now();
        if (book.tell(key, change.revision(), now == null ? null : charge(of, now)))
            add(namespace, null, Duration.ZERO);
        if (now != null && of.resource().equals(Resource.PODS)) watchEnd(namespace, now);
    }

    private void quotaChanged(Change change) {
        var now = change.now();
        var before = change.before();
        if (now != null) quota(namespace(type, now.entry().key()), now);
        else if (before != null) {
            var namespace = namespace(type, before.entry().key());
            var name = before.tree().textOrEmpty("metadata", "name");
            books.computeIfPresent(namespace, (_, book) -> book.forget(name, change.revision()) ? null : book);
        }
    }

    private void quota(String namespace, Stored quota) {
        books.computeIfAbsent(namespace, _ -> new QuotaBook()).quota(QuotaLimits.of(quota));
        add(namespace, null, Duration.ZERO);
    }

    /** A pod on a node that is lost ends for quotas when its time is over, though nothing is told then. */
    private void watchEnd(String namespace, Stored pod) {
        var lost = QuotaCharge.lostAt(pod.tree());
        if (lost != null && lost.isAfter(clock.instant()))
            add(
                    namespace,
                    pod.entry().key(),
                    Duration.between(clock.instant(), lost).plusSeconds(1));
    }

    private void add(String namespace, @Nullable String pod, Duration delay) {
        tasks.add(new Task(namespace, pod, System.nanoTime() + delay.toNanos()));
    }

    private static boolean counts(ApiType type) {
        return type.resource().namespaced() && !Types.EVENTS.contains(type.resource());
    }

    private static String namespace(ApiType type, String key) {
        int start = type.folder().length();
        return key.substring(start, Math.max(start, key.indexOf('/', start)));
    }

    private QuotaCharge charge(ApiType of, Stored object) {
        return QuotaCharge.of(of, QuotaCharge.isUniform(of) ? Json.Obj.EMPTY : object.tree(), clock.instant());
    }

    /**
     * Reserves what a new object counts for; refuses it when that is too much.
     *
     * @return what gives it back when the object is not written after all
     */
    public Runnable reserve(ApiType of, Json.Obj object, boolean dryRun) {
        return reserve(of, object, false, dryRun);
    }

    /** As {@link #reserve(ApiType, Json.Obj, boolean)}, for the new state of an object that is there. */
    public Runnable change(ApiRequest request, Json.Obj object, boolean dryRun) {
        boolean concerned = request.subresource().isEmpty() && QuotaCharge.changes(request.type());
        return concerned ? reserve(request.type(), object, true, dryRun) : () -> {};
    }

    private Runnable reserve(ApiType of, Json.Obj object, boolean changes, boolean dryRun) {
        var namespace = object.textOrEmpty("metadata", "namespace");
        var book = books.isEmpty() || !counts(of) ? null : books.get(namespace);
        if (book == null) return () -> {};
        if (!book.awaitOpen(OPENING_MILLIS))
            throw Status.internal("resource quota evaluation timed out").error();
        var name = object.textOrEmpty("metadata", "name");
        var charge = QuotaCharge.of(of, object, clock.instant());
        for (var quota : charge.pod() == null ? List.<QuotaLimits>of() : book.covering(charge)) {
            var missing = QuotaCharge.missing(object, quota.hard());
            if (!missing.isEmpty())
                throw Status.forbidden(
                                of.resource(),
                                name,
                                "failed quota: %s: must specify %s".formatted(quota.name(), missing))
                        .error();
        }
        var reservation = book.reserve(of.key(namespace, name), charge, changes, !dryRun);
        if (!reservation.problem().isEmpty())
            throw Status.forbidden(of.resource(), name, reservation.problem()).error();
        return () -> {
            reservation.release().run();
            add(namespace, null, Duration.ZERO);
        };
    }

    private void run() {
        try {
            while (true) work(tasks.take());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Task first) {
        var namespaces = new HashSet<String>();
        for (var task = first; task != null; task = tasks.poll()) {
            namespaces.add(task.namespace);
            if (task.pod != null) ended(task.namespace, task.pod);
        }
        for (var namespace : namespaces) {
            var book = books.get(namespace);
            if (book == null) continue;
            try {
                if (!book.isOpen()) open(namespace, book);
                show(namespace, book);
            } catch (RuntimeException | CompactedException e) {
                if (thread.isInterrupted()) return;
                LOG.log(WARNING, "quotas not counted {namespace=%s}".formatted(namespace), e);
                add(namespace, null, AGAIN);
            }
        }
    }

    private void ended(String namespace, String key) {
        var book = books.get(namespace);
        var pods = types.find("", "v1", "pods");
        if (book == null || pods == null) return;
        registry.store().get(key).ifPresent(entry -> book.recount(key, charge(pods, new Stored(pods, entry))));
    }

    private void open(String namespace, QuotaBook book) throws CompactedException {
        long revision = registry.store().revision();
        var there = new HashMap<String, QuotaCharge>();
        var read = new HashSet<String>();
        for (var of : types.all()) {
            if (!counts(of) || of.folder().isEmpty() || !read.add(of.folder())) continue;
            for (var entry :
                    registry.store().list(of.keys(namespace), null, 0, revision).entries()) {
                var object = new Stored(of, entry);
                there.put(entry.key(), charge(of, object));
                if (of.resource().equals(Resource.PODS)) watchEnd(namespace, object);
            }
        }
        book.open(there, revision);
    }

    /** Writes what quotas show and do not yet; who writes one at the same time makes a change that leads here again. */
    private void show(String namespace, QuotaBook book) {
        for (var use : book.uses()) {
            var status = Json.obj("hard", use.hard().json(), "used", use.used().json());
            registry.find(type, namespace, use.quota())
                    .filter(quota -> !SchemaValues.same(quota.tree().object("status"), status))
                    .ifPresent(
                            quota -> registry.replace(type, quota, quota.tree().with("status", status)));
        }
    }
}
