package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.linux.ContainerDevices.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real container of runc, whose shell opens the devices. */
@Tag("root")
final class ContainerDevicesRootTest {
    private static final String NAME = "smt-devices-" + ProcessHandle.current().pid();
    private static final Path BUSYBOX = Path.of("/usr/bin/busybox");
    private static final String DENIED = "Operation not permitted";
    /** What /dev/cpu/0/cpuid is, which runc gives no container. */
    private static final Node CPUID = new Node("/dev/smt/cpuid", false, 203, 0, "rw", 7, 8);

    @TempDir
    private Path bundle;

    private long process;

    @BeforeEach
    void runContainer() throws Exception {
        assumeTrue(Files.exists(BUSYBOX) && Files.exists(Path.of("/usr/sbin/runc")), "runc and busybox are needed");
        assumeTrue(Files.exists(Path.of("/dev/cpu/0/cpuid")), "no device to give");
        var bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        for (var folder : List.of("proc", "dev", "data"))
            Files.createDirectories(bundle.resolve("rootfs").resolve(folder));
        for (var tool : List.of("sh", "sleep", "stat", "cat", "ls", "ln", "mknod", "rm", "dd"))
            Files.createSymbolicLink(bin.resolve(tool), Path.of("busybox"));
        Files.writeString(bundle.resolve("config.json"), """
                {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "hostname": "smt",
                 "process": {"cwd": "/", "args": ["sleep", "1000"], "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0},
                   "capabilities": {"bounding": ["CAP_MKNOD"], "effective": ["CAP_MKNOD"], "permitted": ["CAP_MKNOD"]}},
                 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755", "size=64k"]}],
                 "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}],
                   "cgroupsPath": "/%s", "resources": {"devices": [{"allow": false, "access": "rwm"}]}}}
                """.formatted(NAME));
        var run = new ProcessBuilder("runc", "run", "--detach", "--bundle", bundle.toString(), NAME)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(bundle.resolve("log").toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        assertThat(run.waitFor()).as(Files.readString(bundle.resolve("log"))).isZero();
        var state = said("runc", "state", NAME);
        process = Long.parseLong(state.replaceAll("(?s).*\"pid\": (\\d+).*", "$1"));
    }

    @AfterEach
    void removeContainer() throws Exception {
        said("runc", "delete", "--force", NAME);
    }

    private static String said(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    private static String inside(String script) throws Exception {
        return said("runc", "exec", NAME, "sh", "-c", script);
    }

    @Test
    void aDeviceIsGivenAndTakenAwayWithoutARestart() throws Exception {
        var devices = ContainerDevices.open();
        assertThat(inside("cat /dev/smt/cpuid")).contains("No such file");
        assertThat(inside("mknod /data/own c 203 0 && : < /data/own")).contains(DENIED);
        devices.allow(process, CPUID);
        assertThat(inside("stat -c '%F %t:%T %a %u:%g' /dev/smt/cpuid"))
                .isEqualTo("character special file cb:0 666 7:8");
        assertThat(inside(": < /dev/smt/cpuid && echo opened")).isEqualTo("opened");
        devices.allow(process, CPUID);
        try (var held = new Held("/dev/smt/cpuid")) {
            devices.deny(process, CPUID);
            assertThat(inside(": < /dev/smt/cpuid")).contains("no such file").doesNotContain("opened");
            assertThat(inside("mknod /data/again c 203 0 && : < /data/again")).contains(DENIED);
            assertThat(held.reads()).as("what is open stays open").isTrue();
        }
        devices.deny(process, CPUID);
        devices.allow(process, CPUID);
        assertThat(inside(": < /dev/smt/cpuid && echo opened")).isEqualTo("opened");
        assertThat(inside("echo still > /dev/null && echo there")).isEqualTo("there");
    }

    @Test
    void onlyWhatIsPermittedIsPermitted() throws Exception {
        var reading = new Node("/dev/cpuid", false, 203, 0, "r", 0, 0);
        var devices = ContainerDevices.open();
        devices.allow(process, reading);
        assertThat(inside(": < /dev/cpuid && echo read")).isEqualTo("read");
        assertThat(inside(": > /dev/cpuid")).contains(DENIED);
        assertThat(inside("mknod /data/mem c 1 1 && : < /data/mem")).contains(DENIED);
    }

    @Test
    void aDeviceThatReturnsUnderAnotherNumberTakesItsPlace() throws Exception {
        var devices = ContainerDevices.open();
        var other = new Node(CPUID.path(), false, 1, 1, "r", 0, 0);
        devices.allow(process, other);
        devices.deny(process, CPUID);
        assertThat(inside("stat -c '%t:%T' /dev/smt/cpuid"))
                .as("another device's file stays")
                .isEqualTo("1:1");
        devices.allow(process, CPUID);
        assertThat(inside("stat -c '%t:%T' /dev/smt/cpuid")).isEqualTo("cb:0");
        var disk = new Node("/dev/loop3", true, 7, 3, "r", 0, 0);
        devices.allow(process, disk);
        assertThat(inside("stat -c '%F' /dev/loop3 && : < /dev/loop3 && echo opened"))
                .isEqualTo("block special file\nopened");
    }

    @Test
    void aFileOfTheNodeSaysWhatToGive() throws IOException {
        assertThat(Node.like(Path.of("/dev/cpu/0/cpuid"), "/dev/c", "r"))
                .isEqualTo(new Node("/dev/c", false, 203, 0, "r", 0, 0));
        assertThat(Node.like(Path.of("/dev/loop3"), "/dev/d", "rwm"))
                .isEqualTo(new Node("/dev/d", true, 7, 3, "rwm", 0, 0));
        assertThatIOException()
                .isThrownBy(() -> Node.like(Path.of("/dev/net"), "/dev/n", "r"))
                .withMessageContaining("/dev/net");
    }

    @Test
    void linksAndFilesOfTheContainerLeadNowhere() throws Exception {
        var devices = ContainerDevices.open();
        var outside = Files.createDirectory(bundle.resolve("outside"));
        inside("ln -s %s /dev/smt; ln -s /data /dev/inside; ln -s /data/x /dev/link; echo text > /dev/file"
                .formatted(outside));
        for (var path : List.of("/dev/smt/cpuid", "/dev/inside/cpuid", "/dev/link", "/dev/file", "/dev/file/cpuid")) {
            var node = new Node(path, false, 203, 0, "rw", 0, 0);
            assertThatIOException()
                    .as(path)
                    .isThrownBy(() -> devices.allow(process, node))
                    .withMessageContaining(path);
        }
        assertThat(outside).isEmptyDirectory();
        assertThat(bundle.resolve("rootfs/data")).isEmptyDirectory();
        assertThat(inside("cat /dev/file")).isEqualTo("text");
        assertThat(inside("ls -l /dev/link")).contains("-> /data/x");
    }

    @Test
    void aContainerThatHasEndedHasNothingToTakeAway() throws Exception {
        said("runc", "delete", "--force", NAME);
        var devices = ContainerDevices.open();
        devices.deny(process, CPUID);
        assertThatIOException().isThrownBy(() -> devices.allow(process, CPUID)).withMessageContaining("" + process);
    }

    /** A shell in the container that holds a device open, and looks whether it can still use it. */
    private static final class Held implements AutoCloseable {
        private final Process shell;
        private final List<String> lines = new ArrayList<>();

        Held(String device) throws IOException {
            shell = new ProcessBuilder(
                            "runc",
                            "exec",
                            NAME,
                            "sh",
                            "-c",
                            "exec 3< %s; echo open; read go; dd bs=16 count=1 of=/dev/null <&3 && echo works"
                                    .formatted(device))
                    .redirectErrorStream(true)
                    .start();
            assertThat(shell.inputReader().readLine()).isEqualTo("open");
        }

        boolean reads() throws IOException {
            shell.outputWriter().write("go\n");
            shell.outputWriter().flush();
            shell.inputReader().lines().forEach(lines::add);
            return lines.contains("works");
        }

        @Override
        public void close() {
            shell.destroy();
        }
    }
}
