package io.smarter.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the whole machine does.
 *
 * @param cpuNanos processor time of all cores since the boot, without that in which they were idle
 * @param bootSeconds when the machine was started, in seconds since 1970
 * @param tasks how many processes and threads there are
 * @param mostTasks how many there can be
 */
public record Load(long cpuNanos, long bootSeconds, long tasks, long mostTasks) {
    /** The kernel counts in hundredths of a second for programs, whatever its own clock is. */
    private static final long TICK_NANOS = 10_000_000;

    private static final int LONGEST_NUMBER = 32;
    private static final int IDLE = 3;
    private static final int WAITING = 4;
    private static final int STEAL = 7;

    /** That of the machine that a process file system tells of. */
    public static Load of(Path proc) throws IOException {
        var stat = text(proc.resolve("stat"));
        var counts = stat.substring(0, stat.indexOf('\n')).strip().split("\\s+", -1);
        long ticks = 0;
        for (int i = 0; i <= STEAL && i + 1 < counts.length; i++)
            if (i != IDLE && i != WAITING) ticks += Long.parseLong(counts[i + 1]);
        int boot = stat.indexOf("\nbtime ");
        long booted = boot < 0 ? 0 : Long.parseLong(stat.substring(boot + 7, stat.indexOf('\n', boot + 1)));
        return new Load(ticks * TICK_NANOS, booted, tasks(proc), mostTasks(proc));
    }

    /** How many processes and threads there are, proc_loadavg(5). */
    public static long tasks(Path proc) throws IOException {
        var fields = text(proc.resolve("loadavg")).split("[ /]", -1);
        return Long.parseLong(fields[4]);
    }

    /** How many processes and threads there can be. */
    public static long mostTasks(Path proc) throws IOException {
        return Math.min(setting(proc.resolve("sys/kernel/pid_max")), setting(proc.resolve("sys/kernel/threads-max")));
    }

    /** The kernel tells a number in one read or not at all; {@link Files#readString} begins with one of a byte. */
    private static long setting(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Long.parseLong(new String(in.readNBytes(LONGEST_NUMBER), StandardCharsets.US_ASCII).strip());
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.US_ASCII);
    }
}
