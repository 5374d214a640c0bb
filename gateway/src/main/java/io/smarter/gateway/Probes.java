package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.Probe;
import io.smarter.gateway.Actions.Outcome;
import io.smarter.gateway.Memory.Health;
import io.smarter.gateway.Observed.Instance;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The probes of one pod's running containers, each on a thread of its own, and the hook before a container's end. */
final class Probes implements AutoCloseable {
    private final NodeServices node;
    private final Runnable changed;
    private final Map<String, Watched> watched = new HashMap<>();

    /** Probes of a pod; {@code changed} is called when what they found does. */
    Probes(NodeServices node, Runnable changed) {
        this.node = node;
        this.changed = changed;
    }

    /** Outcomes of one kind, such as the successes of a container's readiness probe. */
    record Counted(String container, String kind, String result) {}

    private final Map<Counted, Long> counts = new HashMap<>();

    /** How often probes went how. */
    synchronized Map<Counted, Long> counts() {
        return Map.copyOf(counts);
    }

    private synchronized Outcome counted(Subject subject, String kind, Outcome outcome) {
        var result = switch (outcome) {
            case Outcome.Good _ -> "successful";
            case Outcome.Bad _ -> "failed";
            case Outcome.Unknown _ -> "unknown";
        };
        counts.merge(new Counted(subject.container().name(), kind, result), 1L, Long::sum);
        return outcome;
    }

    private record Watched(List<Thread> threads, Health health) {}

    /** Everything that a loop needs to know. */
    private record Subject(Pod pod, Container container, Instance instance, String address) {}

    /**
     * Begins to probe what began to run, and lets go of what ended.
     *
     * @param status what was said of the pod before: a container that was ready is, until its probe says otherwise
     */
    synchronized void watch(Pod pod, Observed seen, Json.Obj status) {
        var running = seen.instances().stream().filter(Instance::isRunning).toList();
        watched.entrySet().removeIf(entry -> {
            boolean ended = running.stream().noneMatch(i -> i.id().equals(entry.getKey()));
            if (ended) entry.getValue().threads().forEach(Thread::interrupt);
            return ended;
        });
        for (var instance : running) {
            if (watched.containsKey(instance.id())) continue;
            var container = container(pod, instance.name());
            if (container != null)
                begin(new Subject(pod, container, instance, node.podConfigs().address(pod, seen)), status);
        }
    }

    /** What is known, by container id. */
    synchronized Map<String, Health> health() {
        var health = new HashMap<String, Health>();
        watched.forEach((id, container) -> health.put(id, container.health()));
        return health;
    }

    @Override
    public synchronized void close() {
        watched.values().forEach(container -> container.threads().forEach(Thread::interrupt));
        watched.clear();
    }

    private static @Nullable Container container(Pod pod, String name) {
        return pod.allContainers().stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void begin(Subject subject, Json.Obj status) {
        var container = subject.container();
        var startup = container.probe("startupProbe");
        var readiness = container.probe("readinessProbe");
        var liveness = container.probe("livenessProbe");
        var said = said(subject.instance(), status);
        var health = new Health(startup == null || said.flag("started"), readiness == null || said.flag("ready"), true);
        var threads = new ArrayList<Thread>();
        if (startup != null && !health.started()) threads.add(loop(subject, "Startup", startup));
        if (readiness != null) threads.add(loop(subject, "Readiness", readiness));
        if (liveness != null) threads.add(loop(subject, "Liveness", liveness));
        watched.put(subject.instance().id(), new Watched(threads, health));
        threads.forEach(Thread::start);
    }

    private static Json said(Instance instance, Json.Obj status) {
        for (var list : List.of("containerStatuses", "initContainerStatuses")) {
            for (var container : status.items(list)) {
                if (container.textOrEmpty("containerID").endsWith(instance.id())) return container;
            }
        }
        return Json.Obj.EMPTY;
    }

    private Thread loop(Subject subject, String kind, Probe probe) {
        return Thread.ofVirtual().name(kind + " " + subject.container().name()).unstarted(() -> {
            try {
                loopUntilInterrupted(subject, kind, probe);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void loopUntilInterrupted(Subject subject, String kind, Probe probe) throws InterruptedException {
        var id = subject.instance().id();
        var actions = new Actions(node.runtime(), subject.container(), id, subject.address());
        long good = 0;
        long bad = 0;
        Thread.sleep(probe.initialDelay());
        while (true) {
            if (kind.equals("Startup") || isStarted(id)) {
                switch (counted(subject, kind, actions.run(probe.action(), probe.timeout()))) {
                    case Outcome.Bad(var message) -> {
                        good = 0;
                        bad++;
                        tell(subject, kind + " probe failed: " + message);
                    }
                    case Outcome.Good _ -> {
                        bad = 0;
                        good++;
                    }
                    case Outcome.Unknown(var message) -> tell(subject, kind + " probe errored: " + message);
                }
                if (good >= probe.successThreshold() || bad >= probe.failureThreshold()) set(id, kind, good > 0);
                if (kind.equals("Startup") && isStarted(id)) return;
            }
            Thread.sleep(probe.period());
        }
    }

    private void tell(Subject subject, String text) {
        node.events().record(subject.pod(), subject.container().name(), EventLog.Kind.WARNING, "Unhealthy", text);
    }

    private synchronized boolean isStarted(String id) {
        var container = watched.get(id);
        return container != null && container.health().started();
    }

    private void set(String id, String kind, boolean good) {
        synchronized (this) {
            var container = watched.get(id);
            if (container == null) return;
            var next = changed(container.health(), kind, good);
            if (next == null) return;
            watched.put(id, new Watched(container.threads(), next));
        }
        changed.run();
    }

    private static @Nullable Health changed(Health before, String kind, boolean good) {
        var next = switch (kind) {
            case "Startup" -> new Health(good, before.ready(), good || before.started());
            case "Readiness" -> new Health(before.started(), good, before.alive());
            default -> new Health(before.started(), before.ready(), good);
        };
        return next.equals(before) ? null : next;
    }
}
