package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pod may not run since the node goes down, and whether it still does. In memory only: an agent that starts anew
 * runs the pod again. Safe for use by many threads.
 */
final class Halt {
    private final CountDownLatch down = new CountDownLatch(1);
    private volatile @Nullable Duration grace;

    /** Has the pod end in that time at most. */
    void begin(Duration most) {
        grace = most;
    }

    boolean isBegun() {
        return grace != null;
    }

    Plan plan(Pod pod, Observed seen, Memory memory, Instant now) {
        var most = grace;
        return most == null ? Plan.of(pod, seen, memory, now) : Plan.halt(shortened(pod, most), seen, memory, now);
    }

    /** The pod with no more time to end than it has. */
    static Pod shortened(Pod pod, Duration most) {
        if (pod.isDeleting() || pod.gracePeriod().compareTo(most) <= 0) return pod;
        return new Pod(
                pod.tree().withAt(Json.of(Math.max(1, most.toSeconds())), "metadata", "deletionGracePeriodSeconds"));
    }

    /** Tells what the runtime holds of the pod. */
    void look(Observed seen) {
        if (isBegun() && seen.isDown()) over();
    }

    /** Tells that nothing of the pod is left, nor will be, whether it was to halt or not. */
    void over() {
        down.countDown();
    }

    /** Waits until nothing of the pod runs; false if something does after that time. */
    boolean await(Duration patience) throws InterruptedException {
        return down.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
