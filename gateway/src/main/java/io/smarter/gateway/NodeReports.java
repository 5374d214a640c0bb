package io.smarter.gateway;

import io.smarter.api.Resource;
import io.smarter.client.ApiException;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the cloud's Node as this machine is. Writes once at the start and whenever the cloud is back, then only what
 * changed, and looks every five minutes; that the node lives is told by its tunnel. Labels that are not this agent's are
 * left as they are.
 */
final class NodeReports implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NodeReports.class.getName());
    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration TOGETHER = Duration.ofMillis(10);

    private final Cloud cloud;
    private final NodeObject node;
    private final String name;
    private final List<Supplier<String>> troubles;
    private final InstantSource clock;
    private final Thread thread;
    private Json.Obj status = Json.Obj.EMPTY;
    private volatile Json.Obj offered = Json.Obj.EMPTY;
    private volatile Consumer<Json.Obj> listener = _ -> {};
    private boolean registered;
    private boolean woken;

    /**
     * Reports about a node, from a thread of its own.
     *
     * @param troubles why the node can't run pods; all empty when it can
     */
    NodeReports(Cloud cloud, NodeObject node, List<Supplier<String>> troubles, InstantSource clock) {
        this.cloud = cloud;
        this.troubles = List.copyOf(troubles);
        this.node = node;
        name = node.settings().name();
        this.clock = clock;
        thread = Thread.ofVirtual().name("node").start(this::run);
    }

    /** Has somebody told of the cloud's Node whenever it is read: when the link came up, and after {@link #check}. */
    void onNode(Consumer<Json.Obj> listener) {
        this.listener = listener;
    }

    /** Tells the cloud at once how the Node is, even if it said the same before. */
    synchronized void check() {
        registered = false;
        woken = true;
        notifyAll();
    }

    /** Has the Node looked at now, and told if it changed. */
    synchronized void look() {
        woken = true;
        notifyAll();
    }

    /** How much of a resource the cloud's Node had when the link came up; null for nothing. */
    @Nullable
    String offered(String resource) {
        return offered.text(resource);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                var next = PERIOD;
                try {
                    report();
                } catch (IOException | RuntimeException e) {
                    LOG.log(
                            e instanceof ApiException ? Level.WARNING : Level.DEBUG,
                            "node not told: {0}",
                            e.getMessage());
                    next = RETRY;
                }
                await(next);
                Thread.sleep(TOGETHER); // what changes at once is told at once
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (!woken) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) break;
            wait(millis);
        }
        woken = false;
    }

    private void report() throws IOException {
        boolean known;
        synchronized (this) {
            known = registered;
        }
        if (!known) register();
        var next = node.status(status, clock.instant(), trouble());
        if (known && isSame(status, next)) return;
        cloud.patch(Resource.NODES, "", name, Json.obj("status", next), "status");
        status = next;
        if (!known) settle();
    }

    private String trouble() {
        return troubles.stream()
                .map(Supplier::get)
                .filter(trouble -> !trouble.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private void register() throws IOException {
        var there = cloud.find(Resource.NODES, "", name);
        if (there == null) {
            cloud.create(Resource.NODES, "", node.node());
            there = cloud.find(Resource.NODES, "", name);
        }
        if (there != null) {
            if (!there.texts("metadata", "labels")
                    .entrySet()
                    .containsAll(node.labels().entrySet()))
                cloud.patch(Resource.NODES, "", name, Json.obj("metadata", Json.obj("labels", node.labels())));
            status = there.object("status");
            offered = status.object("capacity");
            listener.accept(there);
        }
    }

    private synchronized void settle() {
        registered = !woken;
    }

    /** Whether a status is there already, but for the times at which it was looked at. */
    static boolean isSame(Json.Obj there, Json.Obj next) {
        for (var member : next.members().entrySet()) {
            if (!timeless(member.getValue()).equals(timeless(there.get(member.getKey())))) return false;
        }
        return true;
    }

    private static Json timeless(@Nullable Json value) {
        if (!(value instanceof Json.Arr(var items))) return value == null ? Json.Null.NULL : value;
        return Json.arr(items.stream()
                .map(item -> item instanceof Json.Obj object ? object.without("lastHeartbeatTime") : item)
                .toList());
    }
}
