package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProcessesTest {
    @Test
    void aProcessIsFoundByItsCommandLine() throws Exception {
        var cat = new ProcessBuilder("cat", "-", "").start();
        try {
            assertThat(Processes.all())
                    .filteredOn(p -> p.pid() == cat.pid())
                    .singleElement()
                    .satisfies(p -> assertThat(p.command()).endsWith("-", ""));
        } finally {
            cat.destroy();
        }
    }

    @Test
    void ourOwnMemoryIsMoreThanNothing() throws IOException {
        assertThat(Processes.residentBytes(ProcessHandle.current().pid())).isGreaterThan(1 << 20);
    }

    /** A shell that takes no notice of being asked. */
    @Test
    void whoDoesNotEndWhenAskedIsKilled() throws Exception {
        var process = new ProcessBuilder("sh", "-c", "trap '' TERM; echo on; while :; do sleep 0.1; done").start();
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("on");
        assertThat(Processes.hasEnded(process.toHandle())).isFalse();
        assertThat(Processes.awaitEnd(process.toHandle(), Duration.ZERO)).isFalse();
        Processes.stop(process.toHandle(), Duration.ofMillis(50));
        assertThat(Processes.hasEnded(process.toHandle())).isTrue();
        assertThat(process.waitFor()).isEqualTo(128 + 9);
    }
}
