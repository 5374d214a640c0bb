package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.deviceplugin.DeviceChange;
import io.smarter.files.PowerCut;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.json.Json;
import io.smarter.resources.Eviction;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one pod as it should be, on a thread of its own: looks, plans, does, and sleeps until something happens or a
 * back-off ends. What takes long (pulling, stopping) runs beside it, so that a pod that is being pulled can be deleted.
 *
 * <p>A pod is on disk before anything of it runs, and stays there until nothing of it is left and the cloud knows: an
 * agent that is killed at any moment goes on where this one was.
 */
final class PodWorker {
    private static final System.Logger LOG = System.getLogger(PodWorker.class.getName());
    private static final Duration RELIST = Duration.ofMinutes(5);
    private static final int MOST_ROUNDS = 32;

    private final NodeServices node;
    private final PodStorage storage;
    private final Probes probes;
    private final PodOwner owner;
    private final Attempts attempts = new Attempts();
    private final Outcomes outcomes;
    private final Sandboxes sandboxes;
    private final Endings endings = new Endings();
    private final Alarm alarm;
    private final Thread thread;

    private final WantedPod target;
    private final PodReport told;
    private final Trouble trouble = new Trouble();
    private final Halt halt = new Halt();
    private volatile Observed seen = Observed.NOTHING;
    private volatile boolean closed;
    private volatile boolean lookedAfter;

    /**
     * A worker for a pod.
     *
     * @param saved whether the pod comes from disk, with all that it refers to
     */
    PodWorker(Pod pod, boolean saved, NodeServices node, PodOwner owner) {
        target = new WantedPod(pod, saved);
        this.node = node;
        this.owner = owner;
        alarm = new Alarm(node.clock());
        outcomes = new Outcomes(target, attempts, owner, node.clock());
        told = new PodReport(pod, node);
        storage = new PodStorage(pod, saved, node, this::volumesChanged);
        sandboxes = new Sandboxes(node, storage, target, attempts, outcomes);
        probes = new Probes(node, this::wake);
        thread = Thread.ofVirtual().name("pod " + pod.key()).unstarted(this::run);
    }

    /** What the pod's status was when it was last told. */
    Json.Obj status() {
        return told.status();
    }

    /** How often the pod's probes went how. */
    Map<Probes.Counted, Long> probeCounts() {
        return probes.counts();
    }

    /** Why the pod is as it is, from what is known at this moment. */
    Why why(List<Diary.Entry> diary) {
        var wanted = pod();
        var found = seen;
        var memory = attempts.memory().with(probes.health(), target.isGone());
        var now = node.clock().instant();
        var plan = halt.plan(wanted, found, memory, now);
        return new Why(
                wanted,
                found,
                memory,
                plan,
                told.status(),
                trouble.now(),
                diary,
                i -> node.podConfigs().log(wanted, i),
                now);
    }

    void start() {
        thread.start();
    }

    /** Ends the worker; the pod runs on. */
    void close() {
        closed = true;
        probes.close();
        thread.interrupt();
    }

    Pod pod() {
        return target.pod();
    }

    /** What the runtime held of the pod when it was last looked at. */
    Observed seen() {
        return seen;
    }

    /** Whether the pod has been looked at, and what was to be done for it was begun. */
    boolean isLookedAfter() {
        return lookedAfter;
    }

    /** Tells that the cloud's pod changed. */
    void update(Pod newer) {
        if (newer.isDeleting() && newer.gracePeriod().compareTo(pod().gracePeriod()) < 0) attempts.stopAgain();
        boolean deleted = newer.isDeleting() && !target.isEnding();
        boolean news = target.update(newer);
        if (!news && (halt.isBegun() || !PodReport.showsHalt(newer))) return;
        if (deleted)
            note(
                    "Deleted",
                    "the cloud deletes it, with %d s to end"
                            .formatted(newer.gracePeriod().toSeconds()));
        storage.outdated();
        wake();
    }

    /**
     * Ends the pod for the node's sake; false if it is over or ending already. On disk before anything of it ends, so
     * that a restart does not bring it back.
     */
    boolean evict(String message, Duration grace) {
        if (!target.evict(GivenUp.evicted(message, grace, node.clock().instant()))) return false;
        node.events().record(pod(), "", EventLog.Kind.WARNING, Eviction.REASON, message);
        wake();
        return true;
    }

