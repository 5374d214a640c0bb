package io.smarter.devices;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import io.smarter.devices.Found.Usb;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeviceScanTest {
    private static final String HUB = "devices/pci0000:00/0000:00:14.0/usb1/1-1";
    private static final String CAMERA = HUB + "/1-1.2";

    @TempDir
    private Path folder;

    private RecordedNode node;

    @BeforeEach
    void makeFolders() throws IOException {
        node = new RecordedNode(folder);
        Files.createDirectories(node.dev());
    }

    private Map<String, Found> found() {
        var all = new TreeMap<String, Found>();
        node.scan().scan().forEach(one -> all.put(one.path(), one));
        return all;
    }

    private Found one(String path) {
        return requireNonNull(found().get(path), path);
    }

    @Test
    void aSerialAdapterHasItsPlaceItsMakerAndItsNames() throws IOException {
        var adapter = HUB + "/1-1.3";
        var tty = adapter + "/1-1.3:1.0/ttyUSB0/tty/ttyUSB0";
        node.device("ttyUSB0", "c 188:0", tty, "tty");
        node.usb(adapter, "0403", "6001", "A10K4XZ2");
        node.driver(adapter, "usb");
        node.driver(adapter + "/1-1.3:1.0", "ftdi_sio");
        node.driver(adapter + "/1-1.3:1.0/ttyUSB0", "ftdi_sio");
        node.write("sys/devices/pci0000:00/0000:00:14.0/numa_node", "1\n");
        node.link("dev/serial/by-id/usb-FTDI_A10K4XZ2-if00-port0", "../../ttyUSB0");
        node.link("dev/gps", "/dev/serial/by-id/usb-FTDI_A10K4XZ2-if00-port0");
        node.write(
                "run/udev/data/c188:0",
                "S:serial/by-id/x\nI:123\nE:ID_MODEL=FT232R_USB\nE:ID_EMPTY=\nE:broken\nG:systemd\n");
        var names = Set.of("serial/by-id/usb-FTDI_A10K4XZ2-if00-port0", "gps");
        var expected = new Found(
                "ttyUSB0",
                Kind.CHARACTER,
                new DeviceNumber(188, 0),
                tty,
                "tty",
                List.of("ftdi_sio", "ftdi_sio", "usb"),
                new Usb("0403", "6001", "A10K4XZ2", "1-1.3"),
                names,
                Map.of("ID_MODEL", "FT232R_USB", "ID_EMPTY", ""),
                1);
        assertThat(found()).containsOnlyKeys("ttyUSB0", "gps", "serial/by-id/usb-FTDI_A10K4XZ2-if00-port0");
        assertThat(one("ttyUSB0")).isEqualTo(expected);
        assertThat(one("gps"))
                .returns(Kind.LINK, Found::kind)
                .returns(expected.number(), Found::number)
                .returns(expected.usb(), Found::usb)
                .returns(names, Found::links);
    }

    @Test
    void aCameraAndItsMicrophoneAreAtOnePort() throws IOException {
        node.usb(CAMERA, "046D", "0825", "");
        node.device("video0", "c 81:0", CAMERA + "/1-1.2:1.0/video4linux/video0", "video4linux");
        node.device("snd/controlC1", "c 116:5", CAMERA + "/1-1.2:1.2/sound/card1/controlC1", "sound");
        node.device("snd/pcmC1D0c", "c 116:6", CAMERA + "/1-1.2:1.2/sound/card1/pcmC1D0c", "sound");
        node.device("bus/usb/001/004", "c 189:3", CAMERA, "usb");
        assertThat(found())
                .containsOnlyKeys(
                        "bus",
                        "bus/usb",
                        "bus/usb/001",
                        "bus/usb/001/004",
                        "snd",
                        "snd/controlC1",
                        "snd/pcmC1D0c",
                        "video0");
        for (var path : List.of("video0", "snd/controlC1", "snd/pcmC1D0c", "bus/usb/001/004"))
            assertThat(one(path).usb()).as(path).isEqualTo(new Usb("046d", "0825", "", "1-1.2"));
        assertThat(one("snd"))
                .isEqualTo(new Found("snd", Kind.FOLDER, null, "", "", List.of(), null, Set.of(), Map.of(), -1));
    }

    @Test
    void busesAndDisksHaveTheirSubsystem() throws IOException {
        node.device("i2c-1", "c 89:1", "devices/platform/soc/fe804000.i2c/i2c-1/i2c-dev/i2c-1", "i2c-dev");
        node.driver("devices/platform/soc/fe804000.i2c", "i2c-bcm2835");
        node.device("gpiochip0", "c 254:0", "devices/platform/soc/fe200000.gpio/gpiochip0", "gpio");
        node.device("sda", "b 8:0", "devices/pci0000:00/ata1/block/sda", "block");
        node.write("run/udev/data/b8:0", "E:ID_SERIAL=S1");
        node.node("gpiomem", "c 246:0");
        assertThat(one("i2c-1")).returns("i2c-dev", Found::subsystem).returns(List.of("i2c-bcm2835"), Found::drivers);
        assertThat(one("gpiochip0")).returns("gpio", Found::subsystem).returns(null, Found::usb);
        assertThat(one("sda")).returns(Kind.BLOCK, Found::kind).returns(Map.of("ID_SERIAL", "S1"), Found::udev);
        assertThat(one("gpiomem")).returns("", Found::sysfs).returns("", Found::subsystem);
    }

    @Test
    void linksThatLeadNowhereOutsideOrRoundAreLeftOut() throws IOException {
        node.node("null", "c 1:3");
        node.node("snd/timer", "c 116:33");
        node.write("secret", "c 1:1");
        node.link("dev/loop-a", "loop-b");
        node.link("dev/loop-b", "loop-a");
        node.link("dev/self", "self/self");
        node.link("dev/dangling", "nothing");
        node.link("dev/out", "../secret");
        node.link("dev/out-and-in", "../../../dev/null");
        node.link("dev/proc", "/proc/self/fd");
        node.link("dev/root", "/dev");
        node.link("dev/up", ".");
        node.link("dev/snd/up", "..");
        node.link("dev/sound", "snd");
        node.link("dev/through", "sound/up/null");
        node.link("dev/deep", "./up/up/sound/../null");
        node.link("dev/below", "null/..");
        assertThat(found()).containsOnlyKeys("null", "snd", "snd/timer", "sound", "through", "deep", "out-and-in");
        assertThat(one("null").links()).containsExactlyInAnyOrder("through", "deep", "out-and-in");
        assertThat(one("snd").links()).containsExactly("sound");
    }

    @Test
    void aLongChainOfLinksIsFollowedAsFarAsTheKernelWould() throws IOException {
        node.node("end", "c 1:3");
        for (int i = 0; i < 50; i++) node.link("dev/l" + i, i == 0 ? "end" : "l" + (i - 1));
        assertThat(found()).containsKey("l39").doesNotContainKey("l40");
    }

    @Test
    void whatIsNoDeviceIsLeftOut() throws Exception {
        var longName = "n".repeat(200);
        node.node(longName + "/" + longName, "c 1:5");
        node.node("pts/0", "c 136:0");
        node.node("shm/hidden", "c 1:5");
        node.node("line\nbreak", "c 1:5");
        node.write("dev/file", "text");
        Files.createDirectories(node.dev().resolve("empty/folder"));
        assertThat(new ProcessBuilder("mkfifo", node.dev().resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(node.dev().resolve("socket")));
            assertThat(found()).containsOnlyKeys(longName, longName + "/" + longName, "pts/0");
        }
    }

    @Test
    void foldersAreLookedIntoTenDeep() throws IOException {
        node.node("2/3/4/5/6/7/8/9/10/ten".replace("2/", "1/2/").replace("10/", ""), "c 1:3");
        node.node("1/2/3/4/5/6/7/8/9/10/eleven", "c 1:3");
        assertThat(found()).containsKey("1/2/3/4/5/6/7/8/9/ten").doesNotContainKey("1/2/3/4/5/6/7/8/9/10/eleven");
    }

    @Test
    void whatMayNotBeReadIsLeftOut() throws IOException {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may read everything");
        node.node("closed/null", "c 1:3");
        node.node("null", "c 1:3");
        var closed = node.dev().resolve("closed");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        try {
            assertThat(found()).containsOnlyKeys("null");
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void hostileFactsAreCutAndNotBelieved() throws IOException {
        node.device("ttyACM0", "c 166:0", CAMERA + "/tty/ttyACM0", "tty");
        node.usb(CAMERA, "zzzz", "0825", "");
        node.usb(HUB, "1d6b", "0002", "s".repeat(10_000));
        node.write("run/udev/data/c166:0", "E:A=1\nE:LONG=" + "x".repeat(100_000) + "\nE:LAST=1");
        node.node("away", "c 7:7");
        Files.createDirectories(folder.resolve("elsewhere"));
        node.link("sys/dev/char/7:7", "../../../elsewhere");
        assertThat(one("ttyACM0").usb()).isEqualTo(new Usb("1d6b", "0002", "s".repeat(4096), "1-1"));
        assertThat(one("ttyACM0").udev()).containsOnlyKeys("A", "LONG");
        assertThat(one("away").sysfs()).isEmpty();
    }

    @Test
    void whereNothingIsNothingIsFound() {
        var nowhere = folder.resolve("nowhere");
        assertThat(new DeviceScan(nowhere, nowhere, nowhere).scan()).isEmpty();
    }

    @Test
    void devicesMayVanishWhileTheyAreLookedAt() {
        var scan = new DeviceScan(node.dev(), node.sys(), node.udev(), file -> {
            throw new java.nio.file.NoSuchFileException(file.toString());
        });
        assertThatCode(() -> node.node("null", "c 1:3")).doesNotThrowAnyException();
        assertThat(scan.scan()).isEmpty();
    }

    @Test
    void numbersAreSplitAsTheCLibraryDoes() {
        assertThat(DeviceScan.number(0x103)).isEqualTo(new DeviceNumber(1, 3));
        assertThat(DeviceScan.number(0x12300_0000_0451_23L)).isNotNull();
        assertThat(DeviceScan.number(0x0000_1000_0ff0_01ffL)).isEqualTo(new DeviceNumber(0x1001, 0xffff));
    }
}
