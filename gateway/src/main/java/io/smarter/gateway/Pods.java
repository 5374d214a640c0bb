package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.deviceplugin.DeviceChange;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All pods of this node, a worker for each. Safe for use by many threads. */
final class Pods implements AutoCloseable, PodOwner {
    private static final System.Logger LOG = System.getLogger(Pods.class.getName());

    private final NodeServices node;
    private final Map<String, PodWorker> workers = new HashMap<>();
    private final Set<String> strays = new HashSet<>();
    private boolean closed;
    private volatile boolean held;
    private volatile Runnable references = () -> {};
    private volatile Runnable finished = () -> {};
    private volatile Admission admission = _ -> null;

    /** Says why a pod that is new may not begin to run; null if it may. */
    @FunctionalInterface
    interface Admission {
        @Nullable
        GivenUp refusal(Pod pod);
    }

    /** No pods yet. */
    Pods(NodeServices node) {
        this.node = node;
    }

    /** Has each pod that comes from now on asked for. */
    void admitBy(Admission asked) {
        admission = asked;
    }

    /**
     * Begins to run what is on disk. A static pod that was given up is asked for anew, as by a kubelet: it stays the same pod as
     * long as its manifest does. What runs and is not there, as when its file was lost, waits for the cloud's word.
     */
    void begin() throws IOException {
        var saved = node.files().read();
        // The agent before us may have ended between a pod and what it referred to.
        node.configs().keepOnly(() -> saved);
        for (var pod : saved) {
            boolean anew = StaticPod.is(pod) && Plan.isOver(pod);
            if (anew) begin(new Pod(pod.tree().without("status")), false);
            else begin(pod, true);
        }
        var running = node.runtime().pods();
        synchronized (this) {
            strays.addAll(running);
        }
        freeDevices(running);
    }

    /** A pod of which nothing but what runs is left. */
    private static Pod leftover(String uid) {
        return new Pod(Json.obj("metadata", Json.obj("uid", uid, "name", "leftover", "namespace", "unknown")));
    }

    /** Tells that the cloud has a pod for this node, or another version of one. */
    void wanted(Pod pod) {
        PodWorker worker;
        synchronized (this) {
            worker = workers.get(pod.uid());
        }
        if (worker != null) worker.update(pod);
        else begin(pod, false);
    }

    /** Tells that the cloud has a pod no more. */
    void gone(String uid) {
        PodWorker worker;
        synchronized (this) {
            worker = workers.get(uid);
        }
        if (worker != null) worker.gone();
    }

    /** Tells which pods the cloud has: all others end, but for those that the node runs on its own. */
    void only(Set<String> uids) {
        for (var worker : all()) {
            if (!uids.contains(worker.pod().uid()) && !StaticPod.is(worker.pod())) worker.gone();
        }
        for (var uid : strays(uids)) begin(leftover(uid), true).gone();
        freeDevices(uids);
    }

    /** Frees what pods hold that are neither known nor have a worker. */
    private void freeDevices(Set<String> known) {
        // Asked for first: a pod that comes meanwhile is not among them.
        var holders = new HashSet<>(node.devices().holders());
        holders.removeAll(known);
        synchronized (this) {
            holders.removeAll(workers.keySet());
        }
        holders.forEach(node.devices()::free);
    }

    /** Has no pod begin to run that comes from now on; it is kept on disk for the next start. */
    void hold() {
        held = true;
    }

    /** Tells that something changed with devices. */
    void devicesChanged(DeviceChange change) {
        all().forEach(worker -> worker.devicesChanged(change));
    }

    /** What ran when we began, and neither we nor the cloud know. Told once. */
    private synchronized Set<String> strays(Set<String> wanted) {
        var ending = new HashSet<>(strays);
        strays.clear();
        ending.removeAll(wanted);
        ending.removeAll(workers.keySet());
        return ending;
    }

    /** Tells that a container or sandbox began to run. */
    void started(String id) {
        var worker = of(id);
        if (worker != null) worker.wake();
    }

