package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.deviceplugin.Admission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The devices part with real device files, the kernel's events and the gateway as the kubelet. */
@Tag("root")
@Timeout(120)
final class DevicesRootTest {
    private static final String RULES = """
            - devicematch: ^ttyACM[0-9]+$
              nummaxdevices: 2
            - devicematch: ^long
              nummaxdevices: 1
            - name: pool
              match: {path: ^dongle}
            """;

    @TempDir
    private Path folder;

    private DevicesSettings settings;
    private TestKubelet kubelet;
    private Devices devices;

    @BeforeEach
    void begin() throws Exception {
        settings = new DevicesSettings(
                "node-1",
                Files.createDirectories(folder.resolve("dev")),
                Path.of("/sys"),
                folder.resolve("udev"),
                Files.createDirectories(folder.resolve("rules")).resolve("conf.yaml"),
                folder.resolve("kubelet"),
                List.of(folder + "/runtime.sock"),
                folder.resolve("run"),
                folder.resolve("cdi"),
                false);
        Files.writeString(settings.rules(), RULES);
        kubelet = new TestKubelet(settings.kubelet());
        kubelet.start();
        devices = Devices.open(settings, null);
    }

    @AfterEach
    void end() {
        devices.close();
        kubelet.close();
    }

    @Test
    void whatIsPluggedInIsOfferedAndGiven() throws Exception {
        plug("ttyACM0");
        kubelet.await("two shares", _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 2);
        assertThat(kubelet.admit("a", "smarter-devices/ttyACM0", 1)).isInstanceOf(Admission.Granted.class);
        var node = kubelet.allotted("a").getDevices(0);
        assertThat(node.getHostPath()).isEqualTo("/dev/ttyACM0");
        assertThat(node.getContainerPath()).isEqualTo("/dev/ttyACM0");
        assertThat(node.getPermissions()).isEqualTo("rw");

        unplug("ttyACM0");
        kubelet.await("unhealthy", counts -> {
            var count = counts.get("smarter-devices/ttyACM0");
            return count != null && count.allocatable() == 0 && count.capacity() == 2;
        });
        plug("ttyACM0");
        kubelet.await("it is back", _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 2);
    }

    @Test
    void devicesOfOneRuleAreOneResource() throws Exception {
        plug("dongle1");
        plug("dongle2");
        kubelet.await("both", _ -> kubelet.allocatable("smarter-devices/pool") == 2);
        assertThat(kubelet.admit("a", "smarter-devices/pool", 2)).isInstanceOf(Admission.Granted.class);
        assertThat(kubelet.allotted("a").getDevicesList().stream().map(node -> node.getHostPath()))
                .containsExactlyInAnyOrder("/dev/dongle1", "/dev/dongle2");
    }

    @Test
    void aKubeletThatRestartsIsToldAgain() throws Exception {
        plug("ttyACM0");
        plug("dongle1");
        kubelet.await("both", counts -> counts.size() == 2);
        assertThat(kubelet.admit("a", "smarter-devices/ttyACM0", 1)).isInstanceOf(Admission.Granted.class);
        kubelet.close();
        kubelet.start();
        kubelet.await(
                "all of it is back",
                _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 2
                        && kubelet.allocatable("smarter-devices/pool") == 1);
        assertThat(kubelet.admit("a", "smarter-devices/ttyACM0", 1)).isInstanceOf(Admission.Granted.class);
    }

    @Test
    void edgeThatRestartsTellsTheSame() throws Exception {
        plug("ttyACM0");
        kubelet.await("two shares", _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 2);
        devices.close();
        kubelet.await("nobody offers it", _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 0);
        devices = Devices.open(settings, null);
        kubelet.await("two shares again", _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 2);
    }

