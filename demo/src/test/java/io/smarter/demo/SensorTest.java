package io.smarter.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensorTest {
    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

    @TempDir
    private Path root;

    @Test
    void aMachineWithoutAnythingGivesNothing() {
        assertThat(new Sensor(root, "gw1").sample(NOW)).isEmpty();
    }

    @Test
    void thisMachineGivesItsMemory() {
        assertThat(new Sensor(Path.of("/"), "gw1").sample(NOW))
                .extracting(Reading::name)
                .contains("system.memory.limit", "system.memory.usage/used");
    }

    @Test
    void theProcessorsAreAsBusyAsTheyWereSinceTheLastReading() throws IOException {
        var sensor = new Sensor(root, "gw1");
        file("proc/loadavg", "0.50 1.25 2.00 1/234 5678\n");
        file("proc/stat", "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n");
        assertThat(values(sensor))
                .containsExactly(
                        entry("system.cpu.load_average.1m", 0.5),
                        entry("system.cpu.load_average.5m", 1.25),
                        entry("system.cpu.load_average.15m", 2.0));

        file("proc/stat", "cpu  150 0 125 800 125 0 0 0 0 0\n");

        assertThat(values(sensor)).containsEntry("system.cpu.utilization", 0.375);
    }

    @Test
    void memoryIsToldInBytes() throws IOException {
        file("proc/meminfo", """
                MemTotal:       1000 kB
                MemFree:         300 kB
                MemAvailable:    600 kB
                Buffers:          50 kB
                Cached:          200 kB
                SReclaimable:     50 kB
                """);

        assertThat(values(new Sensor(root, "gw1")))
                .containsExactly(
                        entry("system.memory.limit", 1000 * 1024.0),
                        entry("system.memory.usage/used", 400 * 1024.0),
                        entry("system.memory.usage/free", 300 * 1024.0),
                        entry("system.memory.usage/cached", 300 * 1024.0),
                        entry("system.linux.memory.available", 600 * 1024.0));
    }

    @Test
    void whatTheKernelDoesNotTellIsLeftOut() throws IOException {
        file("proc/meminfo", "MemTotal: 1000 kB\nMemFree: soon\n");
        file("proc/stat", "");
        file("proc/diskstats", "8 0 sda\n");

        assertThat(values(new Sensor(root, "gw1")))
                .containsOnlyKeys("system.memory.limit", "system.memory.usage/cached");
    }

    @Test
    void pressureIsAShareOfTime() throws IOException {
        file(
                "proc/pressure/cpu",
                "some avg10=12.50 avg60=1.00 avg300=0.50 total=99\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");

        assertThat(values(new Sensor(root, "gw1")))
                .containsExactly(
                        entry("system.linux.pressure/cpu/some", 0.125), entry("system.linux.pressure/cpu/full", 0.0));
    }

    @Test
    void oneZoneThatCannotBeReadDoesNotHideTheOthers() throws IOException {
        file("sys/class/thermal/thermal_zone0/temp", "43500\n");
        file("sys/class/thermal/thermal_zone0/type", "cpu thermal\n");
        file("sys/class/thermal/thermal_zone1/type", "asleep\n");

        assertThat(values(new Sensor(root, "gw1")))
                .containsExactly(entry("hw.temperature/thermal_zone0.cpu_thermal", 43.5));
    }

    @Test
    void onlyWholeDisksThatWereUsedAreTold() throws IOException {
        Files.createDirectories(root.resolve("sys/block/sda"));
        Files.createDirectories(root.resolve("sys/block/loop0"));
        file("proc/diskstats", """
                   8       0 sda 10 0 100 5 20 0 200 6 0 7 8
                   8       1 sda1 10 0 100 5 20 0 200 6 0 7 8
                   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0
                """);

        assertThat(values(new Sensor(root, "gw1")))
                .containsExactly(
                        entry("system.disk.io/sda/read", 51_200.0),
                        entry("system.disk.io/sda/write", 102_400.0),
                        entry("system.disk.operations/sda/read", 10.0),
                        entry("system.disk.operations/sda/write", 20.0));
    }

    @Test
    void theLoopbackInterfaceIsNoNetwork() throws IOException {
        file("proc/net/dev", """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:    3593      37    0    0    0     0          0         0     3593      37    0    0    0     0       0          0
                  eth0:160135110    7008    0    0    0     0          0         0   551654    5751    0    0    0     0       0          0
                """);

        var readings = new Sensor(root, "gw1").sample(NOW);

        assertThat(readings)
                .containsExactly(
                        new Reading("gw1", "container.network.io/eth0/receive", 160_135_110, "By", NOW, true),
                        new Reading("gw1", "container.network.io/eth0/transmit", 551_654, "By", NOW, true));
    }

    private static Map<String, Double> values(Sensor sensor) {
        var values = new LinkedHashMap<String, Double>();
        for (var reading : sensor.sample(NOW)) values.put(reading.name(), reading.value());
        return values;
    }

    private void file(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
