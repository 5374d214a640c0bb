package io.smarter.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What /proc tells about processes. */
public final class Processes {
    private static final Path PROC = Path.of("/proc");

    /** A process and its command line. */
    public record Running(long pid, List<String> command) {}

    private Processes() {}

    /**
     * The physical memory that a process holds, in bytes ({@code VmRSS}).
     *
     * @throws IOException if there is no such process
     */
    public static long residentBytes(long pid) throws IOException {
        for (var line : Files.readAllLines(PROC.resolve(pid + "/status"))) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
        return 0;
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
