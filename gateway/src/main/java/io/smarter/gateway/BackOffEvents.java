package io.smarter.gateway;

import io.smarter.api.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Says once for each back-off of a pod's containers that they are waited with. Used by one thread. */
final class BackOffEvents {
    private final EventLog events;
    private final Map<String, Instant> told = new HashMap<>();

    BackOffEvents(EventLog events) {
        this.events = events;
    }

    void tell(Pod pod, Plan plan) {
        plan.waiting().forEach((container, waits) -> tell(pod, container, waits, plan));
    }

    private void tell(Pod pod, String container, Plan.Waiting waits, Plan plan) {
        boolean crash = waits.reason().equals("CrashLoopBackOff");
        if (!crash && !waits.reason().equals("ImagePullBackOff") || plan.wakeAt() == null) return;
        if (plan.wakeAt().equals(told.put(container, plan.wakeAt()))) return;
        var message = crash
                ? "Back-off restarting failed container %s in pod %s_%s(%s)"
                        .formatted(container, pod.name(), pod.namespace(), pod.uid())
                : waits.message();
        var kind = crash ? EventLog.Kind.WARNING : EventLog.Kind.NORMAL;
        events.record(pod, container, kind, "BackOff", message);
    }
}
