package io.smarter.acceptance;

import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real cloud with one real gateway, and what a user does to them. */
final class Edge implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String GATEWAY = "gateway-1";

    private final Path data;
    private final Run run;

    /** Starts both in a folder, with an image that needs no registry. */
    Edge(Path folder, int port) throws Exception {
        Run.needKubectl();
        data = folder.resolve("data");
        run = new Run()
                .with("SMARTER_DATA", data.toString())
                .with("SMARTER_PORT", Integer.toString(port))
                .with("KUBECONFIG", data.resolve("cloud/admin.kubeconfig").toString());
        up();
        var archive = folder.resolve("busybox.tar");
        BusyboxImage.write(archive);
        run.run("./smarter", "image", "load", archive.toString()).ok();
    }

    /** Starts what does not run. */
    void up() throws IOException, InterruptedException {
        run.run("./smarter", "up", "--no-demo").ok();
    }

    Run run() {
        return run;
    }

    /** The gateway's folder. */
    Path gateway() {
        return data.resolve(GATEWAY);
    }

    String kubectl(String... arguments) throws IOException, InterruptedException {
        return attempt(arguments).ok();
    }

    Run.Result attempt(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return run.run("", command);
    }

    /** Applies a text of YAML or JSON. */
    void apply(String text) throws IOException, InterruptedException {
        run.feed(text, "kubectl", "apply", "-f", "-").ok();
    }

    String jsonpath(String pod, String path) throws IOException, InterruptedException {
        return kubectl("get", "pod", pod, "-o", "jsonpath=" + path);
    }

    void awaitReady(String pod) throws IOException, InterruptedException {
        kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=60s");
    }

    /** Kills the agent as a power cut would, and waits until it is gone. */
    void killAgent() throws Exception {
        ProcessHandle.of(agent()).orElseThrow().destroyForcibly();
        Run.until("the agent is gone", PATIENCE, () -> agent() == 0);
    }

    private long agent() throws IOException, InterruptedException {
        var status = Json.parse(run.run("./smarter", "status", "-o", "json").ok());
        return status.items("gateways").stream()
                .mapToLong(gateway -> gateway.number(0, "pid"))
                .sum();
    }

    @Override
    public void close() throws IOException {
        try {
            run.run("./smarter", "down", "--purge").ok();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
