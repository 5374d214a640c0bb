package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.ObjectMeta;
import io.smarter.api.Pod;
import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.gateway.Observed.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to do next for one pod: a pure function of what is wanted, what is there and the time.
 *
 * @param steps in order; after them the world is looked at again
 * @param wakeAt when to plan again although nothing happened; null when only an event can change the plan
 * @param waiting why containers are not there, by name
 */
record Plan(List<Step> steps, @Nullable Instant wakeAt, Map<String, Waiting> waiting) {
    /** Why a container is not running, as its status shows it. */
    record Waiting(String reason, String message) {}

    static Plan of(Pod pod, Observed seen, Memory memory, Instant now) {
        var planner = new Planner(pod, seen, memory, now);
        if (memory.gone() || pod.isDeleting()) planner.end();
        else if (isFinished(pod, seen, memory) || isExpired(pod, now)) planner.rest();
        else planner.run();
        return new Plan(List.copyOf(planner.steps), planner.wakeAt, Map.copyOf(planner.waiting));
    }

    /** As {@link #of}, but for a pod that may not run as long as the node goes down. */
    static Plan halt(Pod pod, Observed seen, Memory memory, Instant now) {
        var planner = new Planner(pod, seen, memory, now);
        if (memory.gone() || pod.isDeleting()) planner.end();
        else planner.rest();
        return new Plan(List.copyOf(planner.steps), planner.wakeAt, Map.of());
    }

    /** Whether the pod did what it was for and nothing of it is to be started any more. */
    static boolean isFinished(Pod pod, Observed seen, Memory memory) {
        if (isOver(pod)) return true;
        if (!memory.starting().isEmpty()) return false;
        if (failedInit(pod, seen)) return true;
        return !pod.containers().isEmpty()
                && pod.containers().stream()
                        .allMatch(container -> isDone(pod, container, seen.newest(container.name())));
    }

    /** Whether the cloud knows that the pod did what it was for, or failed to. */
    static boolean isOver(Pod pod) {
        return pod.phase().equals("Succeeded") || pod.phase().equals("Failed");
    }

    /** Until when the pod may run; null for ever. */
    static @Nullable Instant deadline(Pod pod) {
        var start = ObjectMeta.instant(pod.tree().text("status", "startTime"));
        long seconds = pod.spec().number(0, "activeDeadlineSeconds");
        return start == null || seconds <= 0 ? null : start.plusSeconds(seconds);
    }

    /** Whether the pod ran longer than it may. */
    static boolean isExpired(Pod pod, Instant now) {
        var deadline = deadline(pod);
        return deadline != null && !now.isBefore(deadline);
    }

    static boolean failedInit(Pod pod, Observed seen) {
        for (var container : pod.initContainers()) {
            var last = seen.newest(container.name());
            boolean failed = last != null && last.state() instanceof State.Exited exit && exit.code() != 0;
            if (failed && !container.isSidecar() && isDone(pod, container, last)) return true;
        }
        return false;
    }

    private static boolean isDone(Pod pod, Container container, @Nullable Instance last) {
        return last != null
                && last.state() instanceof State.Exited exit
                && !Restarts.follow(pod, container, exit.code());
    }

    /** The sandbox in which the pod runs, if it has one that works. */
    static @Nullable Sandbox current(Pod pod, Observed seen) {
        if (seen.sandboxes().isEmpty()) return null;
        var newest = seen.sandboxes().getFirst();
        return newest.ready() && (pod.hostNetwork() || !newest.ips().isEmpty()) ? newest : null;
    }

    /** Stands for what a running container can't be changed in: its name and image, as the kubelet has it. */
    static String hash(Container container) {
        return Integer.toHexString((container.name() + '\n' + container.image()).hashCode());
    }

    private static final class Planner {
        private static final Duration PULL_SHOWN = Duration.ofSeconds(3);
        private static final Duration LEAST = Duration.ofSeconds(2);

        private final Pod pod;
        private final Observed seen;
        private final Memory memory;
        private final Instant now;
        private final List<Step> steps = new ArrayList<>();
        private final Map<String, Waiting> waiting = new HashMap<>();
        private @Nullable Instant wakeAt;

        Planner(Pod pod, Observed seen, Memory memory, Instant now) {
            this.pod = pod;
            this.seen = seen;
            this.memory = memory;
            this.now = now;
        }

        /** Ends the pod and forgets it. */
        void end() {
            if (stopAll()) return;
            for (var sandbox : seen.sandboxes()) {
                steps.add(new Step.StopSandbox(sandbox.id()));
                steps.add(new Step.RemoveSandbox(sandbox.id()));
            }
            steps.add(new Step.Finish());
        }

