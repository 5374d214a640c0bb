package io.smarter.gateway;

import io.smarter.linux.Processes;
import io.smarter.resources.Exposition;
import io.smarter.resources.Exposition.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** The figures of this process that every program with figures has. */
final class AgentProcess {
    private AgentProcess() {}

    static void addTo(Exposition figures) throws IOException {
        var self = ProcessHandle.current();
        var spent = self.info().totalCpuDuration().orElse(Duration.ZERO);
        var started = self.info().startInstant().orElse(Instant.EPOCH);
        figures.seconds("process_cpu_seconds_total", spent.toNanos())
                .add(Kind.GAUGE, "process_resident_memory_bytes", Processes.residentBytes(self.pid()))
                .time("process_start_time_seconds", started);
    }
}
