package io.smarter.printers;

import io.smarter.api.ObjectMeta;
import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How {@code kubectl get pods} shows a pod: its status column tells of the container that explains most. */
public final class PodColumns {
    public static final Columns COLUMNS = Columns.of(
            Column.NAME,
            Column.text("Ready", (pod, _) -> ready(pod)),
            Column.text("Status", (pod, _) -> status(pod)),
            Column.text("Restarts", PodColumns::restarts),
            Column.AGE,
            Column.text("IP", (pod, _) -> TypeColumns.orNone(pod.textOrEmpty("status", "podIP")))
                    .wide(),
            Column.text("Node", (pod, _) -> TypeColumns.orNone(pod.textOrEmpty("spec", "nodeName")))
                    .wide(),
            Column.text(
                            "Nominated Node",
                            (pod, _) -> TypeColumns.orNone(pod.textOrEmpty("status", "nominatedNodeName")))
                    .wide(),
            Column.text("Readiness Gates", (pod, _) -> gates(pod)).wide());

    private PodColumns() {}

    private static String ready(Json.Obj pod) {
        long ready = pod.items("status", "containerStatuses").stream()
                .filter(PodColumns::runsReady)
                .count();
        return ready + "/" + pod.items("spec", "containers").size();
    }

    private static boolean runsReady(Json status) {
        return status.flag("ready") && status.at("state", "running") != null;
    }

    static String status(Json.Obj pod) {
        var phase = pod.textOrEmpty("status", "phase");
        if (pod.text("metadata", "deletionTimestamp") != null) {
            if (pod.textOrEmpty("status", "reason").equals("NodeLost")) return "Unknown";
            if (!phase.equals("Succeeded") && !phase.equals("Failed")) return "Terminating";
        }
        var initializing = initializing(pod);
        if (initializing != null) return initializing;
        var own = pod.textOrEmpty("status", "reason");
        return ofContainers(pod, own.isEmpty() ? phase : own);
    }

    /** The state of the first init container that is not done, or null when all are. */
    private static @Nullable String initializing(Json.Obj pod) {
        var statuses = pod.items("status", "initContainerStatuses");
        for (int i = 0; i < statuses.size(); i++) {
            var status = statuses.get(i);
            if (status.at("state", "terminated") != null) {
                if (status.number(-1, "state", "terminated", "exitCode") == 0) continue;
                return "Init:" + ended(status);
            }
            if (isSidecar(pod, status.textOrEmpty("name")) && status.flag("started")) continue;
            var waiting = status.textOrEmpty("state", "waiting", "reason");
            if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) return "Init:" + waiting;
            return "Init:%d/%d".formatted(i, pod.items("spec", "initContainers").size());
        }
        return null;
    }

    private static boolean isSidecar(Json.Obj pod, String name) {
        return pod.items("spec", "initContainers").stream()
                .anyMatch(container -> container.textOrEmpty("name").equals(name)
                        && container.textOrEmpty("restartPolicy").equals("Always"));
    }

    private static String ofContainers(Json.Obj pod, String fallback) {
        var reason = fallback;
        boolean running = false;
        for (var status : pod.items("status", "containerStatuses").reversed()) {
            var waiting = status.textOrEmpty("state", "waiting", "reason");
            if (!waiting.isEmpty()) reason = waiting;
            else if (status.at("state", "terminated") != null) reason = ended(status);
            else running |= runsReady(status);
        }
        if (!reason.equals("Completed") || !running) return reason;
        return isReady(pod) ? "Running" : "NotReady";
    }

    private static boolean isReady(Json.Obj pod) {
        return pod.items("status", "conditions").stream()
                .anyMatch(condition -> condition.textOrEmpty("type").equals("Ready")
                        && condition.textOrEmpty("status").equals("True"));
    }

    private static String ended(Json status) {
        var reason = status.textOrEmpty("state", "terminated", "reason");
        if (!reason.isEmpty()) return reason;
        long signal = status.number(0, "state", "terminated", "signal");
        return signal != 0 ? "Signal:" + signal : "ExitCode:" + status.number(0, "state", "terminated", "exitCode");
    }

    private static String restarts(Json.Obj pod, Instant now) {
        var statuses = initializing(pod) != null
                ? pod.items("status", "initContainerStatuses")
                : pod.items("status", "containerStatuses");
        long restarts = statuses.stream()
                .mapToLong(status -> status.number(0, "restartCount"))
                .sum();
        var last = lastEnd(statuses);
        if (restarts == 0 || last == null) return Long.toString(restarts);
        return "%d (%s ago)".formatted(restarts, Ages.text(Duration.between(last, now)));
    }

    private static @Nullable Instant lastEnd(List<Json> statuses) {
        Instant last = null;
        for (var status : statuses) {
            var end = ObjectMeta.instant(status.text("lastState", "terminated", "finishedAt"));
            if (end != null && (last == null || end.isAfter(last))) last = end;
        }
        return last;
    }

    private static String gates(Json.Obj pod) {
        var gates = pod.items("spec", "readinessGates");
        if (gates.isEmpty()) return "<none>";
        long passed = gates.stream()
                .filter(gate -> pod.items("status", "conditions").stream()
                        .anyMatch(condition -> condition.textOrEmpty("type").equals(gate.textOrEmpty("conditionType"))
                                && condition.textOrEmpty("status").equals("True")))
                .count();
        return passed + "/" + gates.size();
    }
}
