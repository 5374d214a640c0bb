package io.smarter.gateway;

import io.smarter.cri.v1.ContainerStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The last words of a container: what it left in its file for that, or else what it wrote last. */
final class TerminationMessage {
    private static final int LONGEST = 4096;
    private static final long LOG_LINES = 80;
    private static final long LOG_BYTES = 2048;

    private TerminationMessage() {}

    /** The message of a container that ended; the runtime's own when it left none. */
    static String of(ContainerStatus status) {
        var path = status.getAnnotationsOrDefault(Labels.TERMINATION_PATH, "");
        for (var mount : status.getMountsList()) {
            if (!path.isEmpty() && mount.getContainerPath().equals(path)) {
                var text = file(Path.of(mount.getHostPath()));
                if (!text.isEmpty()) return text;
            }
        }
        var policy = status.getAnnotationsOrDefault(Labels.TERMINATION_POLICY, "");
        if (policy.equals("FallbackToLogsOnError") && status.getExitCode() != 0) {
            var text = log(Path.of(status.getLogPath()));
            if (!text.isEmpty()) return text;
        }
        return status.getMessage();
    }

    private static String file(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return "";
            try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return "Error on reading termination message: " + e.getMessage();
        }
    }

    private static String log(Path file) {
        var out = new ByteArrayOutputStream();
        try {
            var options = new LogReader.Options(false, LOG_LINES, null, false, LOG_BYTES);
            LogReader.copy(file, options, () -> false, out);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
