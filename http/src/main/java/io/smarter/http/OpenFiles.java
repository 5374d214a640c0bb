package io.smarter.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files, sockets among them, this process may have open. */
final class OpenFiles {
    private static final String NAME = "Max open files";
    private static final int UNKNOWN = 1024;
    private static final int MOST = 1 << 20;

    private OpenFiles() {}

    /** The limit that the system has set (proc(5), {@code /proc/pid/limits}); 1024 where it does not say. */
    static int limit() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith(NAME))
                    return parse(line.substring(NAME.length()).strip());
            }
        } catch (IOException e) {
            System.getLogger("io.smarter.http").log(System.Logger.Level.DEBUG, "no limit of open files is known", e);
        }
        return UNKNOWN;
    }

    private static int parse(String soft) {
        var first = soft.split(" ", 2)[0];
        if (first.equals("unlimited")) return MOST;
        return Math.clamp(Long.parseLong(first), UNKNOWN, MOST);
    }
}
