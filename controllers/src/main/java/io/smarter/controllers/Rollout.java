package io.smarter.controllers;

import java.time.Duration;
import java.time.Instant;

/**
 * What the pods of a DaemonSet are to become, and how.
 *
 * @param hash that of the revision which all pods are to have
 * @param minReady how long a pod must be ready to count as available
 */
record Rollout(String hash, Strategy strategy, Duration minReady, Instant now) {
    /** How pods of another revision are replaced. */
    sealed interface Strategy {
        /** When somebody deletes them. */
        record OnDelete() implements Strategy {}

        /** By deletion, as long as no more than so many that should be available are not. */
        record Stopping(int maxUnavailable) implements Strategy {}

        /** By new ones that run beside them until they are available; so many at a time. */
        record Surging(int maxSurge) implements Strategy {}
    }

    boolean available(DaemonPod pod) {
        return pod.available(minReady, now);
    }

    boolean isNew(DaemonPod pod) {
        return pod.hash().equals(hash);
    }
}
