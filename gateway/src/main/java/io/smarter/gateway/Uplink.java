package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.Informer;
import io.smarter.client.ListOptions;
import io.smarter.client.Tunnel;
import io.smarter.http.Handler;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The one connection to the cloud and what is kept up over it: the watch of this node's pods and the tunnel. */
final class Uplink implements AutoCloseable {
    private final Identity identity;
    private final String node;
    private final AtomicReference<ApiClient> client;
    private @Nullable Informer informer;
    private volatile @Nullable Tunnel tunnel;
    private @Nullable ConfigWatches watches;

    /** Dials when something is first asked. */
    Uplink(Identity identity, String node) throws IOException {
        this.identity = identity;
        this.node = node;
        client = new AtomicReference<>(new ApiClient(identity.config()));
    }

    /** The client of the moment. */
    ApiClient client() {
        return client.get();
    }

    /** Whether the cloud is reached at this moment. */
    boolean connected() {
        var dialled = tunnel;
        return dialled != null && dialled.connected();
    }

    /**
     * What is connected to the cloud.
     *
     * @param mirrors told which pods of the cloud only show what the node runs on its own
     * @param requests answers what the cloud asks
     * @param up called when the tunnel came up
     */
    record Ends(Pods pods, Mirrors mirrors, Handler requests, Runnable up) {}

    /** Begins to watch and to be reached. */
    synchronized void open(Ends ends) {
        var pods = ends.pods();
        var which = ListOptions.fields("spec.nodeName=" + node);
        informer = Informer.start(client(), Resource.PODS, null, which, new Watcher(pods, ends.mirrors()));
        var dialled = Tunnel.start(client(), "/tunnel", ends.requests());
        dialled.onChange(() -> {
            if (dialled.connected()) ends.up().run();
        });
        tunnel = dialled;
        var watched = new ConfigWatches(client(), pods::configChanged);
        watches = watched;
        // Not through this object's lock: closing waits for who calls this.
        pods.onReferences(() -> watched.watch(pods::watched));
        watched.watch(pods::watched);
        if (dialled.connected()) ends.up().run();
    }

    /** This connection for who keeps the certificate valid. */
    Renewal.Line line(Ends ends) {
        return new Renewal.Line() {
            @Override
            public void reopen() throws IOException {
                Uplink.this.reopen(ends);
            }

            @Override
            public void close() {
                Uplink.this.close();
            }
        };
    }

    /** Takes the identity as it is now on disk, and dials anew. */
    private void reopen(Ends ends) throws IOException {
        var next = new ApiClient(identity.config());
        close();
        client.set(next);
        open(ends);
    }

    @Override
    public synchronized void close() {
        if (watches != null) watches.close();
        watches = null;
        if (informer != null) informer.close();
        informer = null;
        var dialled = tunnel;
        if (dialled != null) dialled.close();
        tunnel = null;
        client().close();
    }

    /** Hands what the cloud tells to the pods. */
    private static final class Watcher implements Informer.Listener {
        private final Pods pods;
        private final Mirrors mirrors;
        private final Map<String, String> uids = new HashMap<>();
        private final Map<String, Pod> shown = new HashMap<>();
        private boolean synced;

        Watcher(Pods pods, Mirrors mirrors) {
            this.pods = pods;
            this.mirrors = mirrors;
        }

        @Override
        public void changed(String key, Json.@Nullable Obj old, Json.@Nullable Obj now) {
            var pod = now == null ? null : ofCloud(now);
            boolean mirror = pod != null && pod.isMirror();
            show(key, mirror ? pod : null);
            run(key, mirror ? null : pod);
        }

        private void run(String key, @Nullable Pod pod) {
            var uid = pod == null ? null : pod.uid();
            var before = uid == null ? uids.remove(key) : uids.put(key, uid);
            if (before != null && !before.equals(uid)) {
                pods.gone(before);
                mirrors.wake(); // it may have had the name of one
            }
            if (pod != null) pods.wanted(pod);
        }

        private void show(String key, @Nullable Pod mirror) {
            var before = mirror == null ? shown.remove(key) : shown.put(key, mirror);
            if (synced && (mirror != null || before != null)) tellMirrors();
        }

        /** A pod of the cloud, whatever it says of itself. */
        private static Pod ofCloud(Json.Obj tree) {
            return new Pod(
                    tree.withoutAt("metadata", "managedFields").withoutAt("metadata", "annotations", StaticPod.SOURCE));
        }

        @Override
        public void synced() {
            pods.only(Set.copyOf(uids.values()));
            synced = true;
            tellMirrors();
        }

        private void tellMirrors() {
            mirrors.there(shown).forEach(pods::mirrored);
        }
    }
}
