package io.smarter.cri;

import java.time.Instant;

/** Something that the container runtime says has happened. Sandboxes are containers too: their id is the sandbox's. */
public sealed interface RuntimeEvent {
    /** From now on no event is missed; what happened before must be asked for. First, and again after each reconnect. */
    record Subscribed() implements RuntimeEvent {}

    /** The first process of a container runs. */
    record Started(String containerId) implements RuntimeEvent {}

    /** The first process of a container ended; a process of an exec does not count. */
    record Exited(String containerId, int exitCode, Instant at) implements RuntimeEvent {}

    /** The kernel killed a process of a container because the container's memory was used up. */
    record OutOfMemory(String containerId) implements RuntimeEvent {}

    /** The runtime let go of a container's processes. */
    record Deleted(String containerId) implements RuntimeEvent {}
}
