package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
}
