package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.State;
import io.smarter.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says of a pod what a kubelet would: a pure function of the pod, what the runtime holds, and what was said before.
 *
 * @param previous the status that was said last, from which times are kept
 * @param address the node's address
 */
record PodStatus(Pod pod, Observed seen, Memory memory, Plan plan, Json.Obj previous, String address, Instant now) {
    /** The conditions that are ours to say; others are kept as they are. */
    private static final Set<String> OWN =
            Set.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

    /** The whole {@code status}. */
    Json.Obj status() {
        var inits = statuses("initContainerStatuses", pod.initContainers());
        var mains = statuses("containerStatuses", pod.containers());
        var phase = phase();
        var status = Json.obj(
                "phase",
                phase,
                "conditions",
                conditions(phase, inits, mains),
                "hostIP",
                address,
                "hostIPs",
                List.of(Json.obj("ip", address)),
                "startTime",
                startTime(),
                "qosClass",
                pod.qosClass().text());
        var generation = pod.tree().at("metadata", "generation");
        if (generation != null) status = status.with("observedGeneration", generation);
        if (isExpired()) {
            var message = "Pod was active on the node longer than the specified deadline";
            status = status.with("reason", Json.of("DeadlineExceeded")).with("message", Json.of(message));
        }
        if (Plan.isOver(pod) && phase.equals(pod.phase()))
            for (var member : new String[] {"reason", "message"})
                if (pod.tree().text("status", member) != null)
                    status = status.with(member, Json.of(pod.tree().text("status", member)));
        if (!inits.isEmpty()) status = status.with("initContainerStatuses", Json.arr(inits));
        status = status.with("containerStatuses", Json.arr(mains));
        if (!pod.ephemeralContainers().isEmpty()) status = status.with("ephemeralContainerStatuses", ephemerals());
        var ips = ips();
        if (ips.isEmpty()) return status;
        var list = ips.stream().map(ip -> Json.obj("ip", ip)).toList();
        return status.with("podIP", Json.of(ips.getFirst())).with("podIPs", Json.arr(list));
    }

    /** As told before; an agent that was told nothing, as of a static pod, goes by the first sandbox that is there. */
    private String startTime() {
        var told = previous.text("startTime");
        if (told != null) return told;
        return time(
                seen.sandboxes().isEmpty() ? now : seen.sandboxes().getLast().created());
    }

    private boolean isExpired() {
        return !pod.isDeleting() && Plan.isExpired(pod, now);
    }

    private List<String> ips() {
        if (pod.hostNetwork()) return address.isEmpty() ? List.of() : List.of(address);
        if (!seen.sandboxes().isEmpty()) {
            var ips = seen.sandboxes().getFirst().ips();
            if (!ips.isEmpty()) return ips;
        }
        return previous.items("podIPs").stream()
                .map(ip -> ip.textOrEmpty("ip"))
                .filter(ip -> !ip.isEmpty())
                .toList();
    }

    // ---- phase

    private String phase() {
        if (Plan.isOver(pod)) return GivenUp.is(pod) && runs() ? "Running" : pod.phase();
        if (Plan.failedInit(pod, seen) || isExpired()) return "Failed";
        if (!isInitialized()) return "Pending";
        int running = 0;
        int failed = 0;
        int succeeded = 0;
        int absent = 0;
        for (var container : pod.containers()) {
            switch (state(container)) {
                case null -> absent++;
                case State.Running _ -> running++;
                case State.Exited exit when exit.code() == 0 -> succeeded++;
                case State.Exited _ -> failed++;
                case State.Created _, State.Unknown _ -> absent++;
            }
        }
        if (absent > 0) return "Pending";
        if (running > 0 || !ended()) return "Running";
        return failed == 0 && succeeded > 0 ? "Succeeded" : "Failed";
    }

    /** A pod that was given up has failed once nothing of it runs. */
    private boolean runs() {
        return seen.instances().stream().anyMatch(Instance::isRunning);
    }

    /** Whether containers that ended stay that way. */
    private boolean ended() {
        return pod.isDeleting()
                || pod.containers().stream()
                        .allMatch(container -> state(container) instanceof State.Exited exit
                                && !Restarts.follow(pod, container, exit.code()));
    }