        /** Keeps what a finished pod left, but nothing that runs. */
        void rest() {
            if (stopAll()) return;
            for (var sandbox : seen.sandboxes()) {
                if (sandbox.ready()) steps.add(new Step.StopSandbox(sandbox.id()));
            }
        }

        void run() {
            var deadline = deadline(pod);
            if (deadline != null) wake(deadline);
            var sandbox = current(pod, seen);
            if (sandbox == null) {
                runSandbox();
                return;
            }
            sweep(sandbox);
            for (var container : pod.ephemeralContainers()) putIn(container, sandbox);
            boolean initialized = initialize(sandbox);
            if (!initialized) return;
            for (var container : pod.containers()) advance(container, sandbox, isRestarted(container, sandbox));
        }

        /** Stops what runs, sidecars after the others and the last of them first; says whether something still does. */
        private boolean stopAll() {
            var running = seen.instances().stream()
                    .filter(i -> i.isRunning() || i.state() instanceof State.Unknown)
                    .toList();
            var sidecars = pod.initContainers().stream()
                    .filter(Container::isSidecar)
                    .map(Container::name)
                    .toList();
            int last = running.stream()
                    .mapToInt(i -> sidecars.contains(i.name()) ? sidecars.indexOf(i.name()) : sidecars.size())
                    .max()
                    .orElse(0);
            for (var instance : running) {
                int place = sidecars.indexOf(instance.name());
                boolean waits = place >= 0 && place < last;
                if (waits || memory.stopping().contains(instance.id())) continue;
                var grace = place < 0 ? pod.gracePeriod() : rest(pod.gracePeriod());
                steps.add(new Step.Stop(instance, grace, "Stopping container " + instance.name()));
            }
            return !running.isEmpty();
        }

        /** What is left of a pod's time to end, at least two seconds, for containers whose turn came late. */
        private Duration rest(Duration grace) {
            var end = pod.metadata().deletionTimestamp();
            if (end == null) return grace;
            var left = Duration.between(now, end);
            var least = grace.compareTo(LEAST) < 0 ? grace : LEAST;
            if (left.compareTo(least) < 0) return least;
            return left.compareTo(grace) < 0 ? left : grace;
        }

        private void runSandbox() {
            var failure = memory.failures().get(Memory.SANDBOX);
            if (failure != null && failure.holds(now)) {
                wake(failure.again());
                return;
            }
            for (var old : seen.sandboxes()) steps.add(new Step.StopSandbox(old.id()));
            int attempt =
                    seen.sandboxes().isEmpty() ? 0 : seen.sandboxes().getFirst().attempt() + 1;
            steps.add(new Step.RunSandbox(attempt));
        }

        /** Removes what came before: all but the last dead container of each name, and sandboxes that hold none. */
        private void sweep(Sandbox current) {
            var kept = new HashSet<String>();
            var used = new HashSet<String>();
            for (var instance : seen.instances()) {
                boolean dead = instance.isExited() || instance.state() instanceof State.Created;
                boolean newest = instance.equals(seen.newest(instance.name()));
                if (!dead || newest || instance.isExited() && kept.add(instance.name())) used.add(instance.sandbox());
                else if (!memory.starting().contains(instance.name())) steps.add(new Step.Remove(instance));
            }
            for (var sandbox : seen.sandboxes()) {
                if (!sandbox.equals(current) && !used.contains(sandbox.id())) {
                    steps.add(new Step.StopSandbox(sandbox.id()));
                    steps.add(new Step.RemoveSandbox(sandbox.id()));
                }
            }
        }

        /** Takes the init containers one step on; says whether the others may run. */
        private boolean initialize(Sandbox sandbox) {
            boolean mains = pod.containers().stream()
                    .anyMatch(container -> seen.newest(container.name(), sandbox.id()) != null);
            for (var container : pod.initContainers()) {
                var last = seen.newest(container.name(), sandbox.id());
                if (container.isSidecar()) {
                    advance(container, sandbox, true);
                    boolean up = last != null
                            && last.isRunning()
                            && memory.healthOf(last).started();
                    if (!mains && !up) return false;
                } else if (!mains && !(last != null && last.state() instanceof State.Exited exit && exit.code() == 0)) {
                    advance(container, sandbox, isRestarted(container, sandbox));
                    return false;
                }
            }
            return true;
        }

