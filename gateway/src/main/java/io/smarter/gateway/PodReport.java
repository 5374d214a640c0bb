package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.json.Json;

/** What the cloud is told of one pod. Told by one thread; any may ask what it was last. */
final class PodReport {
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
        status = Shutdown.said(wanted, node.devices().shown(wanted, next.status()), halted);
        node.reports().report(wanted, status);
        backOffs.tell(wanted, plan);
    }
}
