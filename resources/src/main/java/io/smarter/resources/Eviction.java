package io.smarter.resources;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.Pod.QosClass;
import io.smarter.api.Quantity;
import io.smarter.api.Taint;
import io.smarter.api.Toleration;
import io.smarter.resources.PodUsage.ContainerUsage;
import io.smarter.resources.Signal.Condition;
import io.smarter.resources.Threshold.Observation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which pods go when a node runs short, and what is said of it: pure functions. */
public final class Eviction {
    /** The reason that an evicted pod's status gives. */
    public static final String REASON = "Evicted";

    /** Pods of this priority and above are the system's. */
    private static final long CRITICAL = 2_000_000_000;

    private static final Set<String> STATIC_SOURCES = Set.of("file", "http");

    private Eviction() {}

    /** Whether a pod stays whatever happens: a static one, or one that the system needs. */
    public static boolean isCritical(Pod pod) {
        return pod.isMirror()
                || STATIC_SOURCES.contains(pod.metadata().annotations().getOrDefault("kubernetes.io/config.source", ""))
                || priority(pod) >= CRITICAL;
    }

    private static long priority(Pod pod) {
        return pod.spec().number(0, "priority");
    }

    /** Why a pod may not begin to run on a node in some conditions; null if it may. */
    public static @Nullable String refusal(Pod pod, Set<Condition> conditions) {
        if (conditions.isEmpty() || isCritical(pod)) return null;
        if (conditions.equals(Set.of(Condition.MEMORY))) {
            var taint = new Taint("node.kubernetes.io/memory-pressure", "", Taint.NO_SCHEDULE);
            boolean tolerates = Toleration.of(pod.spec()).stream().anyMatch(one -> one.tolerates(taint));
            if (pod.qosClass() != QosClass.BEST_EFFORT || tolerates) return null;
        }
        var names = conditions.stream().sorted().map(Condition::text).collect(Collectors.joining(" "));
        return "Pod was rejected: The node had condition: [%s]. ".formatted(names);
    }

    // ---- order

    /** The pods that may be evicted for want of something, the first to go first. */
    public static List<PodUsage> ranked(Signal signal, List<PodUsage> pods) {
        var byPriority = Comparator.comparingLong((PodUsage pod) -> priority(pod.pod()));
        var byUse =
                Comparator.comparingLong((PodUsage pod) -> excess(signal, pod)).reversed();
        var order = signal == Signal.PIDS
                ? byPriority.thenComparing(byUse)
                : Comparator.comparing((PodUsage pod) -> excess(signal, pod) <= 0)
                        .thenComparing(byPriority)
                        .thenComparing(byUse);
        return pods.stream().filter(pod -> !isCritical(pod.pod())).sorted(order).toList();
    }

    /** How much more a pod uses than it asked for. */
    private static long excess(Signal signal, PodUsage pod) {
        return used(signal, pod) - requested(signal, pod.pod());
    }

    private static long used(Signal signal, PodUsage pod) {
        return switch (signal) {
            case MEMORY, ALLOCATABLE_MEMORY -> pod.use().group().workingSet();
            case NODE_DISK, IMAGE_DISK -> pod.ephemeral().bytes();
            case NODE_INODES, IMAGE_INODES -> pod.ephemeral().inodes();
            case PIDS -> pod.use().group().tasks();
        };
    }

    private static long requested(Signal signal, Pod pod) {
        if (!signal.inBytes()) return 0;
        return PodSums.requests(pod, signal.resource()).value();
    }

    private static long requested(Signal signal, Container container) {
        var request = container
                .requests()
                .getOrDefault(signal.resource(), container.limits().get(signal.resource()));
        return request == null ? 0 : amount(request);
    }

    private static long amount(String quantity) {
        try {
            return Quantity.parse(quantity).value();
        } catch (IllegalArgumentException _) {
            return 0;
        }
    }

    // ---- messages

    /** What is said of a pod that goes for want of something. */
    public static String message(Threshold threshold, Observation observation, PodUsage pod) {
        var signal = threshold.signal();
        long least = threshold.amount().of(observation.capacity());
        var message = new StringBuilder("The node was low on resource: %s. Threshold quantity: %s, available: %s. "
                .formatted(signal.resource(), text(signal, least), text(signal, observation.available())));
        if (!signal.inBytes()) return message.toString();
        for (var container : pod.containers()) {
            long used = used(signal, container);
            long asked = container(pod.pod(), container.name())
                    .map(one -> requested(signal, one))
                    .orElse(0L);
            if (used > asked)
                message.append("Container %s was using %s, request is %s, has larger consumption of %s. "
                        .formatted(container.name(), text(signal, used), text(signal, asked), signal.resource()));
        }
        return message.toString();
    }

    private static long used(Signal signal, ContainerUsage container) {
        return signal.condition() == Condition.MEMORY
                ? container.use().group().workingSet()
                : container.disk().bytes();
    }

    private static Optional<Container> container(Pod pod, String name) {
        return pod.allContainers().stream()
                .filter(container -> container.name().equals(name))
                .findFirst();
    }

    private static String text(Signal signal, long amount) {
        var quantity = signal.inBytes() ? Quantity.ofBytes(amount) : Quantity.of(amount);
        return quantity.toString();
    }

    // ---- limits of one pod

    /** Why a pod has to go for what it takes of the disk; null if it keeps to its limits. */
    public static @Nullable String excess(PodUsage pod) {
        for (var volume : pod.volumes()) {
            if (volume.limit() > 0 && volume.local() && volume.taken().bytes() > volume.limit())
                return "Usage of EmptyDir volume \"%s\" exceeds the limit \"%s\". "
                        .formatted(volume.name(), Quantity.ofBytes(volume.limit()));
        }
        long total = 0;
        for (var container : pod.pod().allContainers()) total += limit(container);
        if (total > 0 && pod.ephemeral().bytes() > total)
            return "Pod ephemeral local storage usage exceeds the total limit of containers %s. "
                    .formatted(Quantity.ofBytes(total));
        for (var container : pod.containers()) {
            long limit =
                    container(pod.pod(), container.name()).map(Eviction::limit).orElse(0L);
            if (limit > 0 && container.disk().bytes() > limit)
                return "Container %s exceeded its local ephemeral storage limit \"%s\". "
                        .formatted(container.name(), Quantity.ofBytes(limit));
        }
        return null;
    }

    private static long limit(Container container) {
        var limit = container.limits().get("ephemeral-storage");
        return limit == null ? 0 : amount(limit);
    }
}
