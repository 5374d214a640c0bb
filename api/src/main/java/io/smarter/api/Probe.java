package io.smarter.api;

import io.smarter.json.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How to find out whether a container is well, or what to do at a point of its life; read from its tree. */
public record Probe(Json.Obj tree) {
    /** What is done. */
    public sealed interface Action {
        /** A command in the container. */
        record Exec(List<String> command) implements Action {}

        /** A GET; {@code definition} holds host, port, path, scheme and httpHeaders. */
        record Http(Json.Obj definition) implements Action {}

        /** A connection; {@code definition} holds host and port. */
        record Tcp(Json.Obj definition) implements Action {}

        /** A call of the gRPC health service; {@code definition} holds port and service. */
        record Grpc(Json.Obj definition) implements Action {}

        record Sleep(Duration time) implements Action {}

        /** Nothing that is known. */
        record None() implements Action {}
    }

    public Action action() {
        if (tree.has("exec"))
            return new Action.Exec(tree.items("exec", "command").stream()
                    .filter(Json.Str.class::isInstance)
                    .map(item -> ((Json.Str) item).value())
                    .toList());
        if (tree.has("httpGet")) return new Action.Http(tree.object("httpGet"));
        if (tree.has("tcpSocket")) return new Action.Tcp(tree.object("tcpSocket"));
        if (tree.has("grpc")) return new Action.Grpc(tree.object("grpc"));
        if (tree.has("sleep")) return new Action.Sleep(Duration.ofSeconds(tree.number(0, "sleep", "seconds")));
        return new Action.None();
    }

    public Duration initialDelay() {
        return Duration.ofSeconds(Math.max(0, tree.number(0, "initialDelaySeconds")));
    }

    public Duration period() {
        return Duration.ofSeconds(Math.max(1, tree.number(10, "periodSeconds")));
    }

    public Duration timeout() {
        return Duration.ofSeconds(Math.max(1, tree.number(1, "timeoutSeconds")));
    }

    /** How long a container that it finds unwell may take to end; null for as long as its pod says. */
    public @Nullable Duration gracePeriod() {
        long seconds = tree.number(0, "terminationGracePeriodSeconds");
        return seconds > 0 ? Duration.ofSeconds(seconds) : null;
    }

    public long successThreshold() {
        return Math.max(1, tree.number(1, "successThreshold"));
    }

    public long failureThreshold() {
        return Math.max(1, tree.number(3, "failureThreshold"));
    }
}
