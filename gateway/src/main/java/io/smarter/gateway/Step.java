package io.smarter.gateway;

import io.smarter.api.Container;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One thing to do towards what a pod should be. */
sealed interface Step {
    /** Makes a sandbox; {@code attempt} tells it from those before. */
    record RunSandbox(int attempt) implements Step {}

    /** Ends what runs in a sandbox and gives its network back. */
    record StopSandbox(String id) implements Step {}

    /** Removes a sandbox and the containers in it. */
    record RemoveSandbox(String id) implements Step {}

    /**
     * Gets the image, makes a container and starts it. Does not wait for its end.
     *
     * @param target the id of the container whose processes it is to see; null for none
     */
    record Start(
            String sandbox,
            Container container,
            int restarts,
            @Nullable String target) implements Step {}

    /** Asks a container to end, and kills it after the grace period. Does not wait for its end. */
    record Stop(Observed.Instance instance, Duration grace, String why) implements Step {}

    /** Removes a container that ended. */
    record Remove(Observed.Instance instance) implements Step {}

    /** Nothing of the pod is left in the runtime: forgets it, and lets the cloud forget it. */
    record Finish() implements Step {}
}
