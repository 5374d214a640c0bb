package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smarter.api.Quantity;
import io.smarter.gateway.GatewaySettings.HostPaths;
import io.smarter.resources.ImageGarbage;
import io.smarter.resources.Pressure;
import io.smarter.resources.Signal;
import io.smarter.resources.Threshold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCapacityTest {
    private static final long MEBI = 1 << 20;

    @TempDir
    private Path machine;

    @BeforeEach
    void makeMachine() throws IOException {
        Files.writeString(machine.resolve("meminfo"), "MemTotal: 1048576 kB\nMemFree: 1 kB\n");
        var pages = Files.createDirectories(machine.resolve("kernel/mm/hugepages/hugepages-2048kB"));
        Files.writeString(pages.resolve("nr_hugepages"), "8\n");
    }

    private NodeCapacity capacity(NodeLimits limits) {
        return new NodeCapacity(
                new NodeFacts(new HostPaths(machine, machine, machine, machine, machine, null, CniFolders.USUAL)),
                limits,
                machine);
    }

    private static NodeLimits reserving(Map<String, Quantity> reserved) {
        return new NodeLimits(reserved, Pressure.Settings.USUAL, ImageGarbage.Settings.USUAL, 0, List.of());
    }

    @Test
    void podsMayAskForWhatEvictionDoesNotKeepFree() {
        var usual = capacity(NodeLimits.USUAL);
        assertThat(usual.capacity().text("memory")).isEqualTo("1048576Ki");
        assertThat(usual.capacity().text("hugepages-2Mi")).isEqualTo("16Mi");
        assertThat(usual.capacity().text("hugepages-1Gi")).isEqualTo("0");
        assertThat(usual.allocatable().text("memory")).isEqualTo((1024 - 100) * 1024 + "Ki");
        assertThat(usual.allocatable().text("cpu")).isEqualTo(usual.capacity().text("cpu"));
        long disk = machine.toFile().getTotalSpace();
        assertThat(usual.allocatable().text("ephemeral-storage")).isEqualTo(Long.toString(disk - (long) (disk * 0.1)));
    }

    @Test
    void whatIsReservedIsNotOffered() {
        var reserving = capacity(reserving(Map.of("memory", Quantity.parse("200Mi"), "cpu", Quantity.parse("250m"))));
        assertThat(reserving.allocatable().text("memory")).isEqualTo((1024 - 200 - 100) * 1024 + "Ki");
        long cores = Runtime.getRuntime().availableProcessors();
        assertThat(reserving.allocatable().text("cpu")).isEqualTo(1000 * cores - 250 + "m");
    }

    @Test
    void whatPodsMayHaveOfReservedMemoryIsWatchedToo() {
        var limits = reserving(Map.of("memory", Quantity.ofBytes(200 * MEBI)));
        assertThat(limits.shortage().signals()).contains(Signal.ALLOCATABLE_MEMORY);
        assertThat(limits.shortage().hard(Signal.ALLOCATABLE_MEMORY, 0)).isEqualTo(100 * MEBI);
        assertThat(NodeLimits.USUAL.shortage().thresholds()).isEqualTo(Threshold.hard(Threshold.USUAL));
    }

    @Test
    void aNegativeAmountIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reserving(Map.of("memory", Quantity.parse("-1"))))
                .withMessage("reserved memory: must be 0 or more, was -1");
    }
}
