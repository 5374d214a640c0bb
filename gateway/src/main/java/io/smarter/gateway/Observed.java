package io.smarter.gateway;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the runtime holds of one pod: sandboxes and containers, both newest first. */
record Observed(List<Sandbox> sandboxes, List<Instance> instances) {
    static final Observed NOTHING = new Observed(List.of(), List.of());

    Observed {
        sandboxes = sandboxes.stream()
                .sorted(Comparator.comparing(Sandbox::created).reversed())
                .toList();
        instances = instances.stream()
                .sorted(Comparator.comparing(Instance::created).reversed())
                .toList();
    }

    /**
     * A sandbox: the namespaces that a pod's containers share.
     *
     * @param ips its addresses, the first one first; empty on the host's network
     */
    record Sandbox(String id, int attempt, boolean ready, Instant created, List<String> ips) {}

    /**
     * One container in the runtime, which ran or runs a container of the pod's spec.
     *
     * @param name the name in the spec
     * @param restarts how many came before it
     * @param hash stands for the part of the spec that it was made from
     */
    record Instance(
            String id,
            String sandbox,
            String name,
            int restarts,
            String hash,
            Image image,
            Instant created,
            State state) {
        boolean isRunning() {
            return state instanceof State.Running;
        }

        boolean isExited() {
            return state instanceof State.Exited;
        }
    }

    /** An image as the pod names it and as the runtime found it. */
    record Image(String name, String reference) {}

    /** What a container does. */
    sealed interface State {
        /** Made, not started. */
        record Created() implements State {}

        record Running(Instant since) implements State {}

        record Exited(int code, String reason, String message, Instant started, Instant finished) implements State {}

        /** The runtime doesn't know. */
        record Unknown() implements State {}
    }

    /** Whether nothing of the pod runs. */
    boolean isDown() {
        return sandboxes.stream().noneMatch(Sandbox::ready)
                && instances.stream().noneMatch(Instance::isRunning);
    }

    /** Whether a container or sandbox is there that is not shown as ended. */
    boolean shows(String id) {
        return instances.stream().anyMatch(instance -> instance.id().equals(id) && !instance.isExited())
                || sandboxes.stream().anyMatch(sandbox -> sandbox.id().equals(id) && sandbox.ready());
    }

    /** Whether a container or sandbox is shown as ended. */
    boolean showsEnd(String id) {
        return instances.stream().anyMatch(instance -> instance.id().equals(id) && instance.isExited())
                || sandboxes.stream().anyMatch(sandbox -> sandbox.id().equals(id) && !sandbox.ready());
    }

    /** The containers that ended after an earlier look, oldest first. */
    List<Instance> endedSince(Observed before) {
        return instances.reversed().stream()
                .filter(Instance::isExited)
                .filter(instance -> before.instances.stream()
                        .noneMatch(other -> other.id().equals(instance.id()) && other.isExited()))
                .toList();
    }

    /** The newest container of a name in any sandbox. */
    @Nullable
    Instance newest(String name) {
        return named(name).findFirst().orElse(null);
    }

    /** The newest container of a name in one sandbox. */
    @Nullable
    Instance newest(String name, String sandbox) {
        return named(name)
                .filter(instance -> instance.sandbox().equals(sandbox))
                .findFirst()
                .orElse(null);
    }

    /** The newest container of a name that ended before another one. */
    @Nullable
    Instance before(Instance later) {
        return named(later.name())
                .filter(instance -> instance.isExited() && instance.restarts() < later.restarts())
                .findFirst()
                .orElse(null);
    }

    private Stream<Instance> named(String name) {
        return instances.stream().filter(instance -> instance.name().equals(name));
    }
}
