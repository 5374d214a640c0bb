package io.smarter.gateway;

import io.smarter.api.ObjectMeta;
import io.smarter.cri.v1.AttachRequest;
import io.smarter.cri.v1.ExecRequest;
import io.smarter.gateway.Observed.Instance;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Answers what the cloud asks through the tunnel: a kubelet's logs, exec, attach, port-forward, and figures. */
final class CloudRequests implements Handler {
    private final Pods pods;
    private final NodeServices node;
    private final UsageRequests usage;
    private final WhyRequests why;

    /** Answers about these pods. */
    CloudRequests(Pods pods, NodeServices node, UsageRequests usage, WhyRequests why) {
        this.why = why;
        this.pods = pods;
        this.node = node;
        this.usage = usage;
    }

    /** A request that can't be answered, with what is said instead. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;
        private final String reason;

        RefusedException(int code, String reason, String message) {
            super(message);
            this.code = code;
            this.reason = reason;
        }
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        try {
            var parts = exchange.path().substring(1).split("/", -1);
            switch (parts[0] + "/" + parts.length) {
                case "containerLogs/4" -> logs(exchange, parts);
                case "exec/4" -> exec(exchange, parts);
                case "attach/4" -> attach(exchange, parts);
                case "portForward/3" -> portForward(exchange, parts);
                default -> {
                    if (!usage.handle(exchange) && !why.answer(exchange))
                        throw new RefusedException(404, "NotFound", "no such path: " + exchange.path());
                }
            }
        } catch (RefusedException e) {
            refuse(exchange, e);
        }
    }

    private static void refuse(Exchange exchange, RefusedException e) throws IOException {
        var status = Json.obj(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "metadata",
                Json.Obj.EMPTY,
                "status",
                "Failure",
                "message",
                e.getMessage(),
                "reason",
                e.reason,
                "code",
                e.code);
        exchange.respond(e.code, Headers.of("content-type", "application/json"), status.bytes());
    }

    // ---- logs

    private void logs(Exchange exchange, String[] parts) throws IOException, InterruptedException, RefusedException {
        var worker = worker(parts);
        var query = exchange.query();
        var options = options(query);
        var instance = logged(worker, parts[3], query.flag("previous"));
        var file = node.podConfigs().log(worker.pod(), instance);
        if (!Files.exists(file))
            throw new RefusedException(404, "NotFound", "no log of container \"%s\" is kept".formatted(parts[3]));
        BooleanSupplier running = () -> {
            var now = worker.seen().newest(instance.name());
            return now != null && now.id().equals(instance.id()) && !now.isExited();
        };
        try (var out = exchange.stream(200, Headers.of("content-type", "text/plain"))) {
            LogReader.copy(file, options, running, out);
        }
    }

    private static Instance logged(PodWorker worker, String name, boolean previous) throws RefusedException {
        var pod = worker.pod();
        if (pod.container(name) == null)
            throw new RefusedException(
                    400, "BadRequest", "container %s is not valid for pod %s".formatted(name, pod.name()));
        var last = worker.seen().newest(name);
        if (last != null && last.state() instanceof Observed.State.Created)
            last = worker.seen().before(last);
        if (previous) {
            var before = last == null ? null : worker.seen().before(last);
            if (before != null) return before;
            throw new RefusedException(
                    400,
                    "BadRequest",
                    "previous terminated container \"%s\" in pod \"%s\" not found".formatted(name, pod.name()));
        }
        if (last != null) return last;
        throw new RefusedException(
                400,
                "BadRequest",
                "container \"%s\" in pod \"%s\" is waiting to start: %s"
                        .formatted(name, pod.name(), waitsFor(worker.status(), name)));
    }

    private static String waitsFor(Json.Obj status, String container) {
        for (var list : List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")) {
            for (var item : status.items(list)) {
                if (!item.textOrEmpty("name").equals(container)) continue;
                var reason = item.textOrEmpty("state", "waiting", "reason");
                return switch (reason) {
                    case "ErrImagePull", "ImagePullBackOff" -> "trying and failing to pull image";
                    case "" -> "ContainerCreating";
                    default -> reason;
                };
            }
        }
        return "ContainerCreating";
    }

    private static LogReader.Options options(Query query) throws RefusedException {
        var since = ObjectMeta.instant(query.first("sinceTime"));
        var seconds = number(query, "sinceSeconds");
        if (seconds != null) since = Instant.now().minusSeconds(seconds);
        return new LogReader.Options(
                query.flag("follow"),
                number(query, "tailLines"),
                since,
                query.flag("timestamps"),
                number(query, "limitBytes"));
    }

    private static @Nullable Long number(Query query, String name) throws RefusedException {
        var text = query.first(name);
        if (text == null || text.isEmpty()) return null;
        try {
            long number = Long.parseLong(text);
            if (number >= 0) return number;
        } catch (NumberFormatException e) {
            // Said below, with the numbers that are too small.
        }
        throw new RefusedException(400, "BadRequest", "%s: must be 0 or more, was '%s'".formatted(name, text));
    }

    // ---- streams

    private void exec(Exchange exchange, String[] parts) throws IOException, RefusedException {
        var query = exchange.query();
        if (query.all("command").isEmpty()) throw new RefusedException(400, "BadRequest", "command: must be given");
        var request = ExecRequest.newBuilder()
                .setContainerId(running(worker(parts), parts[3]).id())
                .addAllCmd(query.all("command"))
                .setTty(query.flag("tty"))
                .setStdin(query.flag("input"))
                .setStdout(query.flag("output"))
                .setStderr(query.flag("error") && !query.flag("tty"));
        stream(exchange, () -> node.runtime().exec(request.build()));
    }

    private void attach(Exchange exchange, String[] parts) throws IOException, RefusedException {
        var query = exchange.query();
        var worker = worker(parts);
        var container = worker.pod().container(parts[3]);
        boolean tty = container != null && container.tty();
        var request = AttachRequest.newBuilder()
                .setContainerId(running(worker, parts[3]).id())
                .setTty(tty)
                .setStdin(query.flag("input"))
                .setStdout(query.flag("output"))
                .setStderr(query.flag("error") && !tty);
        stream(exchange, () -> node.runtime().attach(request.build()));
    }

    private void portForward(Exchange exchange, String[] parts) throws IOException, RefusedException {
        var worker = worker(parts);
        var sandbox = Plan.current(worker.pod(), worker.seen());
        if (sandbox == null)
            throw new RefusedException(500, "InternalError", "pod %s is not running".formatted(parts[2]));
        stream(exchange, () -> node.runtime().portForward(sandbox.id()));
    }

    /** Asks the runtime for streams. */
    @FunctionalInterface
    private interface Streams {
        URI open() throws IOException;
    }

    private static void stream(Exchange exchange, Streams streams) throws IOException, RefusedException {
        URI target;
        try {
            target = streams.open();
        } catch (IOException e) {
            throw new RefusedException(500, "InternalError", "runtime: " + e.getMessage());
        }
        Streaming.connect(exchange, target);
    }

    private PodWorker worker(String[] parts) throws RefusedException {
        var worker = pods.find(parts[1], parts[2]);
        if (worker != null) return worker;
        throw new RefusedException(404, "NotFound", "pods \"%s\" not found".formatted(parts[2]));
    }

    private static Instance running(PodWorker worker, String name) throws RefusedException {
        var instance = worker.seen().newest(name);
        if (instance != null && instance.isRunning()) return instance;
        throw new RefusedException(
                500,
                "InternalError",
                "container %s of pod %s is not running"
                        .formatted(name, worker.pod().name()));
    }
}
