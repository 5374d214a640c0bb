package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.linux.ContainerDevices.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real control group of version 2 with programs as runtimes write them, and processes in it that open devices. */
@Tag("root")
final class ProgrammedDevicesRootTest {
    private static final Node CPUID = new Node("/dev/cpu/0/cpuid", false, 203, 0, "rw", 0, 0, 0666);
    private static final Node LOOP = new Node("/dev/loop3", true, 7, 3, "r", 0, 0, 0666);
    /** Permits /dev/null, and nothing else. */
    private static final long[] ONLY_NULL = {
        instruction(0x61, 0x12, 0, 0), // r2 = access and type
        instruction(0x54, 0x02, 0, 0xffff),
        instruction(0x61, 0x13, 0, 0),
        instruction(0x74, 0x03, 0, 16), // r3 = access
        instruction(0x61, 0x14, 4, 0), // r4 = major
        instruction(0x61, 0x15, 8, 0), // r5 = minor
        instruction(0x55, 0x02, 4, 2),
        instruction(0x55, 0x04, 3, 1),
        instruction(0x55, 0x05, 2, 3),
        instruction(0xb4, 0x00, 0, 1),
        instruction(0x95, 0x00, 0, 0),
        instruction(0xb4, 0x00, 0, 0),
        instruction(0x95, 0x00, 0, 0)
    };

    private Path folder = Path.of("/none");

    private static long instruction(int operation, int registers, int jump, int constant) {
        return operation | (long) registers << 8 | (long) jump << 16 | (long) constant << 32;
    }

