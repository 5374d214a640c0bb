package io.smarter.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What an agent knows of one pod beside what the runtime shows.
 *
 * @param failures why the last try to make something failed, by container name; {@link #SANDBOX} for the sandbox
 * @param crashes the back-off of containers that ended, by name
 * @param starting names of the containers that are being started
 * @param stopping ids of the containers that are being stopped
 * @param health what probes found, by container id
 * @param gone whether the cloud has no such pod any more
 */
record Memory(
        Map<String, Failure> failures,
        Map<String, BackOff> crashes,
        Set<String> starting,
        Set<String> stopping,
        Map<String, Health> health,
        boolean gone) {
    static final Memory NONE = new Memory(Map.of(), Map.of(), Set.of(), Set.of(), Map.of(), false);

    /** The name under which the sandbox's failure is kept. */
    static final String SANDBOX = "";

    /** A try that failed: reason and message as the pod's status shows them, when, and when to try again. */
    record Failure(String reason, String message, Instant at, Instant again) {
        /** Whether it is not yet to be tried again. One of the future is from before the clock was set back. */
        boolean holds(Instant now) {
            return now.isBefore(again) && !isOfTheFuture(now);
        }

        private boolean isOfTheFuture(Instant now) {
            return now.isBefore(at);
        }

        /** Whether it happened within a time before. */
        boolean isFresh(Instant now, Duration time) {
            return now.isBefore(at.plus(time)) && !isOfTheFuture(now);
        }
    }

    /** What probes found out about a running container. */
    record Health(boolean started, boolean ready, boolean alive) {
        /** A container without probes. */
        static final Health FINE = new Health(true, true, true);
    }

    /** This with what probes found, and whether the cloud forgot the pod. */
    Memory with(Map<String, Health> health, boolean gone) {
        return new Memory(failures, crashes, starting, stopping, health, gone);
    }

    /** What is known about a running container. */
    Health healthOf(Observed.Instance instance) {
        return health.getOrDefault(instance.id(), Health.FINE);
    }
}
