package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.cri.CriException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ends single containers: their hook, then the signal that they ask for, or else their image does. */
record ContainerStops(NodeServices node) {
    /** The least that a container has to end after its hook. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    /**
     * Ends a container, which may take all of the grace.
     *
     * @param container what its pod says of it; null when that says nothing any more
     * @param address where hooks reach its pod
     */
    void stop(Pod pod, @Nullable Container container, String id, String address, Duration grace) throws IOException {
        if (container == null) node.runtime().stop(id, grace);
        else stop(pod, container, id, afterHook(pod, container, id, address, grace));
    }

    /** As the other one, but without the hook. */
    void stop(Pod pod, Container container, String id, Duration grace) throws IOException {
        var name = container.stopSignal();
        int signal = Signals.number(name);
        if (signal > 0) {
            try {
                node.runtime().stop(id, signal, grace);
                return;
            } catch (CriException e) {
                if (e.code() != CriException.Code.UNIMPLEMENTED) throw e;
            }
        }
        if (!name.isEmpty())
            node.events()
                    .record(
                            pod,
                            container.name(),
                            EventLog.Kind.WARNING,
                            "StopSignalIgnored",
                            "Container %s is stopped as its image says: nobody here sends %s"
                                    .formatted(container.name(), name));
        node.runtime().stop(id, grace);
    }

    /** Does what is to be done before a container is stopped; gives what is left of the grace. */
    private Duration afterHook(Pod pod, Container container, String id, String address, Duration grace) {
        var hook = container.hook("preStop");
        if (hook == null) return grace;
        long begun = System.nanoTime();
        try {
            var failed = new Actions(node.runtime(), container, id, address)
                    .run(hook.action(), grace)
                    .failure();
            if (failed != null)
                node.events().record(pod, container.name(), EventLog.Kind.WARNING, "FailedPreStopHook", failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var left = grace.minus(Duration.ofNanos(System.nanoTime() - begun));
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }
}