    /** Has the pod fail, as it may not run here. On disk before the cloud knows, so that a restart does not try again. */
    void refuse(GivenUp why) {
        target.refuse(why);
    }

    /** Ends what runs of the pod, which stays wanted, since the node goes down; nothing is put on disk for that. */
    void halt(Duration grace) {
        halt.begin(grace);
        note("NodeShutdown", "the node goes down: it has %d s to end".formatted(grace.toSeconds()));
        wake();
    }

    /** Waits until nothing of a pod runs that was told to halt; false if it does after that time. */
    boolean awaitHalt(Duration patience) throws InterruptedException {
        return halt.await(patience);
    }

    /** Tells that nobody wants such a pod any more. */
    void gone() {
        if (!target.gone()) return;
        note("Gone", StaticPod.gone(pod()));
        wake();
    }

    /**
     * The ConfigMaps and Secrets of which it wants to hear when they change: those of its volumes, and all while something
     * does not start for want of one.
     */
    Set<ConfigFolder.Reference> watched() {
        return attempts.lackConfig() ? ConfigFolder.references(pod()) : ConfigFolder.volumeReferences(pod());
    }

    /** Tells that ConfigMaps or Secrets that it watches changed, or that there are new tokens. */
    void volumesChanged() {
        storage.outdated();
        attempts.hurry(node.clock().instant());
        wake();
    }

    /** Tells that the cloud can be reached again. */
    void linkUp() {
        storage.linkUp();
        wake();
    }

    /** Tells that pods can have a network again. */
    void networkUp() {
        attempts.hurry(node.clock().instant());
        wake();
    }

    /** Tells that something changed with devices. */
    void devicesChanged(DeviceChange change) {
        var now = pod();
        if (!PodDevices.concerns(now, change)) return;
        attempts.hurry(node.clock().instant());
        node.devices().tell(now, change, node.events());
        wake();
    }

    /** Tells that a container or sandbox ended. */
    void ended(String id) {
        endings.add(id, node.clock().instant());
        wake();
    }

    /** Has the worker look at its pod. */
    void wake() {
        alarm.ring();
    }

    private void note(String reason, String message) {
        node.events().note(pod(), "", node.clock().instant(), reason, message);
    }

