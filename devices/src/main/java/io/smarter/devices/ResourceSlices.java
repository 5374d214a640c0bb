package io.smarter.devices;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.Backoff;
import io.smarter.client.Informer;
import io.smarter.client.ListOptions;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells the cluster in ResourceSlices which devices of the node claims can be met from. Writes when something is another than what
 * is told there, be it that a device came or went or that somebody removed a slice, as a kubelet does that starts. Sleeps
 * otherwise. Safe for use by many threads.
 */
final class ResourceSlices implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    /** For what happens at once, such as the files of one device, to be told at once. */
    private static final Duration TOGETHER = Duration.ofMillis(300);
    /** Within which the server shows what was written. */
    private static final Duration SHOWN = Duration.ofSeconds(5);

    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    private final ApiClient api;
    private final String node;
    private final Informer there;
    private final Thread thread;
    private Pool pool = Pool.EMPTY;
    private boolean told;
    private boolean synced;
    private boolean changed;

    private ResourceSlices(ApiClient api, String node) {
        this.api = api;
        this.node = node;
        thread = Thread.ofVirtual().name("resource slices").unstarted(this::run);
        there = Informer.startWith(api, SlicePlan.SLICES, null, which(node), slice -> slice, new Informer.Listener() {
            @Override
            public void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
                wake();
            }

            @Override
            public void synced() {
                nowSynced();
            }
        });
    }

    /** Begins; nothing is written before it is told of a pool. */
    static ResourceSlices open(ApiClient api, String node) {
        var slices = new ResourceSlices(api, node);
        slices.thread.start();
        return slices;
    }

    private static ListOptions which(String node) {
        return ListOptions.fields("spec.driver=%s,spec.nodeName=%s".formatted(SlicePlan.DRIVER, node));
    }

    /** What there is from now on. */
    synchronized void tell(Pool now) {
        if (told && now.free().equals(pool.free())) return;
        pool = now;
        told = true;
        wake();
    }

    private synchronized void wake() {
        changed = true;
        notifyAll();
    }

    private synchronized void nowSynced() {
        synced = true;
        wake();
    }

    private void run() {
        var backoff = new Backoff(LONGEST_PAUSE_MILLIS);
        boolean troubled = false;
        try {
            while (true) {
                var now = next();
                try {
                    write(now);
                    if (troubled) LOG.log(INFO, "claims are told of devices again");
                    troubled = false;
                    backoff.reset();
                } catch (InterruptedIOException _) {
                    return;
                } catch (IOException e) {
                    // A conflict is with a change that is about to be shown.
                    boolean conflict = e instanceof ApiException refused && refused.conflict();
                    if (!troubled && !conflict)
                        LOG.log(WARNING, "claims are not told of devices; it is tried again: {0}", e.getMessage());
                    troubled |= !conflict;
                    wake();
                    Thread.sleep(backoff.nextMillis());
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /** Waits until something is another, and a moment longer. */
    private Pool next() throws InterruptedException {
        synchronized (this) {
            while (!changed || !told || !synced) wait();
        }
        Thread.sleep(TOGETHER);
        synchronized (this) {
            changed = false;
            return pool;
        }
    }

    private void write(Pool now) throws IOException, InterruptedException {
        var steps = SlicePlan.of(node, now, there.snapshot().values());
        if (steps.isEmpty()) return;
        for (var step : steps) write(step);
        LOG.log(INFO, "{0} devices can be claimed", now.free().size());
        awaitShown(now);
    }

    private void write(SlicePlan.Step step) throws IOException {
        switch (step) {
            case SlicePlan.Step.Create(var slice) -> api.create(SlicePlan.SLICES, "", owned(slice));
            case SlicePlan.Step.Update(var slice) -> api.update(SlicePlan.SLICES, slice);
            case SlicePlan.Step.Delete(var name) -> delete(api, name);
        }
    }

    /** A node's slices go when it goes. */
    private Json.Obj owned(Json.Obj slice) throws IOException {
        var uid = api.get(Resource.NODES, "", node).textOrEmpty("metadata", "uid");
        var owner = Json.obj("apiVersion", "v1", "kind", "Node", "name", node, "uid", uid, "controller", true);
        return slice.withAt(Json.arr(owner), "metadata", "ownerReferences");
    }

    /** What was written comes back; to look before that would be to see what was there before. */
    private synchronized void awaitShown(Pool written) throws InterruptedException {
        long end = System.nanoTime() + SHOWN.toNanos();
        while (!SlicePlan.of(node, written, there.snapshot().values()).isEmpty()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) return;
            wait(left);
        }
    }

    private static void delete(ApiClient api, String name) throws IOException {
        try {
            api.delete(SlicePlan.SLICES, "", name, Json.Obj.EMPTY);
        } catch (ApiException e) {
            if (!e.notFound()) throw e;
        }
    }

    /** Takes back all that a node told. */
    static void withdraw(ApiClient api, String node) throws IOException {
        for (var slice : api.list(SlicePlan.SLICES, null, which(node)).items())
            delete(api, slice.textOrEmpty("metadata", "name"));
    }

    /** Ends, and leaves what is told. */
    @Override
    public void close() {
        thread.interrupt();
        there.close();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
