package io.smarter.bench;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long a cloud takes until it says that it is ready: on a folder that does not exist, where it makes its
 * certificates and its store, and on the folder that it left.
 */
public final class StartBench {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOOK_AGAIN_MILLIS = 5;

    private final List<String> command;
    private final InetSocketAddress listen;
    private final Path kubeconfig;

    private StartBench(List<String> command, InetSocketAddress listen, Path kubeconfig) {
        this.command = command;
        this.listen = listen;
        this.kubeconfig = kubeconfig;
    }

    /**
     * Measures and prints percentiles.
     *
     * @param command the command line that runs a cloud in the foreground
     * @param listen where it listens
     * @param folder its data folder, which must not exist and is left to the caller afterwards
     * @throws IOException if the cloud ends or is not ready within 60 seconds
     */
    public static void run(List<String> command, InetSocketAddress listen, Path folder, int runs, PrintStream out)
            throws IOException, InterruptedException {
        var bench = new StartBench(command, listen, folder.resolve("admin.kubeconfig"));
        out.printf("From the start of the process until /readyz says ok, %d runs%n", runs);
        out.printf("  %-18s %8s %8s %8s  ms%n", "folder", "p50", "p90", "p99");
        print(out, "new", List.of(bench.start()));
        var again = new ArrayList<Duration>();
        for (int run = 0; run < runs; run++) again.add(bench.start());
        print(out, "there already", again);
    }

    private static void print(PrintStream out, String title, List<Duration> durations) {
        var values = Percentiles.of(durations);
        out.printf(
                "  %-18s %8d %8d %8d%n",
                title,
                values.p50().toMillis(),
                values.p90().toMillis(),
                values.p99().toMillis());
    }

    private Duration start() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            while (!isReady()) {
                var taken = Duration.ofNanos(System.nanoTime() - begun);
                if (!process.isAlive()) throw new IOException("%s ended".formatted(command));
                if (taken.compareTo(PATIENCE) > 0) throw new IOException("not ready after " + taken.toSeconds() + " s");
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
            return Duration.ofNanos(System.nanoTime() - begun);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    /** Asks only a cloud that listens: to ask with TLS takes processor time, which the start needs. */
    private boolean isReady() {
        try (var socket = new Socket()) {
            socket.connect(listen);
        } catch (IOException e) {
            return false;
        }
        try (var api = new ApiClient(ClientConfig.kubeconfig(kubeconfig))) {
            return api.raw("GET", "/readyz", "application/json", new byte[0]).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