    @BeforeEach
    void makeGroup() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/cpu/0/cpuid")), "no device to give");
        var mounted = Mounts.all().stream()
                .filter(mount -> mount.fileSystem().equals("cgroup2"))
                .findFirst();
        assumeTrue(mounted.isPresent(), "no control groups of version 2");
        folder = mounted.orElseThrow()
                .target()
                .resolve("smt-devices-" + ProcessHandle.current().pid());
        Files.createDirectory(folder);
    }

    @AfterEach
    void removeGroup() throws IOException {
        Files.deleteIfExists(folder);
    }

    private void attach(long... program) throws IOException {
        try (var group = OpenFolder.open(folder)) {
            int loaded = BpfCalls.load(program);
            BpfCalls.attach(group.descriptor(), loaded, BpfCalls.ALLOW_MULTIPLE, -1);
            NativeCalls.close(loaded);
        }
    }

    /** What a process of the group says that opens a file. */
    private String opens(String how) throws Exception {
        var script = "echo $$ > %s/cgroup.procs && exec 3%s && echo opened".formatted(folder, how);
        var process =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }

    private void assertOpens(String how) throws Exception {
        assertThat(opens(how)).as(how).isEqualTo("opened");
    }

    private void assertForbidden(String how) throws Exception {
        assertThat(opens(how)).as(how).contains("Operation not permitted");
    }

    private int programs() throws IOException {
        try (var group = OpenFolder.open(folder)) {
            return BpfCalls.attached(group.descriptor()).programs().size();
        }
    }

    @Test
    void aDeviceIsPermittedAndForbiddenInFrontOfTheRuntimesProgram() throws Exception {
        attach(ONLY_NULL);
        var devices = new ProgrammedDevices(folder);
        assertOpens("</dev/null");
        assertForbidden("</dev/cpu/0/cpuid");
        devices.allow(CPUID);
        assertOpens("</dev/cpu/0/cpuid");
        assertOpens("<>/dev/cpu/0/cpuid");
        assertOpens("</dev/null");
        assertForbidden("</dev/zero");
        assertForbidden("</dev/loop3");
        devices.allow(LOOP);
        assertOpens("</dev/loop3");
        assertForbidden("<>/dev/loop3");
        devices.deny(CPUID);
        assertForbidden("</dev/cpu/0/cpuid");
        assertOpens("</dev/loop3");
        devices.allow(CPUID);
        assertOpens("</dev/cpu/0/cpuid");
        assertOpens("</dev/null");
        assertThat(programs()).isOne();
    }

    @Test
    void aContainerOfRuncIsGivenADeviceAndHasItTaken(@TempDir Path bundle) throws Exception {
        Files.delete(folder); // runc makes it
        var node = new Node("/dev/smt/cpuid", false, 203, 0, "r", 0, 0, 0666);
        try (var container = RuncContainer.run(bundle, true);
                var root = OpenFolder.open(Path.of("/proc/%d/root".formatted(container.process())))) {
            assertThat(Path.of("/proc/%d/cgroup".formatted(container.process())))
                    .content()
                    .contains("0::/" + container.name() + "\n");
            assertThat(programs()).isPositive();
            var devices = new ProgrammedDevices(folder);
            DeviceFiles.make(root, node);
            var open = ": < /dev/smt/cpuid && echo opened";
            assertThat(container.inside(open)).contains("Operation not permitted");
            devices.allow(node);
            assertThat(container.inside(open)).isEqualTo("opened");
            assertThat(container.inside(": > /dev/smt/cpuid")).contains("Operation not permitted");
            assertThat(container.inside("mknod /data/loop b 7 3 && : < /data/loop"))
                    .contains("Operation not permitted");
            assertThat(container.inside("mknod /data/null c 1 3 && : < /data/null && echo opened"))
                    .isEqualTo("opened");
            try (var held = container.hold("/dev/smt/cpuid")) {
                devices.deny(node);
                assertThat(container.inside(open)).contains("Operation not permitted");
                assertThat(held.reads()).isTrue();
            }
            devices.allow(node);
            assertThat(container.inside(open)).isEqualTo("opened");
        }
    }

    @Test
    void eachOfManyProgramsIsReplaced() throws Exception {
        attach(ONLY_NULL);
        attach(ONLY_NULL[0], ONLY_NULL[11], ONLY_NULL[12]); // permits nothing at all
        var devices = new ProgrammedDevices(folder);
        assertForbidden("</dev/null");
        devices.allow(CPUID);
        assertOpens("</dev/cpu/0/cpuid");
        assertForbidden("</dev/null");
        assertThat(programs()).isEqualTo(2);
    }

    @Test
    void aDeviceIsTakenFromAGroupThatMayUseAll() throws Exception {
        var devices = new ProgrammedDevices(folder);
        devices.allow(CPUID);
        assertThat(programs()).isZero();
        devices.deny(CPUID);
        assertForbidden("</dev/cpu/0/cpuid");
        assertOpens("</dev/loop3");
        devices.allow(CPUID);
        assertOpens("</dev/cpu/0/cpuid");
    }

    @Test
    void whatTheRuntimePermittedIsForbiddenAllTheSame() throws Exception {
        attach(ONLY_NULL);
        var devices = new ProgrammedDevices(folder);
        var none = new Node("/dev/null", false, 1, 3, "rw", 0, 0, 0666);
        devices.deny(none);
        assertForbidden("</dev/null");
        devices.allow(none);
        assertOpens("</dev/null");
    }

    @Test
    void manyRulesAreOneProgram() throws Exception {
        attach(ONLY_NULL);
        var devices = new ProgrammedDevices(folder);
        for (int minor = 0; minor < 100; minor++) devices.allow(new Node("/dev/x", false, 203, minor, "r", 0, 0, 0666));
        assertOpens("</dev/cpu/0/cpuid");
        assertForbidden("<>/dev/cpu/0/cpuid");
        assertThat(programs()).isOne();
    }

    @Test
    void aProgramThatCallsTheKernelIsLeftAlone() throws Exception {
        attach(instruction(0x85, 0, 0, 5), ONLY_NULL[11], ONLY_NULL[12]); // asks for the time, and permits nothing
        assertThatIOException()
                .isThrownBy(() -> new ProgrammedDevices(folder).allow(CPUID))
                .withMessageContaining(folder.toString())
                .withMessageContaining("0x85");
        assertForbidden("</dev/cpu/0/cpuid");
    }
}