    /** The state that counts: one that was never started does not hide the one before. */
    private @Nullable State state(Container container) {
        var last = seen.newest(container.name());
        if (last == null) return null;
        if (last.state() instanceof State.Created) {
            var before = seen.before(last);
            if (before != null) return before.state();
        }
        return last.state();
    }

    private boolean isInitialized() {
        if (pod.containers().stream().anyMatch(container -> seen.newest(container.name()) != null)) return true;
        return pod.initContainers().stream().allMatch(this::isInitialized);
    }

    private boolean isInitialized(Container container) {
        var last = seen.newest(container.name());
        if (last == null) return false;
        if (container.isSidecar())
            return last.isRunning() && memory.healthOf(last).started();
        return last.state() instanceof State.Exited exit && exit.code() == 0;
    }

    // ---- containers

    private List<Json.Obj> statuses(String field, List<Container> containers) {
        var statuses = new ArrayList<Json.Obj>();
        for (var container : containers) {
            boolean never = seen.newest(container.name()) == null
                    && said(field, container).equals(Json.Obj.EMPTY);
            if (!never || !Plan.isOver(pod)) statuses.add(containerStatus(field, container));
        }
        return statuses;
    }

    /** Nothing depends on the readiness of those that only look at the pod. */
    private Json.Arr ephemerals() {
        var field = "ephemeralContainerStatuses";
        return Json.arr(statuses(field, pod.ephemeralContainers()).stream()
                .map(status -> status.with("ready", Json.of(false)).without("started"))
                .toList());
    }

    private Json.Obj containerStatus(String field, Container container) {
        var last = seen.newest(container.name());
        var waits = plan.waiting().get(container.name());
        var said = said(field, container);
        if (last == null) return absent(container, waits, said);
        boolean running = last.isRunning();
        var state = waits == null || running ? state(last, container) : waiting(waits);
        boolean hidden = waits != null && !running;
        var before = hidden && last.isExited() ? last : seen.before(last);
        return Json.obj(
                "name", container.name(),
                "state", state,
                "lastState", before == null ? said.object("lastState") : state(before, container),
                "ready", isReady(container, last),
                "restartCount", last.restarts(),
                "image", last.image().name(),
                "imageID", last.image().reference(),
                "containerID", containerId(last),
                "started", running && memory.healthOf(last).started());
    }

    /** What is gone of a pod that is over stays as it was told. */
    private Json.Obj absent(Container container, Plan.@Nullable Waiting waits, Json.Obj said) {
        if (Plan.isOver(pod) && said.at("state", "terminated") != null) return said;
        var wait = waits == null ? new Plan.Waiting(firstReason(container), "") : waits;
        return Json.obj(
                "name", container.name(),
                "state", waiting(wait),
                "lastState", said.object("lastState"),
                "ready", false,
                "restartCount", said.number(0, "restartCount"),
                "image", container.image(),
                "imageID", said.textOrEmpty("imageID"),
                "started", false);
    }

    private String firstReason(Container container) {
        boolean init = pod.initContainers().contains(container);
        return init || !pod.initContainers().isEmpty() && !isInitialized() ? "PodInitializing" : "ContainerCreating";
    }

    private boolean isReady(Container container, Instance last) {
        if (container.isSidecar() || pod.containers().contains(container)) {
            var health = memory.healthOf(last);
            return last.isRunning() && health.started() && health.ready();
        }
        return last.state() instanceof State.Exited exit && exit.code() == 0;
    }

    private Json.Obj state(Instance instance, Container container) {
        return switch (instance.state()) {
            case State.Running(var since) -> Json.obj("running", Json.obj("startedAt", time(since)));
            case State.Exited exit -> Json.obj("terminated", terminated(instance, exit));
            case State.Created _, State.Unknown _ -> waiting(new Plan.Waiting(firstReason(container), ""));
        };
    }

    private static Json.Obj terminated(Instance instance, State.Exited exit) {
        return Json.obj(
                "exitCode", exit.code(),
                "reason", exit.reason().isEmpty() ? (exit.code() == 0 ? "Completed" : "Error") : exit.reason(),
                "message", exit.message().isEmpty() ? null : exit.message(),
                "startedAt", time(exit.started()),
                "finishedAt", time(exit.finished()),
                "containerID", containerId(instance));
    }

