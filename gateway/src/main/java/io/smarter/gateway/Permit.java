package io.smarter.gateway;

import java.util.function.BooleanSupplier;

/**
 * Whether the start of a container may go on, while its pod may come to its end.
 *
 * @param wanted whether the pod is not about to end
 */
record Permit(String container, Attempts attempts, BooleanSupplier wanted) {
    /** Asked before the first trace is left on the machine; from then on the pod's end waits. */
    boolean begin() {
        return isWanted() && attempts.make(container);
    }

    boolean isWanted() {
        return wanted.getAsBoolean();
    }

    /** All traces are left: the pod's end has to wait no longer. */
    void end() {
        attempts.made(container);
    }
}
