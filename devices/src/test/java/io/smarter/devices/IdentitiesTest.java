package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.devices.Found.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdentitiesTest {
    private static List<String> identities(List<Found> found) {
        var identities = new Identities(found);
        return found.stream().map(identities::of).toList();
    }

    static Stream<Arguments> identities() {
        var byPath = "disk/by-path/pci-0000:00:1f.2-ata-1";
        var disk = Finds.made(
                "sda",
                Kind.BLOCK,
                "devices/pci0/ata1/block/sda",
                "block",
                byPath,
                "disk/by-id/ata-QEMU_1",
                "disk/by-uuid/5");
        var node = new Found(
                "bus/usb/001/009",
                Kind.CHARACTER,
                null,
                "devices/pci0/usb1/1-1/1-1.3",
                "usb",
                List.of(),
                new Found.Usb("0403", "6001", "A1", "1-1.3"),
                Set.of(),
                Map.of(),
                -1);
        return Stream.of(
                argumentSet("a serial number", Finds.serial("ttyUSB3", "A1", 1), "0403:6001:A1:1.0:ttyUSB"),
                argumentSet("no serial number", Finds.serial("ttyUSB3", "", 1), "usb:1-1.1:1.0:ttyUSB"),
                argumentSet(
                        "a strange serial number",
                        Finds.serial("ttyUSB3", "A 1/é", 1),
                        "0403:6001:A_1__:1.0:ttyUSB-afdd0ac6"),
                argumentSet(
                        "a long serial number",
                        Finds.serial("ttyUSB3", "1234567890".repeat(8), 1),
                        "0403:6001:12345678901234567890123456789012345678901234-5b9fbf0d"),
                argumentSet("a USB device itself", node, "0403:6001:A1:usb"),
                argumentSet("a link by id", disk, "disk:by-id:ata-QEMU_1"),
                argumentSet(
                        "a link by path",
                        Finds.made("sdb", Kind.BLOCK, "", "block", byPath),
                        "disk:by-path:pci-0000_00_1f.2-ata-1-bcdb705d"),
                argumentSet("nothing but a path", Finds.plain("snd/seq"), "snd:seq"),
                argumentSet("a path that ends badly", Finds.plain("foo_"), "foo_-f4064b31"),
                argumentSet("a path that begins badly", Finds.plain("_foo"), "d_foo-583da889"),
                argumentSet("a link", DeviceScan.link("serial0", Finds.serial("ttyUSB3", "A1", 1)), "link:serial0"),
                argumentSet("a GPU", Found.gpu(2), "nvidia-gpu2"));
    }

    @ParameterizedTest
    @MethodSource("identities")
    void saysWhatStaysOfADevice(Found found, String identity) {
        assertThat(identities(List.of(found))).containsExactly(identity);
    }

    @Test
    void goesByThePortWhereTwoSayTheSame() {
        assertThat(identities(List.of(
                        Finds.serial("ttyUSB0", "0001", 1),
                        Finds.serial("ttyUSB1", "0001", 2),
                        Finds.serial("ttyUSB2", "0002", 3))))
                .containsExactly("usb:1-1.1:1.0:ttyUSB", "usb:1-1.2:1.0:ttyUSB", "0403:6001:0002:1.0:ttyUSB");
    }

    @Test
    void tellsTheFilesOfOneDeviceApart() {
        assertThat(identities(Finds.camera(1, 4, 2, "A")))
                .containsExactly(
                        "046d:0825:A:1.0:video",
                        "046d:0825:A:1.0:video:1",
                        "046d:0825:A:1.0:media",
                        "046d:0825:A:1.2:controlC",
                        "046d:0825:A:1.2:pcmCDc");
    }

    @Test
    void callsADiskTheSameUnderAnotherLetter() {
        var usb = new Found.Usb("0781", "5581", "4C53", "2-1");
        var found = new ArrayList<Found>();
        for (var path : List.of("sda", "sda1", "sdc", "sdc1")) {
            var at = "devices/pci0/usb2/2-1/2-1:1.0/host1/block/" + path.substring(0, 3);
            var sysfs = path.length() > 3 ? at + "/" + path : at;
            found.add(new Found(path, Kind.BLOCK, null, sysfs, "block", List.of(), usb, Set.of(), Map.of(), -1));
        }

        assertThat(identities(found.subList(0, 2)))
                .isEqualTo(identities(found.subList(2, 4)))
                .containsExactly("0781:5581:4C53:1.0:block", "0781:5581:4C53:1.0:block1");
    }

    @Test
    void givesNoTwoFilesOneIdentity() {
        var found = List.of(
                Finds.plain("link/x"),
                DeviceScan.link("x", Finds.plain("y")),
                Finds.plain("usb/1-1.1/1.0/ttyUSB"),
                Finds.serial("ttyUSB0", "", 1),
                Finds.plain("a b"),
                Finds.plain("a_b"));

        assertThat(new HashSet<>(identities(found))).hasSize(found.size());
    }
}
