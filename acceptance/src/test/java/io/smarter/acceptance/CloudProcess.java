package io.smarter.acceptance;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A cloud in a process of its own, made of the classes of this build, with the production's limits of memory. */
final class CloudProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final Path data;
    private final int port;
    private final Process process;

    private CloudProcess(Path data, int port, Process process) {
        this.data = data;
        this.port = port;
        this.process = process;
    }

    /** A port that nobody listens on at this moment. */
    static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /**
     * Starts a cloud and waits until it listens.
     *
     * @param options of its virtual machine, besides the usual ones
     */
    static CloudProcess start(Path data, int port, String... options) throws IOException {
        var cloud = new CloudProcess(data, port, launch(data, port, options));
        cloud.awaitListening();
        return cloud;
    }

    private static Process launch(Path data, int port, String... options) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx512m",
                "-Xss512k",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.smarter.cli.Main", "cloud"));
        command.addAll(List.of("--data", data.toString(), "--listen", "127.0.0.1:" + port));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling("cloud.log").toFile()))
                .start();
    }

    /** Starts a cloud and kills it as soon as a condition holds, or it listens. */
    static void killStarting(Path data, int port, Callable<Boolean> moment) throws Exception {
        var process = launch(data, port);
        try (var out = process.getInputStream()) {
            while (process.isAlive() && out.available() == 0 && !moment.call()) TimeUnit.MILLISECONDS.sleep(1);
        }
        new CloudProcess(data, port, process).kill();
    }

    private void awaitListening() throws IOException {
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = out.readLine(); line != null; line = out.readLine())
            if (line.startsWith("smarter cloud listens on ")) return;
        throw new AssertionError("the cloud did not start: see " + data.resolveSibling("cloud.log"));
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The administrator's credentials. */
    ClientConfig admin() throws IOException {
        return ClientConfig.kubeconfig(data.resolve("admin.kubeconfig"));
    }

    /** The administrator, on a connection of its own. */
    ApiClient client() throws IOException {
        return new ApiClient(admin());
    }

    /** Ends it as a power cut would: SIGKILL, which nothing in it hears of. */
    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } finally {
            kill();
        }
    }
}
