package io.smarter.bench;

import io.smarter.linux.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Measures what a gateway takes while nothing is asked of it, by the kernel's counters: bytes on its uplink, bytes that it
 * wrote to its disk, processor time and memory, of the agent and of edge. Its pods run all the while; what they send and log is theirs.
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

    /** What was counted of a program until one moment. */
    private record Program(String name, long pid, Connection uplink, long wrote, Duration used) {}

    /** What was counted until one moment. */
    private record Reading(List<Program> programs, long runtimeWrote) {}

    /**
     * Measures for as long as asked, and prints.
     *
     * @throws IOException if a connection to the cloud is made anew meanwhile
     */
    public static void run(Options options, PrintStream out) throws IOException, InterruptedException {
        var runtime = runtime(options.runtime(), options.data());
        var programs = new LinkedHashMap<String, Long>();
        programs.put("agent", options.agent());
        edge(runtime).ifPresent(pid -> programs.put("edge", pid));
        var before = read(options, programs, runtime);
        Thread.sleep(options.time());
        var after = read(options, programs, runtime);
        long seconds = options.time().toSeconds();
        out.printf("Idle for %d s; %d processes of the runtime%n", seconds, runtime.size());
        for (int i = 0; i < programs.size(); i++) print(out, seconds, before.programs.get(i), after.programs.get(i));
        row(out, seconds, "containerd and shims, written", after.runtimeWrote - before.runtimeWrote);
    }

    private static void print(PrintStream out, long seconds, Program before, Program after) throws IOException {
        row(out, seconds, after.name + ", uplink, with TLS, TCP, IP", after.uplink.bytesSince(before.uplink));
        row(out, seconds, after.name + ", written", after.wrote - before.wrote);
        out.printf(
                "  %-32s %9.2f %% of a core%n",
                after.name + ", processor time", after.used.minus(before.used).toMillis() / 10.0 / seconds);
        out.printf("  %-32s %9.1f MiB%n", after.name + ", resident", Processes.residentBytes(after.pid) / 1048576.0);
    }

    private static void row(PrintStream out, long seconds, String what, long bytes) {
        double day = bytes / MEGABYTE * Duration.ofDays(1).toSeconds() / seconds;
        out.printf("  %-32s %,9d bytes: %.2f MB a day%n", what, bytes, day);
    }

    private static Reading read(Options options, Map<String, Long> pids, List<Long> runtime)
            throws IOException, InterruptedException {
        var programs = new ArrayList<Program>();
        for (var one : pids.entrySet()) {
            long pid = one.getValue();
            programs.add(new Program(
                    one.getKey(),
                    pid,
                    Connection.of(pid, options.port()),
                    Processes.writtenBytes(pid),
                    Processes.used(pid)));
        }
        long runtimeWrote = 0;
        for (long pid : runtime) runtimeWrote += Processes.writtenBytes(pid);
        return new Reading(programs, runtimeWrote);
    }

    private static List<Long> runtime(Path runtime, Path data) throws IOException {
        var pids = new ArrayList<Long>();
        for (var process : Processes.all()) {
            var name = Path.of(process.command().getFirst()).getFileName();
            if (name == null || !name.toString().startsWith("containerd")) continue;
            boolean ours = process.command().stream()
                    .anyMatch(word -> word.equals(runtime.toString()) || word.startsWith(data.toString()));
            if (ours) pids.add(process.pid());
        }
        return pids;
    }

    /** The process of edge on a gateway; empty where none is deployed. */
    public static Optional<Long> edge(Path runtime, Path data) throws IOException {
        return edge(runtime(runtime, data));
    }

    /** The same among those that the runtime's shims started. */
    private static Optional<Long> edge(List<Long> runtime) throws IOException {
        var started = runtime.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
        return Processes.all().stream()
                .filter(process ->
                        started.contains(process.pid()) && process.command().contains("io.smarter.edge.EdgeMain"))
                .map(Processes.Running::pid)
                .findFirst();
    }
}
