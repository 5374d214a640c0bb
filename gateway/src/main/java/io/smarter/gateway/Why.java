package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.gateway.Observed.Instance;
import io.smarter.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a pod runs here or does not: a pure function of what is wanted, what the runtime holds, what was tried and what
 * would be done next.
 *
 * @param trouble why the pod could not even be looked at; null if it was
 * @param log where a container writes
 */
record Why(
        Pod pod,
        Observed seen,
        Memory memory,
        Plan plan,
        Json.Obj status,
        Memory.@Nullable Failure trouble,
        List<Diary.Entry> diary,
        Function<Instance, Path> log,
        Instant now) {
    /** The answer in one line. */
    String verdict() {
        if (trouble != null)
            return "Unknown: the pod cannot be looked after: %s%s".formatted(trouble.message(), again(trouble));
        if (memory.gone() || pod.isDeleting()) return ending();
        if (Plan.isOver(pod)) return over(pod.phase(), pod.tree());
        var phase = status.textOrEmpty("phase");
        if (phase.equals("Failed") || phase.equals("Succeeded")) return over(phase, Json.obj("status", status));
        if (PodReport.saysHalt(status)) return "Not running: the node goes down; its next start runs the pod again";
        if (Plan.current(pod, seen) == null) return sandbox();
        var parts = parts();
        var bad = parts.stream().filter(part -> !part.fine()).findFirst();
        if (bad.isPresent())
            return "%s: container %s %s"
                    .formatted(state(parts), bad.get().name(), bad.get().text());
        var gate = gate();
        return gate == null
                ? "Running: %s, ready since %s".formatted(counted(parts), readySince())
                : "Running, not ready: " + gate;
    }

    private String state(List<WhyContainer> parts) {
        boolean allRun = parts.stream().allMatch(part -> part.fine() || part.runs());
        return allRun ? "Running, not ready" : "Not running";
    }

    private static String counted(List<WhyContainer> parts) {
        long running = parts.stream().filter(WhyContainer::runs).count();
        return running == 1 ? "1 container" : running + " containers";
    }

    private String readySince() {
        return condition("Ready")
                .map(condition -> condition.textOrEmpty("lastTransitionTime"))
                .filter(time -> !time.isEmpty())
                .orElse("just now");
    }

    private @Nullable String gate() {
        return condition("Ready")
                .filter(condition -> "ReadinessGatesNotReady".equals(condition.text("reason")))
                .map(condition -> condition.textOrEmpty("message"))
                .orElse(null);
    }

    private Optional<Json> condition(String type) {
        return status.items("conditions").stream()
                .filter(condition -> type.equals(condition.text("type")))
                .findFirst();
    }

    private String ending() {
        var why = memory.gone() ? StaticPod.gone(pod) : "it is being deleted";
        var running = seen.instances().stream()
                .filter(Instance::isRunning)
                .map(Instance::name)
                .toList();
        if (running.isEmpty()) return "Ending: %s; nothing of it runs, its sandbox is being removed".formatted(why);
        var end = pod.metadata().deletionTimestamp();
        return "Ending: %s; still running: %s%s"
                .formatted(
                        why,
                        String.join(", ", running),
                        end == null ? "" : "; to be killed at %s%s".formatted(end, WhyContainer.relative(end, now)));
    }

    private static String over(String phase, Json from) {
        var reason = from.textOrEmpty("status", "reason");
        var message = from.textOrEmpty("status", "message").strip();
        if (phase.equals("Succeeded")) return "Done: all its containers ended well";
        if (reason.isEmpty()) return "Failed for good: its containers ended and are not started again";
        return "Failed for good: %s: %s".formatted(reason, message);
    }

    private String sandbox() {
        var failure = memory.failures().get(Memory.SANDBOX);
        if (failure == null) return "Not running: its sandbox is being made";
        return "Not running: %s%s".formatted(failure.message(), again(failure));
    }

    private String again(Memory.Failure failure) {
        return WhyContainer.next(failure.again(), now);
    }

    // ---- containers

    private List<WhyContainer> parts() {
        var parts = new ArrayList<WhyContainer>();
        boolean before = Plan.current(pod, seen) != null;
        boolean mains = pod.containers().stream().anyMatch(container -> seen.newest(container.name()) != null);
        for (var container : pod.initContainers()) {
            var part = new WhyContainer(this, container, container.isSidecar() ? "sidecar" : "init", before || mains);
            parts.add(part);
            before &= part.fine();
        }
        for (var container : pod.containers()) parts.add(new WhyContainer(this, container, "main", before || mains));
        return parts;
    }

    /** Those that only look at the pod, on which nothing depends. */
    private Stream<WhyContainer> guests() {
        boolean turn = Plan.current(pod, seen) != null;
        return pod.ephemeralContainers().stream()
                .map(container -> new WhyContainer(this, container, WhyContainer.EPHEMERAL, turn));
    }

    /** The newest entry of a container with one of some reasons; null if there is none. */
    Diary.@Nullable Entry last(String container, String... reasons) {
        for (var entry : diary.reversed()) {
            if (entry.container().equals(container) && List.of(reasons).contains(entry.reason())) return entry;
        }
        return null;
    }

    private @Nullable String hint() {
        boolean lacks = memory.failures().containsKey(Memory.SANDBOX) && Plan.current(pod, seen) == null;
        return lacks ? "set right what it says; the pod then starts by itself" : null;
    }

    // ---- as JSON

    /**
     * All of it: {@code verdict}, {@code containers}, {@code timeline} and, in {@code next}, what a person may do.
     *
     * @param only the container that is asked for; empty for all
     */
    Json.Obj json(String only) {
        var parts = Stream.concat(parts().stream(), guests())
                .filter(part -> only.isEmpty() || part.name().equals(only))
                .toList();
        var entries = diary.stream()
                .filter(entry -> only.isEmpty()
                        || entry.container().isEmpty()
                        || entry.container().equals(only))
                .toList();
        var hints = Stream.concat(Stream.ofNullable(hint()), parts.stream().map(WhyContainer::hint))
                .filter(Objects::nonNull);
        return Json.obj(
                "verdict",
                verdict(),
                "namespace",
                pod.namespace(),
                "name",
                pod.name(),
                "uid",
                pod.uid(),
                "time",
                now.toString(),
                "phase",
                status.textOrEmpty("phase"),
                "lookAgain",
                plan.wakeAt() == null ? null : plan.wakeAt().toString(),
                "containers",
                parts.stream().map(WhyContainer::json).toList(),
                "timeline",
                timeline(entries),
                "next",
                hints.distinct().map(Json::of).toList());
    }

    /** Entries of a diary, oldest first. */
    static List<Json.Obj> timeline(List<Diary.Entry> entries) {
        return entries.stream()
                .map(entry -> Json.obj(
                        "time", PodStatus.time(entry.at()),
                        "container", entry.container(),
                        "reason", entry.reason(),
                        "message", entry.message(),
                        "count", entry.count()))
                .toList();
    }

    /** How long something takes, as people say it. */
    static String text(Duration time) {
        long seconds = Math.max(0, (time.toMillis() + 999) / 1000);
        if (seconds < 120) return seconds + " s";
        return seconds < 7200 ? "%d min".formatted(seconds / 60) : "%d h".formatted(seconds / 3600);
    }
}
