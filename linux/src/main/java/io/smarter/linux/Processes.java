package io.smarter.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What /proc tells about processes. */
public final class Processes {
    private static final Path PROC = Path.of("/proc");
    private static final int LOOK_AGAIN_MILLIS = 10;

    /** The unit of processor time in {@code /proc}, the same on every machine that Linux runs on (proc(5), "stat"). */
    private static final int TICKS_A_SECOND = 100;

    private static final Duration KILLED = Duration.ofSeconds(10);

    /** A process and its command line. */
    public record Running(long pid, List<String> command) {}

    private Processes() {}

    /** The physical memory that a process holds, in bytes (proc(5), {@code VmRSS}); 0 when there is no such process. */
    public static long residentBytes(long pid) throws IOException {
        var status = PROC.resolve(pid + "/status");
        if (!Files.isReadable(status)) return 0;
        for (var line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
        return 0;
    }

    /** What a process had written to storage, in bytes (proc(5), {@code write_bytes}); 0 when there is no such process. */
    public static long writtenBytes(long pid) throws IOException {
        var io = PROC.resolve(pid + "/io");
        if (!Files.exists(io)) return 0;
        for (var line : Files.readAllLines(io))
            if (line.startsWith("write_bytes:")) return Long.parseLong(line.replaceAll("\\D", ""));
        return 0;
    }

    /** The processor time that a process has used so far (proc(5), "stat"). */
    public static Duration used(long pid) throws IOException {
        var line = Files.readString(PROC.resolve(pid + "/stat"));
        var fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return Duration.ofMillis(ticks * 1000 / TICKS_A_SECOND);
    }

    /** Sends a signal, kill(2), to one process. */
    public static void signal(long pid, int signal) throws IOException {
        if (pid <= 1 || pid > Integer.MAX_VALUE) throw new IOException("process must be one of a program, was " + pid);
        NativeCalls.kill((int) pid, signal);
    }

    /**
     * Whether a process has ended. One whose parent has not asked how yet (proc(5), state Z) has, though Java takes it
     * for alive.
     */
    public static boolean hasEnded(ProcessHandle process) {
        if (!process.isAlive()) return true;
        try {
            var stat = Files.readString(PROC.resolve(process.pid() + "/stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return true;
        }
    }

    /** Ends a process: asks first, and kills it when it takes longer than it may. */
    public static void stop(ProcessHandle process, Duration patience) throws InterruptedException {
        process.destroy();
        if (awaitEnd(process, patience)) return;
        process.destroyForcibly();
        awaitEnd(process, KILLED);
    }

    /**
     * Waits until a process has ended; false when it takes longer than it may. Looks by itself, as
     * {@link ProcessHandle#onExit} of a process that is not our child looks ever more seldom, up to every 5 s.
     */
    public static boolean awaitEnd(ProcessHandle process, Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        while (!hasEnded(process)) {
            if (System.nanoTime() > end) return false;
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return true;
    }

    /** All processes that have a command line; kernel threads and zombies have none. */
    public static List<Running> all() throws IOException {
        var running = new ArrayList<Running>();
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var entry : entries) {
                var command = command(entry);
                if (!command.isEmpty())
                    running.add(new Running(Long.parseLong(entry.getFileName().toString()), command));
            }
        }
        return running;
    }

    private static List<String> command(Path process) {
        try {
            var text = Files.readString(process.resolve("cmdline"), UTF_8);
            return text.isEmpty() ? List.of() : List.of(text.split("\0", -1)).subList(0, count(text));
        } catch (IOException _) {
            return List.of(); // it ended, or its arguments are no text
        }
    }

    private static int count(String nulTerminated) {
        return Math.toIntExact(nulTerminated.chars().filter(c -> c == 0).count());
    }
}
