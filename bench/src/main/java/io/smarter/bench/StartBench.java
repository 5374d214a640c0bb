package io.smarter.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how long a cloud takes until it says that it is ready: on a folder that does not exist, where it makes its
 * certificates and its store, and on the folder that it left.
 */
public final class StartBench {
    private StartBench() {}

    /**
     * Measures and prints percentiles.
     *
     * @param cloud on a folder that must not exist, and is left to the caller afterwards
     * @throws IOException if the cloud ends or is not ready within 60 seconds
     */
    public static void run(Cloud cloud, int runs, PrintStream out) throws IOException, InterruptedException {
        out.printf("From the start of the process until /readyz says ok, %d runs%n", runs);
        out.printf("  %-18s %8s %8s %8s  ms%n", "folder", "p50", "p90", "p99");
        print(out, "new", List.of(start(cloud)));
        var again = new ArrayList<Duration>();
        for (int run = 0; run < runs; run++) again.add(start(cloud));
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

    private static Duration start(Cloud cloud) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (var _ = cloud.start()) {
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }
}