    /** Tells that a container or sandbox ended. */
    void ended(String id) {
        var worker = of(id);
        if (worker != null) worker.ended(id);
    }

    private synchronized @Nullable PodWorker of(String id) {
        var uid = node.runtime().podOf(id);
        return uid == null ? null : workers.get(uid);
    }

    /** Has every worker look at its pod. */
    void wakeAll() {
        all().forEach(PodWorker::wake);
    }

    /** Tells that pods can have a network again. */
    void networkUp() {
        all().forEach(PodWorker::networkUp);
    }

    /** Tells that the cloud can be reached again. */
    void linkUp() {
        all().forEach(PodWorker::linkUp);
    }

    /** The worker of a pod; null if there is none any more. */
    synchronized @Nullable PodWorker of(Pod pod) {
        return workers.get(pod.uid());
    }

    synchronized List<PodWorker> all() {
        return List.copyOf(workers.values());
    }

    /** The worker of a pod by name; of several the one that is not being deleted. */
    @Nullable
    PodWorker find(String namespace, String name) {
        PodWorker found = null;
        for (var worker : all()) {
            var pod = worker.pod();
            if (!pod.namespace().equals(namespace) || !pod.name().equals(name)) continue;
            if (found == null || !pod.isDeleting()) found = worker;
        }
        return found;
    }

    /** The ConfigMaps and Secrets of which pods want to hear when they change. */
    Set<ConfigFolder.Reference> watched() {
        return all().stream().flatMap(worker -> worker.watched().stream()).collect(Collectors.toSet());
    }

    /** Has a listener called whenever {@link #watched} may have changed. */
    void onReferences(Runnable listener) {
        references = listener;
    }

    /** Has a listener called whenever nothing is left of a pod. */
    void onFinished(Runnable listener) {
        finished = listener;
    }

    /** The pods that the node runs on its own. */
    List<Pod> statics() {
        return all().stream().map(PodWorker::pod).filter(StaticPod::is).toList();
    }

    /** Tells that the cloud shows a pod that the node runs on its own, and does not know how it is. */
    void mirrored(Pod mirror) {
        for (var worker : all()) {
            if (!StaticPod.isMirrored(worker.pod(), mirror)) continue;
            node.reports().forget(worker.pod().uid());
            worker.wake();
        }
    }

    /** Tells that the cloud has another version of a ConfigMap or Secret, or none. */
    void configChanged(ConfigFolder.Reference reference, Json.@Nullable Obj now) {
        try {
            if (!node.configs().keep(reference, now)) return;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "copy of " + reference + " is out of date", e);
            return;
        }
        for (var worker : all()) {
            if (worker.watched().contains(reference)) worker.volumesChanged();
        }
    }

    /** Ends the workers; the pods run on. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        all().forEach(PodWorker::close);
    }

    private PodWorker begin(Pod pod, boolean saved) {
        var worker = new PodWorker(pod, saved, node, this);
        var refusal = saved || pod.isDeleting() || Plan.isOver(pod) ? null : admission.refusal(pod);
        if (refusal != null) {
            node.events().record(pod, "", EventLog.Kind.WARNING, refusal.reason(), refusal.message());
            worker.refuse(refusal);
        }
        synchronized (this) {
            if (closed) return worker;
            workers.put(pod.uid(), worker);
        }
        // Only now: who holds the pods halts those that it finds, and this one is found from here on.
        if (held) worker.halt(Duration.ZERO);
        worker.start();
        references.run();
        return worker;
    }

    @Override
    public void referencesChanged() {
        references.run();
    }

    @Override
    public void finished(PodWorker worker) {
        synchronized (this) {
            workers.remove(worker.pod().uid(), worker);
        }
        references.run();
        finished.run();
        try {
            node.configs().keepOnly(() -> all().stream().map(PodWorker::pod).toList());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "copies that no pod needs are left", e);
        }
    }
}
