package io.smarter.tunnel;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.SpdyConnection;
import io.smarter.http.SpdyStream;
import io.smarter.json.Json;
import io.smarter.requests.Answers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A gateway with a container runtime that behaves on the wire as containerd's streaming server does: it waits for the
 * streams that were asked for, answers the final Status on the error stream, resets its streams and leaves. Commands are
 * real processes of this machine.
 */
final class TestRuntime {
    final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<String> sizes = new LinkedBlockingQueue<>();
    final CountDownLatch stopped = new CountDownLatch(1);

    void handle(Exchange exchange) throws Exception {
        var query = exchange.query();
        requests.add(exchange.method() + " " + exchange.path());
        switch (exchange.path().split("/")[1]) {
            case "containerLogs" -> logs(exchange);
            case "exec", "attach" -> {
                int expected = 1;
                for (var name : List.of("input", "output", "error", "tty")) expected += query.flag(name) ? 1 : 0;
                session(exchange, expected, query.all("command"));
            }
            case "portForward" -> forward(exchange);
            default -> Answers.send(exchange, Status.of(404, "NotFound", "container main is not running"));
        }
    }

    private void logs(Exchange exchange) throws IOException, InterruptedException {
        if (exchange.query().flag("previous")) {
            Answers.send(exchange, Status.badRequest("previous terminated container main not found"));
            return;
        }
        try (var out = exchange.stream(200, Headers.of("content-type", "text/plain"))) {
            write(out, "line one\n");
            if (!exchange.query().flag("follow")) return;
            boolean flood = exchange.query().has("limitBytes");
            while (true) {
                write(out, "line more\n".repeat(flood ? 1000 : 1));
                if (!flood) Thread.sleep(20);
            }
        } finally {
            stopped.countDown();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void session(Exchange exchange, int expected, List<String> command) throws Exception {
        var streams = new ConcurrentHashMap<String, SpdyStream>();
        var complete = new CountDownLatch(expected);
        try (var _ = SpdyConnection.server(exchange.duplex(200, new Headers()), stream -> {
            streams.put(stream.headers().first("streamtype", ""), stream);
            complete.countDown();
        })) {
            complete.await();
            var resize = streams.get("resize");
            if (resize != null) start(() -> sizes.add(new String(resize.in().readNBytes(25), StandardCharsets.UTF_8)));
            int code = run(streams, command.isEmpty() ? List.of("cat") : command);
            Objects.requireNonNull(streams.get("error"))
                    .out()
                    .write(status(code).bytes());
            for (var stream : streams.values()) stream.close();
        } finally {
            stopped.countDown();
        }
    }

    private static int run(Map<String, SpdyStream> streams, List<String> command) throws Exception {
        var process = new ProcessBuilder(command).start();
        try {
            var stdin = streams.get("stdin");
            if (stdin != null) {
                start(() -> {
                    try (var to = process.getOutputStream()) {
                        var part = new byte[4096];
                        for (int count; (count = stdin.in().read(part)) >= 0; ) {
                            to.write(part, 0, count);
                            to.flush();
                        }
                    } catch (IOException e) {
                        process.destroy(); // the client is gone
                    }
                });
            }
            var copies = new ArrayList<Thread>();
            if (streams.get("stdout") != null)
                copies.add(start(() -> process.getInputStream()
                        .transferTo(streams.get("stdout").out())));
            if (streams.get("stderr") != null)
                copies.add(start(() -> process.getErrorStream()
                        .transferTo(streams.get("stderr").out())));
            for (var copy : copies) copy.join();
            return process.waitFor();
        } finally {
            process.destroy();
        }
    }

    private static Json status(int code) {
        if (code == 0) return Json.obj("metadata", Json.Obj.EMPTY, "status", "Success");
        var cause = Json.obj("reason", "ExitCode", "message", Integer.toString(code));
        return Json.obj(
                "metadata", Json.Obj.EMPTY,
                "status", "Failure",
                "message", "command terminated with non-zero exit code",
                "reason", "NonZeroExitCode",
                "details", Json.obj("causes", Json.arr(cause)));
    }

    /** Each pair of an error and a data stream is one connection; what it brings is given back in upper case. */
    private void forward(Exchange exchange) throws Exception {
        var ended = new CountDownLatch(1);
        var duplex = exchange.duplex(200, new Headers());
        try (var _ = SpdyConnection.server(duplex, stream -> {
            if (stream.headers().first("streamtype", "").equals("data")) start(() -> shout(stream));
            else start(() -> stream.out().close());
        })) {
            ended.await(); // until the client goes and this thread is interrupted
        } finally {
            stopped.countDown();
        }
    }

    private static void shout(SpdyStream stream) throws IOException {
        var part = new byte[4096];
        for (int count; (count = stream.in().read(part)) >= 0; ) {
            write(
                    stream.out(),
                    new String(part, 0, count, StandardCharsets.ISO_8859_1).toUpperCase(java.util.Locale.ROOT));
        }
        stream.out().close();
    }

    @FunctionalInterface
    private interface Task {
        void run() throws IOException;
    }

    private static Thread start(Task task) {
        return Thread.ofVirtual().start(() -> {
            try {
                task.run();
            } catch (IOException e) {
                System.getLogger("test").log(System.Logger.Level.DEBUG, "stream ended", e);
            }
        });
    }
}
