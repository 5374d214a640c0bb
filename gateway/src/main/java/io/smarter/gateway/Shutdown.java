package io.smarter.gateway;

import io.smarter.json.Json;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of all pods of this node before the machine goes down, those of the lowest priority first. They stay wanted: the
 * agent's next start runs them again, with or without a cloud. Safe for use by many threads.
 */
final class Shutdown {
    private static final System.Logger LOG = System.getLogger(Shutdown.class.getName());

    /** For the runtime to kill what did not end by itself. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Pods pods;
    private final StatusReports reports;
    private final List<ShutdownPhase> phases;
    private final InstantSource clock;
    private volatile boolean begun;

    /** The end of these pods, of which the cloud is told by {@code reports}. */
    Shutdown(Pods pods, StatusReports reports, List<ShutdownPhase> phases, InstantSource clock) {
        this.pods = pods;
        this.reports = reports;
        this.phases = phases;
        this.clock = clock;
    }

    /** What keeps the node from running pods; empty if it does not go down. */
    String trouble() {
        return begun ? "node is shutting down" : "";
    }

    /** The outcome: pods of which nothing runs any more, and those that were not over in time, in their order. */
    record Outcome(List<String> ended, List<String> late) {
        Json.Obj json() {
            return Json.obj("ended", ended, "late", late);
        }
    }

    /**
     * Ends the pods; returns when nothing runs, or when the time of all phases is over.
     *
     * @param told called as it begins, when {@link #trouble} says so
     */
    synchronized Outcome run(Runnable told) throws InterruptedException {
        begun = true;
        told.run();
        pods.hold();
        var outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < phases.size(); i++) {
            int phase = i;
            var group = pods.all().stream()
                    .filter(worker -> ShutdownPhase.of(phases, worker.pod()) == phase)
                    .toList();
            end(group, phases.get(i).grace(), outcome);
        }
        reports.await(FAREWELL);
        return outcome;
    }

    private void end(List<PodWorker> group, Duration grace, Outcome outcome) throws InterruptedException {
        for (var worker : group) worker.halt(grace);
        var end = clock.instant().plus(grace).plus(SLACK);
        for (var worker : group) {
            boolean over = worker.awaitHalt(Duration.between(clock.instant(), end));
            (over ? outcome.ended() : outcome.late()).add(worker.pod().key());
            LOG.log(
                    over ? Level.INFO : Level.WARNING,
                    "pod {0} {1}",
                    worker.pod().key(),
                    over ? "ended for the shutdown" : "did not end in time for the shutdown");
        }
    }
}