    private void run() {
        while (!closed) {
            Instant again;
            try {
                again = sync();
                if (closed) return;
                lookedAfter = true;
                trouble.over();
            } catch (IOException | RuntimeException e) {
                if (closed) return;
                LOG.log(Level.WARNING, "pod " + pod().key() + " is not as it should be, retrying", e);
                var message = String.valueOf(e.getMessage());
                again = trouble.failed(message, node.clock().instant());
                note("Error", message);
            }
            try {
                alarm.sleepUntil(again, RELIST);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Does what is to be done; gives the time at which more may be. */
    private @Nullable Instant sync() throws IOException {
        for (int round = 0; round < MOST_ROUNDS && !closed; round++) {
            var wanted = prepare();
            // Before the runtime is looked at: what starts in between would be missing in both, and start twice.
            var tried = attempts.memory();
            var found = node.runtime().observe(wanted.uid());
            probes.watch(wanted, found, told.status());
            var memory = look(found, tried);
            if (storage.isStale(wanted) && Plan.current(wanted, found) != null) sandboxes.setUpVolumes(wanted, found);
            var plan = halt.plan(wanted, found, memory, node.clock().instant());
            told.tell(wanted, found, memory, plan, halt.isBegun());
            if (Plan.isFinished(wanted, found, memory)) node.devices().release(wanted, found);
            if (plan.steps().isEmpty()) storage.giveBack(wanted, found);
            halt.look(found);
            if (execute(wanted, found, plan)) continue;
            return endings.sooner(
                    found, storage.sooner(wanted, plan.wakeAt()), node.clock().instant());
        }
        return node.clock().instant().plusSeconds(1);
    }

    /** Puts the pod and what it refers to on disk, as far as that is not done. */
    private Pod prepare() throws IOException {
        var due = target.due();
        var pod = told.started(due.pod());
        storage.refresh(pod);
        try {
            var fetching = due.fetch() ? node.configs().refreshAll(pod) : List.<Thread>of();
            if (due.save()) node.files().write(pod);
            for (var thread : fetching) thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while what pod " + pod.key() + " needs was fetched");
        } catch (IOException | RuntimeException e) {
            target.failed(due);
            throw e;
        }
        return pod;
    }

    private Memory look(Observed found, Memory tried) {
        found.endedSince(seen).forEach(exit -> node.events().noteExit(pod(), exit));
        seen = found;
        return tried.with(probes.health(), target.isGone());
    }

    /** Takes the steps of a plan; says whether the world is to be looked at again at once. */
    private boolean execute(Pod wanted, Observed found, Plan plan) throws IOException {
        boolean changed = false;
        for (var step : plan.steps()) {
            if (closed || isLast(step) && !attempts.end()) return false;
            switch (step) {
                case Step.RunSandbox(var attempt) -> {
                    sandboxes.run(wanted, attempt, found);
                    changed = true;
                }
                case Step.StopSandbox(var id) -> node.runtime().stopSandbox(id);
                case Step.RemoveSandbox(var id) -> {
                    node.runtime().removeSandbox(id);
                    changed = true;
                }
                case Step.Start start -> changed |= !start(wanted, found, start);
                case Step.Stop stop -> stop(wanted, stop);
                case Step.Remove(var instance) -> {
                    node.runtime().remove(instance.id());
                    if (instance.isExited()) node.podConfigs().deleteLog(wanted, instance);
                    node.removeGroup(wanted, instance.id());
                }
                case Step.Finish _ -> {
                    finish(wanted);
                    return false;
                }
            }
        }
        return changed;
    }

    /** Whether a step ends the pod and what is just being made would outlive it. */
    private boolean isLast(Step step) {
        return step instanceof Step.Finish || isEnding() && !(step instanceof Step.Stop);
    }

    private boolean isEnding() {
        return halt.isBegun() || target.isEnding();
    }

    // ---- containers

    /** Starts a container beside this thread; false when that failed already. */
    private boolean start(Pod wanted, Observed found, Step.Start step) throws IOException {
        var name = step.container().name();
        if (!storage.ready() && !sandboxes.setUpVolumes(wanted, found)) {
            outcomes.failed(name, "ContainerCreating", "");
            return false;
        }
        var sandbox = Plan.current(wanted, found);
        if (sandbox == null) return false;
        attempts.starting(name, found.newest(name), node.clock().instant());
        var config = node.podConfigs().sandbox(wanted, sandbox.attempt());
        Thread.ofVirtual().name("start " + name).start(() -> start(wanted, step, sandbox, config));
        return true;
    }

    private void start(Pod wanted, Step.Start step, Sandbox sandbox, PodSandboxConfig config) {
        var name = step.container().name();
        try {
            var permit = new Permit(name, attempts, () -> !closed && !isEnding());
            new ContainerStarts(node, storage.volumes()).start(wanted, step, config, sandbox.ips(), permit);
            outcomes.succeeded(name);
        } catch (ContainerStarts.FailedException e) {
            outcomes.failed(name, e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "container " + name + " of pod " + wanted.key() + " not started", e);
            outcomes.failed(name, "CreateContainerError", String.valueOf(e.getMessage()));
        } finally {
            attempts.started(name);
            wake();
        }
    }

    private void stop(Pod wanted, Step.Stop step) {
        var instance = step.instance();
        if (!attempts.stopping(instance.id())) return;
        node.events().record(wanted, instance.name(), EventLog.Kind.NORMAL, "Killing", step.why());
        Thread.ofVirtual().name("stop " + instance.name()).start(() -> {
            try {
                var container = wanted.container(instance.name());
                var address = node.podConfigs().address(wanted, seen());
                new ContainerStops(node).stop(wanted, container, instance.id(), address, step.grace());
            } catch (IOException e) {
                if (!closed) LOG.log(Level.WARNING, "container " + instance.name() + " not stopped", e);
            } finally {
                attempts.stopped(instance.id());
                wake();
            }
        });
    }

    // ---- the end

    private void finish(Pod wanted) throws IOException {
        boolean known = !target.isGone();
        if (known) node.reports().flush(wanted.uid());
        node.removeTraces(wanted, storage.volumes());
        if (known) node.cloud().remove(wanted);
        PowerCut.after("remove from the cloud", wanted.key());
        note("Ended", "nothing of it is left here");
        node.forget(wanted.uid());
        closed = true;
        halt.over();
        probes.close();
        owner.finished(this);
    }
}
