package io.smarter.gateway;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the logs of containers from filling the disk: a file that has grown is renamed, the runtime begins another, and
 * only the last few are kept ({@code 0.log.20261124-110301}).
 *
 * <p>A crash between renaming and beginning leaves no current file: that is what the next look finds and mends.
 *
 * @param longest from how many bytes on a file is renamed
 * @param kept how many files that were renamed are kept
 */
record LogRotation(ContainerRuntime runtime, long longest, int kept) {
    private static final System.Logger LOG = System.getLogger(LogRotation.class.getName());
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /** With the sizes that a kubelet has when it is told none. */
    LogRotation(ContainerRuntime runtime) {
        this(runtime, 10L << 20, 4);
    }

    /** Looks at the logs of all containers that run. */
    void look(List<PodWorker> workers, PodConfigs configs, Instant now) {
        for (var worker : workers) {
            for (var instance : worker.seen().instances()) {
                if (!instance.isRunning()) continue;
                try {
                    look(configs.log(worker.pod(), instance), instance.id(), now);
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "log of container {0} not rotated: {1}", instance.name(), e.getMessage());
                }
            }
        }
    }

    /** Looks at the log of one running container. */
    void look(Path file, String container, Instant now) throws IOException {
        if (!Files.exists(file)) {
            runtime.reopenLog(container);
            return;
        }
        if (Files.size(file) < longest) return;
        var old = file.resolveSibling(file.getFileName() + "." + TIME.format(now));
        Files.move(file, old);
        try {
            runtime.reopenLog(container);
        } catch (IOException e) {
            Files.move(old, file); // it is still written to
            throw e;
        }
        var rotated = rotated(file);
        for (var oldest : rotated.subList(0, Math.max(0, rotated.size() - kept))) Files.deleteIfExists(oldest);
    }

    /** Removes a log with all that was renamed of it. */
    static void delete(Path file) throws IOException {
        for (var old : rotated(file)) Files.deleteIfExists(old);
        Files.deleteIfExists(file);
    }

    /** What was renamed of a log, the oldest first. */
    private static List<Path> rotated(Path file) throws IOException {
        var rotated = new ArrayList<Path>();
        var folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) return rotated;
        try (var entries = Files.newDirectoryStream(folder, file.getFileName() + ".*")) {
            entries.forEach(rotated::add);
        }
        rotated.sort(null);
        return rotated;
    }
}
