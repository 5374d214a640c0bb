package io.smarter.gateway;

import io.smarter.api.Pod;
import java.time.Instant;

/** Where what happens to pods is told to people. Never blocks. */
interface EventLog {
    /** Says that something happened to a pod, or to one of its containers when that is not empty. */
    void record(Pod pod, String container, Kind kind, String reason, String message);

    /** Notes what people ask this machine for, but is not worth an event in the cloud. */
    default void note(Pod pod, String container, Instant at, String reason, String message) {}

    /** Notes that a container ended, and how. */
    default void noteExit(Pod pod, Observed.Instance instance) {
        if (!(instance.state() instanceof Observed.State.Exited exit)) return;
        var reason = exit.reason().isEmpty() ? "" : " (%s)".formatted(exit.reason());
        var message = exit.message().isEmpty() ? "" : ": " + exit.message().strip();
        var text = "ended with exit code %d%s%s".formatted(exit.code(), reason, message);
        note(pod, instance.name(), exit.finished(), "Exited", text);
    }

    /** Whether something went as it should. */
    enum Kind {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