    @Test
    void rulesThatChangeAreInForce() throws Exception {
        plug("ttyACM0");
        plug("other");
        kubelet.await("two shares", _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 2);
        rules(
                "[{devicematch: ^ttyACM, nummaxdevices: 5}, {match: {path: ^other$}, oops: 1}, {devicematch: ^other$, nummaxdevices: 1}]");
        kubelet.await(
                "the new ones",
                _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 5
                        && kubelet.allocatable("smarter-devices/other") == 1);
        awaitStatus(status ->
                status.problems().stream().anyMatch(problem -> problem.text().contains("oops")));
        rules("no list");
        rules("[{devicematch: ^other$, nummaxdevices: 2}]");
        kubelet.await(
                "the last ones",
                _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 0
                        && kubelet.allocatable("smarter-devices/other") == 2);
    }

    @Test
    void aNameThatIsTooLongForASocketIsOffered() throws Exception {
        var name = "long-" + "x".repeat(50);
        plug(name);
        kubelet.await("a share", _ -> kubelet.allocatable("smarter-devices/" + name) == 1);
        plug("long" + "y".repeat(190));
        kubelet.await("the other one", counts -> counts.size() == 2);
    }

    @Test
    void oneThatTheKubeletRefusesKeepsNoOtherBack() throws Exception {
        Files.createDirectories(settings.kubelet().resolve("device-plugins/smarter-ttyACM0.sock/in/the/way"));
        plug("ttyACM0");
        plug("ttyACM1");
        kubelet.await("the other", _ -> kubelet.allocatable("smarter-devices/ttyACM1") == 2);
        assertThat(kubelet.allocatable("smarter-devices/ttyACM0")).isZero();
        awaitStatus(status -> status.resources().stream()
                .anyMatch(one -> one.name().equals("smarter-devices/ttyACM0")
                        && one.registration().trouble().contains("smarter-ttyACM0.sock")
                        && one.registration().failures() > 2
                        && one.registration().attempts() == one.registration().failures()));
        awaitStatus(status -> status.resources().stream()
                .anyMatch(one -> one.registration().equals(new DevicesStatus.Registration("", 1, 0))));
    }

    @Test
    void theStatusTellsWhoHoldsWhatAndWhatIsGone() throws Exception {
        plug("ttyACM0");
        plug("other");
        kubelet.await("two shares", _ -> kubelet.allocatable("smarter-devices/ttyACM0") == 2);
        awaitStatus(status -> status.unmatched().equals(List.of("other")));
        assertThat(kubelet.admit("a", "smarter-devices/ttyACM0", 1)).isInstanceOf(Admission.Granted.class);
        var resource = status().withHolders().resources().getFirst();
        assertThat(resource.line()).isEqualTo(1);
        assertThat(resource.devices()).singleElement().satisfies(device -> {
            assertThat(device.holders())
                    .containsExactly(new Holder("farm", "a", "app", List.of(device.identity() + "-0")));
            assertThat(device.held()).isEqualTo(1);
            assertThat(device.goneSince()).isNull();
        });
        unplug("ttyACM0");
        awaitStatus(status -> status.resources().getFirst().devices().getFirst().goneSince() != null);
        kubelet.close();
        assertThat(status().withHolders().holdersUnknown())
                .contains(settings.kubelet().toString());
        kubelet.start();
    }

    private void plug(String name) throws Exception {
        mknod(name, 1, 3);
    }

    private void mknod(String name, int major, int minor) throws Exception {
        var command = new String[] {
            "mknod", settings.dev().resolve(name).toString(), "c", Integer.toString(major), Integer.toString(minor)
        };
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private void unplug(String name) throws IOException {
        Files.delete(settings.dev().resolve(name));
    }

    /** As a ConfigMap is changed: another file under the same name. */
    private void rules(String text) throws IOException {
        var next = folder.resolve("rules/next");
        Files.writeString(next, text);
        Files.move(next, settings.rules(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The status is written after the kubelet was told. */
    private void awaitStatus(Predicate<DevicesStatus> condition) throws Exception {
        kubelet.await("the status is " + condition, _ -> condition.test(status()));
    }

    private DevicesStatus status() {
        try {
            return DevicesStatus.read(settings.run()).getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
