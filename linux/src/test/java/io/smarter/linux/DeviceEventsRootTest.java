package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.linux.DeviceEvents.Event;
import io.smarter.linux.DeviceEvents.FolderChanged;
import io.smarter.linux.DeviceEvents.Lost;
import io.smarter.linux.DeviceEvents.Uevent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real devices that come and go. */
@Tag("root")
final class DeviceEventsRootTest {
    private static final Path DEV = Path.of("/dev");
    private static final Path HOT_ADD = Path.of("/sys/class/zram-control/hot_add");
    private static final Path HOT_REMOVE = Path.of("/sys/class/zram-control/hot_remove");
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    private Event next(Predicate<Event> wanted) throws InterruptedException {
        while (true) {
            var event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("nothing came for 10 s").isNotNull();
            if (event != null && wanted.test(event)) return event;
        }
    }

    private Uevent uevent(String action, String name) throws InterruptedException {
        return (Uevent) next(event -> event instanceof Uevent one
                && one.action().equals(action)
                && one.devname().equals(name));
    }

    @Test
    void everyDiskThatComesAndGoesIsSeen() throws Exception {
        long slowest = 0;
        try (var _ = DeviceEvents.listen(DEV, events::add)) {
            for (int i = 0; i < 1_000; i++) {
                long start = System.nanoTime();
                int number = Integer.parseInt(Files.readString(HOT_ADD).strip());
                var added = uevent("add", "zram" + number);
                slowest = Math.max(slowest, System.nanoTime() - start);
                assertThat(added.devpath()).isEqualTo("/devices/virtual/block/zram" + number);
                assertThat(added.subsystem()).isEqualTo("block");
                assertThat(added.minor()).isEqualTo(number);
                Files.writeString(HOT_REMOVE, "" + number);
                assertThat(uevent("remove", "zram" + number))
                        .isEqualTo(new Uevent(
                                "remove", added.devpath(), "block", added.devname(), added.major(), added.minor()));
            }
        }
        System.out.printf("slowest of 1,000 zram: %.1f ms from asking to hearing%n", slowest / 1e6);
    }

    @Test
    void everyNodeAndLinkThatComesAndGoesIsSeen() throws Exception {
        var kernel = new LinuxKernel();
        kernel.mount("dev", folder, "tmpfs", Set.of(), "size=1m");
        try (var _ = DeviceEvents.listen(folder, events::add)) {
            var links = Files.createDirectories(folder.resolve("serial/by-id"));
            next(new FolderChanged("serial/by-id")::equals);
            for (int i = 0; i < 1_000; i++) {
                var node = folder.resolve("smt-null");
                FileCalls.makeNode(-1, node.toString(), 0020600, FileCalls.device(1, 3));
                next(new FolderChanged("")::equals);
                var link = Files.createSymbolicLink(links.resolve("usb-smt"), Path.of("../../smt-null"));
                next(new FolderChanged("serial/by-id")::equals);
                Files.delete(link);
                next(new FolderChanged("serial/by-id")::equals);
                Files.delete(node);
                next(new FolderChanged("")::equals);
            }
            assertThat(events).isEmpty();
        } finally {
            Mounts.remove(folder, kernel);
        }
    }

    @Test
    void theNodesOwnFolderTellsOfATerminal() throws Exception {
        try (var _ = DeviceEvents.listen(DEV, events::add)) {
            var terminal = new ProcessBuilder("script", "-qc", "true", "/dev/null").start();
            next(new FolderChanged("pts")::equals);
            assertThat(terminal.waitFor()).isZero();
        }
    }

    @Test
    void whatIsWrittenToADeviceIsNoEventAndIdlenessCostsNothing() throws Exception {
        try (var _ = DeviceEvents.listen(DEV, events::add)) {
            for (int i = 0; i < 10_000; i++) Files.write(Path.of("/dev/null"), new byte[1]);
            int number = Integer.parseInt(Files.readString(HOT_ADD).strip());
            uevent("add", "zram" + number);
            Files.writeString(HOT_REMOVE, "" + number);
            uevent("remove", "zram" + number);
            events.removeIf(event -> event instanceof Uevent || event.equals(new FolderChanged("")));
            assertThat(events).isEmpty();
            assertThat(IntStream.range(0, 5).anyMatch(_ -> sleepsFor(Duration.ofSeconds(2))))
                    .as("the thread woke up in each of five times that should have been quiet")
                    .isTrue();
        }
    }

    @Test
    void onlyTheKernelIsHeard() throws Exception {
        assumeTrue(Files.exists(PYTHON), "no Python to pretend with");
        try (var _ = DeviceEvents.listen(DEV, events::add)) {
            pretend(1);
            int number = Integer.parseInt(Files.readString(HOT_ADD).strip());
            Files.writeString(HOT_REMOVE, "" + number);
            next(event -> {
                assertThat(event.toString()).doesNotContain("pretended");
                return event instanceof Uevent one
                        && one.action().equals("remove")
                        && one.devname().equals("zram" + number);
            });
        }
    }

    @Test
    void moreThanTheKernelKeepsIsSaid() throws Exception {
        assumeTrue(Files.exists(PYTHON), "no Python to pretend with");
        var busy = new CountDownLatch(1);
        try (var _ = DeviceEvents.listen(DEV, event -> {
            waitFor(busy);
            events.add(event);
        })) {
            int number = Integer.parseInt(Files.readString(HOT_ADD).strip());
            pretend(5_000);
            busy.countDown();
            next(new Lost()::equals);
            Files.writeString(HOT_REMOVE, "" + number);
            uevent("remove", "zram" + number);
        }
    }

    @Test
    void itEndsAtOnceAndLeavesNothing() throws Exception {
        for (int i = 0; i < 100; i++) DeviceEvents.listen(DEV, events::add).close();
        long open = descriptors();
        for (int i = 0; i < 100; i++) DeviceEvents.listen(DEV, events::add).close();
        assertThat(descriptors()).isEqualTo(open);
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    /** Whether the thread is not woken; others' devices may come and go meanwhile. */
    private static boolean sleepsFor(Duration duration) {
        try {
            var before = switches();
            Thread.sleep(duration); // no condition to wait for: that nothing happens is what is seen
            return switches().equals(before);
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How often the kernel let the thread run, proc_pid_status(5). */
    private static List<String> switches() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (var task : tasks.toList())
                if (Files.readString(task.resolve("comm")).startsWith("device events"))
                    return Files.readAllLines(task.resolve("status")).stream()
                            .filter(line -> line.contains("ctxt_switches"))
                            .toList();
        }
        throw new AssertionError("no thread listens");
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends what looks like the kernel's messages to all who listen to those. */
    private static void pretend(int messages) throws Exception {
        run(PYTHON.toString(), "-c", """
                import socket, sys
                s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)
                for i in range(%d):
                    try: s.sendto(b'add@/pretended\\0SUBSYSTEM=block\\0DEVNAME=pretended\\0' + b'X' * 1900, (0, 1))
                    except OSError: pass
                """.formatted(messages));
    }

    private static void run(String... command) throws IOException {
        LinuxKernel.run(List.of(command), 1024);
    }
}
