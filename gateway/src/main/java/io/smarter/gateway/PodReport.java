package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;

/** What the cloud is told of one pod. Told by one thread; any may ask what it was last. */
final class PodReport {
    private static final String HALTED = "Terminated";
    private static final String MESSAGE = "Pod was terminated in response to imminent node shutdown.";

    private final NodeServices node;
    private final BackOffEvents backOffs;
    private volatile Json.Obj status;

    /** Of a pod whose status is what was told before. */
    PodReport(Pod pod, NodeServices node) {
        this.node = node;
        backOffs = new BackOffEvents(node.events());
        status = pod.tree().object("status");
    }

    /** What the pod's status was when it was last told. */
    Json.Obj status() {
        return status;
    }

    /** A pod with the start that was told of it, which the cloud may not know yet. */
    Pod started(Pod from) {
        var start = status.text("startTime");
        if (start == null || from.tree().text("status", "startTime") != null) return from;
        return new Pod(from.tree().withAt(Json.of(start), "status", "startTime"));
    }

    /** Tells how a pod is; of one that ends, as long as something of it is there. */
    void tell(Pod wanted, Observed found, Memory memory, Plan plan, boolean halted) {
        boolean ending = memory.gone() || wanted.isDeleting();
        if (memory.gone() || ending && found.instances().isEmpty()) return;
        var address = node.podConfigs().address();
        var next = new PodStatus(
                wanted, found, memory, plan, status, address, node.clock().instant());
        status = said(wanted, node.devices().shown(wanted, next.status()), status, halted);
        node.reports().report(wanted, status);
        backOffs.tell(wanted, plan);
    }

    // ---- what a shutdown of the node adds

    /**
     * What is said of a pod: whether it was ended since the node goes down, and not that any more once it runs again. What
     * the cloud says of a static pod is not known here, so of that it is taken back in any case.
     *
     * @param before what was said last
     */
    static Json.Obj said(Pod pod, Json.Obj status, Json.Obj before, boolean halted) {
        if (status.has("reason")) return status;
        if (halted && (saysHalt(before) || !Plan.isOver(pod) && !isOver(before)))
            return status.with("reason", Json.of(HALTED)).with("message", Json.of(MESSAGE));
        if (halted || !showsHalt(pod) && !StaticPod.is(pod)) return status;
        return status.with("reason", Json.Null.NULL).with("message", Json.Null.NULL);
    }

    private static boolean isOver(Json.Obj status) {
        return Plan.isOver(new Pod(Json.obj("status", status)));
    }

    /** Whether the cloud's pod was ended by a shutdown and does not run again yet. */
    static boolean showsHalt(Pod pod) {
        return saysHalt(pod.tree().object("status")) && !Plan.isOver(pod);
    }

    /** Whether a status says that a shutdown ended the pod. */
    static boolean saysHalt(Json.Obj status) {
        return HALTED.equals(status.text("reason"));
    }
}