    private static Json.Obj waiting(Plan.Waiting waits) {
        return Json.obj(
                "waiting",
                Json.obj("reason", waits.reason(), "message", waits.message().isEmpty() ? null : waits.message()));
    }

    private static String containerId(Instance instance) {
        return "containerd://" + instance.id();
    }

    private Json.Obj said(String field, Container container) {
        return previous.items(field).stream()
                .filter(status -> container.name().equals(status.text("name")))
                .findFirst()
                .map(Json::object)
                .orElse(Json.Obj.EMPTY);
    }

    // ---- conditions

    private Json.Arr conditions(String phase, List<Json.Obj> inits, List<Json.Obj> mains) {
        boolean done = phase.equals("Succeeded");
        boolean over = done || phase.equals("Failed");
        var sidecars = pod.initContainers().stream()
                .filter(Container::isSidecar)
                .map(Container::name)
                .toList();
        var all = new ArrayList<>(mains);
        inits.stream().filter(status -> sidecars.contains(status.text("name"))).forEach(all::add);
        var unready = names(all);
        var missing = pod.initContainers().stream()
                .filter(container -> !isInitialized() && !isInitialized(container))
                .map(Container::name)
                .toList();
        var ready = verdict(over, "unready", unready);
        var gate = closedGate();
        var conditions = Json.arr(
                condition("PodReadyToStartContainers", Plan.current(pod, seen) != null, null, null),
                missing.isEmpty()
                        ? condition("Initialized", true, done ? "PodCompleted" : null, null)
                        : condition("Initialized", false, "ContainersNotInitialized", incomplete(missing)),
                ready == null && !over && gate != null
                        ? condition("Ready", false, "ReadinessGatesNotReady", gate)
                        : condition("Ready", ready == null && !over, reason(phase), ready),
                condition("ContainersReady", ready == null && !over, reason(phase), ready),
                condition("PodScheduled", true, null, null));
        for (var foreign : pod.tree().items("status", "conditions")) {
            if (!OWN.contains(foreign.textOrEmpty("type"))) conditions = conditions.plus(foreign);
        }
        return conditions;
    }

    /** The first condition that the pod asks for and that nobody says holds; null when there is none. */
    private @Nullable String closedGate() {
        var open = pod.tree().items("status", "conditions").stream()
                .filter(condition -> "True".equals(condition.text("status")))
                .map(condition -> condition.textOrEmpty("type"))
                .toList();
        for (var gate : pod.spec().items("readinessGates")) {
            var type = gate.textOrEmpty("conditionType");
            if (!open.contains(type))
                return "corresponding condition of pod readiness gate \"%s\" does not exist.".formatted(type);
        }
        return null;
    }

    private static String incomplete(List<String> names) {
        return "containers with incomplete status: [%s]".formatted(String.join(" ", names));
    }

    private static String reason(String phase) {
        return switch (phase) {
            case "Succeeded" -> "PodCompleted";
            case "Failed" -> "PodFailed";
            default -> "ContainersNotReady";
        };
    }

    private static @Nullable String verdict(boolean over, String what, List<String> names) {
        if (over || names.isEmpty()) return null;
        return "containers with %s status: [%s]".formatted(what, String.join(" ", names));
    }

    private static List<String> names(List<Json.Obj> statuses) {
        return statuses.stream()
                .filter(status -> !status.flag("ready"))
                .map(status -> status.textOrEmpty("name"))
                .toList();
    }

    private Json.Obj condition(String type, boolean holds, @Nullable String reason, @Nullable String message) {
        var status = holds ? "True" : "False";
        var before = previous.items("conditions").stream()
                .filter(condition -> type.equals(condition.text("type")))
                .findFirst()
                .orElse(Json.Obj.EMPTY);
        var since = Objects.equals(status, before.text("status")) ? before.text("lastTransitionTime") : null;
        return Json.obj(
                "type",
                type,
                "status",
                status,
                "observedGeneration",
                pod.tree().at("metadata", "generation"),
                "lastProbeTime",
                Json.Null.NULL,
                "lastTransitionTime",
                since == null ? time(now) : since,
                "reason",
                holds && !"PodCompleted".equals(reason) ? null : reason,
                "message",
                holds ? null : message);
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
