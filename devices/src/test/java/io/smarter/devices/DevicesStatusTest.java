package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smarter.devices.DevicesStatus.Device;
import io.smarter.devices.DevicesStatus.Registration;
import io.smarter.devices.DevicesStatus.Resource;
import io.smarter.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevicesStatusTest {
    @TempDir
    private Path folder;

    private static DevicesStatus status(String node) {
        var holders = List.of(new Holder("farm", "a", "app", List.of("id-0", "id-1")));
        return new DevicesStatus(
                node,
                "/var/lib/kubelet",
                ProcessHandle.current().pid(),
                true,
                List.of(new Resource(
                        "smarter-devices/camera",
                        4,
                        new Registration("no such file", 7, 3),
                        List.of(
                                new Device("video0", "id", 2, List.of("video1"), "", null, holders),
                                new Device("video2", "x", 1, List.of(), "it is not there", Instant.EPOCH, List.of())))),
                List.of(new Left("ttyS0", "no path")),
                List.of(new Problem(9, "count: must be a number")),
                List.of("null"),
                "");
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        assertThat(DevicesStatus.of(Json.parse(status("n").json().pretty()))).isEqualTo(status("n"));
    }

    @Test
    void allNodesOfAMachineAreRead() throws Exception {
        for (var node : List.of("gateway-10", "gateway-2"))
            Files.writeString(
                    folder.resolve(node + ".json"), status(node).json().compact());
        Files.writeString(folder.resolve(".gateway-3.json.tmp"), "half");
        Files.writeString(folder.resolve("other.sock"), "");
        assertThat(DevicesStatus.read(folder)).containsExactly(status("gateway-2"), status("gateway-10"));
        assertThat(DevicesStatus.read(folder.resolve("none"))).isEmpty();
        Files.writeString(folder.resolve("gateway-4.json"), "{}");
        assertThatIOException()
                .isThrownBy(() -> DevicesStatus.read(folder))
                .withMessageContaining("gateway-4.json")
                .withMessageContaining("node and resources");
    }

    @Test
    void whatIsNoTimeIsRefused() {
        var json = Json.parse(status("n").json().compact().replace("1970-01-01T00:00:00Z", "yesterday"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DevicesStatus.of(json))
                .withMessageContaining("yesterday");
    }

    @Test
    void itIsCurrentWhileEdgeRuns() throws Exception {
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();
        var left = status("n").json().with("process", Json.of(ended.pid()));
        Files.writeString(folder.resolve("n.json"), left.compact());
        assertThat(DevicesStatus.read(folder).getFirst().current()).isFalse();
        Files.writeString(folder.resolve("n.json"), status("n").json().compact());
        assertThat(DevicesStatus.read(folder).getFirst().current()).isTrue();
    }
}
