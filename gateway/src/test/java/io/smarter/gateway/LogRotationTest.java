package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir
    private Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private final LogRotation rotation = new LogRotation(runtime, 10, 2);
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("0.log");
    }

    @Test
    void leavesAShortLogAlone() throws IOException {
        Files.writeString(file, "short");
        rotation.look(file, "c", NOW);
        assertThat(file).hasContent("short");
        assertThat(runtime.calls).isEmpty();
    }

    @Test
    void keepsTheLastLogs() throws IOException {
        for (int i = 0; i < 4; i++) {
            Files.writeString(file, "long enough " + i);
            rotation.look(file, "c", NOW.plusSeconds(i));
        }
        assertThat(runtime.calls).containsExactly("reopen c", "reopen c", "reopen c", "reopen c");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("0.log.20261124-120002", "0.log.20261124-120003");
        LogRotation.delete(file);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void beginsALogThatACrashLeftMissing() throws IOException {
        rotation.look(file, "c", NOW);
        assertThat(runtime.calls).containsExactly("reopen c");
    }
}
