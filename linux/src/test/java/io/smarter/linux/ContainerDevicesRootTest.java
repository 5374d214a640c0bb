package io.smarter.linux;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.smarter.linux.ContainerDevices.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real container of runc, whose shell opens the devices. */
@Tag("root")
final class ContainerDevicesRootTest {
    private static final String DENIED = "Operation not permitted";
    /** What /dev/cpu/0/cpuid is, which runc gives no container. */
    private static final Node CPUID = new Node("/dev/smt/cpuid", false, 203, 0, "rw", 7, 8, 0666);

    @TempDir
    private Path bundle;

    @Nullable
    private RuncContainer container;

    private long process;

    @BeforeEach
    void runContainer() throws Exception {
        container = RuncContainer.run(bundle, false);
        process = container.process();
    }

    @AfterEach
    void removeContainer() throws Exception {
        if (container != null) container.close();
    }

    private String inside(String script) throws Exception {
        return requireNonNull(container).inside(script);
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
        try (var held = requireNonNull(container).hold("/dev/smt/cpuid")) {
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
        var reading = new Node("/dev/cpuid", false, 203, 0, "r", 0, 0, 0666);
        var devices = ContainerDevices.open();
        devices.allow(process, reading);
        assertThat(inside(": < /dev/cpuid && echo read")).isEqualTo("read");
        assertThat(inside(": > /dev/cpuid")).contains(DENIED);
        assertThat(inside("mknod /data/mem c 1 1 && : < /data/mem")).contains(DENIED);
    }

    @Test
    void aDeviceThatReturnsUnderAnotherNumberTakesItsPlace() throws Exception {
        var devices = ContainerDevices.open();
        var other = new Node(CPUID.path(), false, 1, 1, "r", 0, 0, 0666);
        devices.allow(process, other);
        devices.deny(process, CPUID);
        assertThat(inside("stat -c '%t:%T' /dev/smt/cpuid"))
                .as("another device's file stays")
                .isEqualTo("1:1");
        devices.allow(process, CPUID);
        assertThat(inside("stat -c '%t:%T' /dev/smt/cpuid")).isEqualTo("cb:0");
        var disk = new Node("/dev/loop3", true, 7, 3, "r", 0, 0, 0666);
        devices.allow(process, disk);
        assertThat(inside("stat -c '%F' /dev/loop3 && : < /dev/loop3 && echo opened"))
                .isEqualTo("block special file\nopened");
    }

    private static int mode(String file) throws IOException {
        return (Integer) Files.getAttribute(Path.of(file), "unix:mode") & 0777;
    }

    @Test
    void aFileOfTheNodeSaysWhatToGive() throws IOException {
        assertThat(Node.like(Path.of("/dev/cpu/0/cpuid"), "/dev/c", "r"))
                .isEqualTo(new Node("/dev/c", false, 203, 0, "r", 0, 0, mode("/dev/cpu/0/cpuid")));
        assertThat(Node.like(Path.of("/dev/loop3"), "/dev/d", "rwm"))
                .isEqualTo(new Node("/dev/d", true, 7, 3, "rwm", 0, 0, mode("/dev/loop3")));
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
            var node = new Node(path, false, 203, 0, "rw", 0, 0, 0666);
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
        removeContainer();
        var devices = ContainerDevices.open();
        devices.deny(process, CPUID);
        assertThatIOException().isThrownBy(() -> devices.allow(process, CPUID)).withMessageContaining("" + process);
    }
}
