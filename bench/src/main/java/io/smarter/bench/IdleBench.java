package io.smarter.bench;

import io.smarter.linux.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what a gateway takes while nothing is asked of it, by the kernel's counters: bytes on its uplink, bytes that it
 * wrote to its disk, processor time and memory. Its pods run all the while; what they send and log is theirs.
 */
public final class IdleBench {
    private static final double MEGABYTE = 1e6;

    private IdleBench() {}

    /**
     * What is measured.
     *
     * @param agent the process id of the agent
     * @param port the cloud's, on this machine
     * @param runtime the CRI socket, which the command lines of shims name
     * @param data the gateway's folder, which the command line of its containerd names
     */
    public record Options(long agent, int port, Path runtime, Path data, Duration time) {}

    /** What was counted until one moment. */
    private record Reading(Connection uplink, long agentWrote, long runtimeWrote, Duration used) {}

    /**
     * Measures for as long as asked, and prints.
     *
     * @throws IOException if the connection to the cloud is made anew meanwhile
     */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        var before = read(options);
        Thread.sleep(options.time());
        var after = read(options);
        long seconds = options.time().toSeconds();
        out.printf(
                "Idle for %d s; %d processes of the runtime%n",
                seconds, runtime(options).size());
        row(out, seconds, "uplink, with TLS, TCP and IP", after.uplink.bytesSince(before.uplink));
        row(out, seconds, "written by the agent", after.agentWrote - before.agentWrote);
        row(out, seconds, "written by containerd and shims", after.runtimeWrote - before.runtimeWrote);
        out.printf(
                "  %-32s %9.2f %% of a core%n",
                "processor time of the agent",
                100.0
                        * after.used.minus(before.used).toMillis()
                        / options.time().toMillis());
        out.printf("  %-32s %9.1f MiB%n", "agent, resident", Processes.residentBytes(options.agent()) / 1048576.0);
    }

    private static void row(PrintStream out, long seconds, String what, long bytes) {
        double day = bytes / MEGABYTE * Duration.ofDays(1).toSeconds() / seconds;
        out.printf("  %-32s %,9d bytes: %.2f MB a day%n", what, bytes, day);
    }

    private static Reading read(Options options) throws IOException, InterruptedException {
        long runtimeWrote = 0;
        for (long pid : runtime(options)) runtimeWrote += Processes.writtenBytes(pid);
        return new Reading(
                Connection.of(options.agent(), options.port()),
                Processes.writtenBytes(options.agent()),
                runtimeWrote,
                Processes.used(options.agent()));
    }

    private static List<Long> runtime(Options options) throws IOException {
        var pids = new ArrayList<Long>();
        for (var process : Processes.all()) {
            var name = Path.of(process.command().getFirst()).getFileName();
            if (name == null || !name.toString().startsWith("containerd")) continue;
            boolean ours = process.command().stream()
                    .anyMatch(word -> word.equals(options.runtime().toString())
                            || word.startsWith(options.data().toString()));
            if (ours) pids.add(process.pid());
        }
        return pids;
    }
}
