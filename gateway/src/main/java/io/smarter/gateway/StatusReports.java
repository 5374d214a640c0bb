package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells the cloud the statuses of pods: only what changed, only the newest of each, and again and again while the cloud
 * can't be reached. A status that says only that a pod is being started waits a moment, as the next one mostly comes soon:
 * that is a message less on the uplink. Safe for use by many threads.
 */
final class StatusReports implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StatusReports.class.getName());
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(500), Duration.ofSeconds(60));
    private static final Duration UNTIL_NEXT = Duration.ofMillis(400);
    private static final Set<String> STARTING = Set.of("ContainerCreating", "PodInitializing");

    private final Target target;
    private final Thread sender;
    private final Map<String, Report> pending = new LinkedHashMap<>();
    private final Map<String, Json.Obj> sent = new LinkedHashMap<>();

    /** Until when nothing is told; null for no reason to wait. */
    private @Nullable Long paused;

    private boolean sending;

    /** @param due when, in {@link System#nanoTime} */
    private record Report(Pod pod, Json.Obj status, long due) {}

    /** Where statuses are told. */
    @FunctionalInterface
    interface Target {
        /** Writes a pod's status; false when there is nothing to write it to. */
        boolean write(Pod pod, Json.Obj status) throws IOException;
    }

    /** Reports from a thread of its own. */
    StatusReports(Target target) {
        this.target = target;
        sender = Thread.ofVirtual().name("status").start(this::run);
    }

    /** Says what a pod's status is now. */
    synchronized void report(Pod pod, Json.Obj status) {
        var known = sent.get(pod.uid());
        if (known == null ? isIn(pod, status) : known.equals(status)) {
            pending.remove(pod.uid());
            return;
        }
        long due = System.nanoTime() + (isOnItsWay(status) ? UNTIL_NEXT.toNanos() : 0);
        var before = pending.get(pod.uid());
        if (before != null && before.due() - due < 0) due = before.due();
        pending.put(pod.uid(), new Report(pod, status, due));
        notifyAll();
    }

    /** Whether a status says no more than that the pod is being started. */
    private static boolean isOnItsWay(Json.Obj status) {
        return "Pending".equals(status.text("phase"))
                && Stream.of("initContainerStatuses", "containerStatuses")
                        .flatMap(list -> status.items(list).stream())
                        .map(container -> container.text("state", "waiting", "reason"))
                        .allMatch(reason -> reason != null && STARTING.contains(reason));
    }

    /** Tries to tell the newest status of a pod now, before it is removed. */
    void flush(String uid) throws IOException {
        Report report;
        synchronized (this) {
            report = pending.remove(uid);
        }
        if (report != null) target.write(report.pod(), report.status());
    }

    /** Lets go of a pod. */
    synchronized void forget(String uid) {
        pending.remove(uid);
        sent.remove(uid);
    }

    /** Waits until all is told, but no longer than that. */
    synchronized void await(Duration most) throws InterruptedException {
        long begun = System.nanoTime();
        while (sending || !pending.isEmpty()) {
            long millis = most.minusNanos(System.nanoTime() - begun).toMillis();
            if (millis <= 0) return;
            wait(millis);
        }
    }

    /** Tries again at once what could not be told before. */
    synchronized void retry() {
        paused = null;
        notifyAll();
    }

    @Override
    public void close() {
        sender.interrupt();
    }

    /** Whether the cloud's pod says all of that already. */
    private static boolean isIn(Pod pod, Json.Obj status) {
        var there = pod.tree().object("status");
        for (var member : status.members().entrySet()) {
            if (!member.getValue().equals(there.get(member.getKey()))) return false;
        }
        return true;
    }

    private void run() {
        Duration pause = null;
        try {
            while (true) {
                var report = await();
                try {
                    send(report);
                    pause = null;
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "status not told: {0}", e.getMessage());
                    pause = PAUSES.after(pause);
                    putBack(report, pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Report report) throws IOException {
        boolean told = false;
        try {
            told = target.write(report.pod(), report.status());
        } finally {
            sent(report, told);
        }
    }

    private synchronized void sent(Report report, boolean told) {
        sending = false;
        if (told) sent.put(report.pod().uid(), report.status());
        notifyAll();
    }

    private synchronized Report await() throws InterruptedException {
        while (true) {
            var next = pending.values().stream()
                    .min((one, other) -> Long.signum(one.due() - other.due()))
                    .orElse(null);
            if (next == null) {
                wait();
                continue;
            }
            long due = paused != null && paused - next.due() > 0 ? paused : next.due();
            long millis = (due - System.nanoTime()) / 1_000_000;
            if (millis > 0) {
                wait(millis);
                continue;
            }
            paused = null;
            pending.remove(next.pod().uid());
            sending = true;
            return next;
        }
    }

    /** Keeps a report for later unless there is a newer one. */
    private synchronized void putBack(Report report, Duration wait) {
        pending.putIfAbsent(report.pod().uid(), report);
        paused = System.nanoTime() + wait.toNanos();
    }
}
