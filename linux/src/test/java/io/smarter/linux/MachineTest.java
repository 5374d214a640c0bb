package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of the whole machine. */
final class MachineTest {
    @TempDir
    private Path proc;

    private void write(String file, String text) throws IOException {
        var path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void memoryIsInBytes() throws IOException {
        write("meminfo", """
                MemTotal:       24683520 kB
                MemFree:         1000000 kB
                MemAvailable:   22000000 kB
                Inactive:        9000000 kB
                Inactive(file):   500000 kB
                AnonPages:        300000 kB
                SwapTotal:             0 kB
                """);
        var memory = Memory.of(proc);
        assertThat(memory.total()).isEqualTo(24_683_520L * 1024);
        assertThat(memory.available()).isEqualTo(1_500_000L * 1024);
        assertThat(memory.used()).isEqualTo(23_683_520L * 1024);
        assertThat(memory.anonymous()).isEqualTo(300_000L * 1024);
        assertThat(memory.swapFree()).isZero();
    }

    @Test
    void theTimeOfAllCoresIsWhatIsNotIdle() throws IOException {
        write("stat", "cpu  100 20 30 5000 400 5 6 7 8 9\ncpu0 1 2 3\nbtime 1700000000\nprocesses 9\n");
        write("loadavg", "0.10 0.20 0.30 2/345 6789\n");
        write("sys/kernel/pid_max", "4194304\n");
        write("sys/kernel/threads-max", "190000\n");
        assertThat(Load.of(proc)).isEqualTo(new Load(1_680_000_000L, 1_700_000_000, 345, 190_000));
    }

    @Test
    void thisMachineHasRoomForMoreTasks() throws IOException {
        var real = Path.of("/proc");
        assertThat(Load.mostTasks(real)).isGreaterThan(Load.tasks(real)).isGreaterThan(1000);
    }

    @Test
    void interfacesAreToldButTheLoopback() throws IOException {
        write("self/net/dev", """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed
                    lo:    1    1    0    0    0     0          0         0     1    1    0    0    0     0       0          0
                  eth0: 1000   10    2    0    0     0          0         0  3000   20    4    0    0     0       0          0
                """);
        assertThat(NetworkLink.of(proc.resolve("self"))).containsExactly(new NetworkLink("eth0", 1000, 2, 3000, 4));
        assertThat(NetworkLink.of(proc.resolve("17"))).isEmpty();
    }

    @Test
    void foldersTakeWholeBlocksAndInodes() throws IOException {
        Files.write(Files.createDirectory(proc.resolve("one")).resolve("file"), new byte[100_000]);
        Files.createDirectory(proc.resolve("two"));
        var one = proc.resolve("one");
        var taken = DiskSpace.taken(List.of(one, proc.resolve("two"), proc.resolve("three")));
        assertThat(taken).containsOnlyKeys(one, proc.resolve("two"));
        assertThat(taken.get(one)).satisfies(what -> {
            assertThat(what.bytes()).isBetween(100_000L, 200_000L);
            assertThat(what.inodes()).isEqualTo(2);
        });
    }

    @Test
    void aDiskHasBytesAndInodes() throws IOException {
        var space = DiskSpace.of(proc);
        assertThat(space.capacity()).isPositive().isGreaterThanOrEqualTo(space.free());
        assertThat(space.inodes()).isGreaterThanOrEqualTo(space.inodesFree());
    }
}