        /** Has a container look at the pod: once, whatever becomes of it, and be the pod initialized or not. */
        private void putIn(Container container, Sandbox sandbox) {
            var last = seen.newest(container.name());
            if (last != null && !(last.state() instanceof State.Created)) return;
            if (isHeldBack(container) || memory.starting().contains(container.name())) return;
            var name = container.targetContainerName();
            var target = name.isEmpty() ? null : seen.newest(name, sandbox.id());
            if (target == null && !name.isEmpty()) {
                var message = "unable to find target container " + name;
                waiting.put(container.name(), new Waiting("CreateContainerConfigError", message));
                return;
            }
            if (last != null) steps.add(new Step.Remove(last));
            steps.add(new Step.Start(sandbox.id(), container, 0, target == null ? null : target.id()));
        }

        private boolean isRestarted(Container container, Sandbox sandbox) {
            return !isDone(pod, container, seen.newest(container.name(), sandbox.id()));
        }

        private void advance(Container container, Sandbox sandbox, boolean restart) {
            if (isHeldBack(container) || memory.starting().contains(container.name())) return;
            var last = seen.newest(container.name(), sandbox.id());
            switch (last == null ? null : last.state()) {
                case null -> start(container, sandbox);
                case State.Running _ -> check(container, Objects.requireNonNull(last));
                case State.Exited exit when restart -> restart(container, sandbox, exit);
                case State.Exited _ -> {}
                case State.Created _, State.Unknown _ -> {
                    steps.add(new Step.Remove(Objects.requireNonNull(last)));
                    start(container, sandbox);
                }
            }
        }

        private boolean isHeldBack(Container container) {
            var failure = memory.failures().get(container.name());
            if (failure == null) return false;
            boolean held = failure.holds(now);
            waiting.put(container.name(), shown(container, failure));
            if (held) wake(failure.again());
            return held;
        }

        /** A pull that failed is shown as such for a moment, and then as one that is waited with. */
        private Waiting shown(Container container, Memory.Failure failure) {
            var backOff = failure.at().plus(PULL_SHOWN);
            if (!failure.reason().equals("ErrImagePull")) return new Waiting(failure.reason(), failure.message());
            if (failure.isFresh(now, PULL_SHOWN)) {
                wake(backOff);
                return new Waiting(failure.reason(), failure.message());
            }
            return new Waiting("ImagePullBackOff", "Back-off pulling image \"%s\"".formatted(container.image()));
        }

        private void check(Container container, Instance running) {
            if (memory.stopping().contains(running.id())) return;
            if (!running.hash().equals(hash(container)))
                stop(running, "Container %s definition changed, will be restarted".formatted(container.name()));
            else if (!memory.healthOf(running).alive()) stopUnhealthy(container, running);
        }

        private void stopUnhealthy(Container container, Instance running) {
            var kind = memory.healthOf(running).started() ? "liveness" : "startup";
            var probe = container.probe(kind + "Probe");
            var grace = probe == null ? null : probe.gracePeriod();
            var why = "Container %s failed %s probe, will be restarted".formatted(container.name(), kind);
            steps.add(new Step.Stop(running, grace == null ? pod.gracePeriod() : grace, why));
        }

        private void restart(Container container, Sandbox sandbox, State.Exited exit) {
            var backOff = memory.crashes().get(container.name());
            var until = backOff == null ? exit.finished() : backOff.until(exit.finished());
            boolean ofTheFuture = exit.finished().isAfter(now); // the clock was set back
            if (backOff == null || ofTheFuture || !now.isBefore(until)) {
                start(container, sandbox);
                return;
            }
            var message = "back-off %s restarting failed container=%s pod=%s_%s(%s)"
                    .formatted(text(backOff.delay()), container.name(), pod.name(), pod.namespace(), pod.uid());
            waiting.put(container.name(), new Waiting("CrashLoopBackOff", message));
            wake(until);
        }

        private void start(Container container, Sandbox sandbox) {
            var last = seen.newest(container.name());
            int restarts = 0;
            if (last != null) restarts = last.isExited() ? last.restarts() + 1 : last.restarts();
            steps.add(new Step.Start(sandbox.id(), container, restarts, null));
        }

        private void stop(Instance instance, String why) {
            steps.add(new Step.Stop(instance, pod.gracePeriod(), why));
        }

        private void wake(Instant at) {
            if (wakeAt == null || at.isBefore(wakeAt)) wakeAt = at;
        }

        private static String text(Duration delay) {
            long minutes = delay.toMinutes();
            return minutes == 0 ? delay.toSeconds() + "s" : "%dm%ds".formatted(minutes, delay.toSecondsPart());
        }
    }
}
