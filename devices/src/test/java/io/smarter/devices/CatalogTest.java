package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.devices.Found.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogTest {
    static Catalog catalog(String yaml, List<Found> found) {
        var rules = RulesTest.parse(yaml);
        assertThat(rules.problems()).isEmpty();
        return Catalog.of(rules, found);
    }

    private static Catalog catalog(String yaml, Found... found) {
        return catalog(yaml, List.of(found));
    }

    /** The paths of the devices of each resource. */
    private static Map<String, List<String>> paths(Catalog catalog) {
        var paths = new LinkedHashMap<String, List<String>>();
        for (var offer : catalog.offers())
            paths.put(
                    offer.name(),
                    offer.units().stream().map(unit -> unit.device().path()).toList());
        return paths;
    }

    @Test
    void offersWhatTheOriginalOffersOnARaspberryPi() throws Exception {
        var rules = Rules.parse(Files.readAllBytes(Path.of("src/main/resources/io/smarter/devices/rules.yaml")));
        var found = new ArrayList<>(Finds.raspberryPi());
        found.add(Found.gpu(0));

        var shares = new LinkedHashMap<String, Integer>();
        var catalog = Catalog.of(rules, found);
        for (var offer : catalog.offers()) shares.put(offer.name(), offer.ids().size());

        assertThat(shares)
                .containsExactly(
                        entry("smarter-devices/snd", 20),
                        entry("smarter-devices/gpiomem", 40),
                        entry("smarter-devices/gpiochip0", 20),
                        entry("smarter-devices/gpiochip1", 20),
                        entry("smarter-devices/i2c-0", 1),
                        entry("smarter-devices/i2c-1", 1),
                        entry("smarter-devices/rtc0", 20),
                        entry("smarter-devices/video10", 20),
                        entry("smarter-devices/video11", 20),
                        entry("smarter-devices/video12", 20),
                        entry("smarter-devices/video13", 20),
                        entry("smarter-devices/video14", 20),
                        entry("smarter-devices/video15", 20),
                        entry("smarter-devices/video16", 20),
                        entry("smarter-devices/vchiq", 20),
                        entry("smarter-devices/vcsm-cma", 20),
                        entry("smarter-devices/ttyUSB0", 1),
                        entry("smarter-devices/ttyS0", 1),
                        entry("smarter-devices/nvidia-gpu0", 10));
        assertThat(catalog.left()).isEmpty();
    }

    static Stream<Arguments> names() {
        var longPath = "serial/by-id/usb-Silicon_Labs_CP2102_USB_to_UART_Bridge_Controller_0001-if00-port0";
        return Stream.of(
                argumentSet("a file", "^rtc0$", Finds.plain("rtc0"), "rtc0"),
                argumentSet("a file in a folder", "^net/tun$", Finds.plain("net/tun"), "net_tun"),
                argumentSet("a dot", "^a", Finds.plain("a.b"), "a_b"),
                argumentSet("a folder", "^snd$", Finds.made("snd", Kind.FOLDER, "", ""), "snd"),
                argumentSet(
                        "a link, by its own name",
                        "^serial0$",
                        DeviceScan.link("serial0", Finds.made("ttyS0", Kind.CHARACTER, "", "tty", "serial0")),
                        "serial0"),
                argumentSet("matched in the middle", "USB", Finds.plain("ttyUSB0"), "ttyUSB0"),
                argumentSet(
                        "longer than a name may be",
                        "by-id",
                        Finds.plain(longPath),
                        "serial_by-id_usb-Silicon_Labs_CP2102_USB_to_UART_Bridg-c6365ff2"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesAResourceByThePath(String pattern, Found found, String name) {
        var catalog = catalog("- devicematch: '%s'\n  nummaxdevices: 2".formatted(pattern), found);

        assertThat(catalog.left()).isEmpty();
        assertThat(catalog.offers()).singleElement().satisfies(offer -> {
            assertThat(offer.name()).isEqualTo("smarter-devices/" + name).hasSizeLessThan(80);
            assertThat(offer.ids()).hasSize(2);
        });
    }

    @Test
    void advertisesWhatNobodyMayHold() {
        var catalog = catalog("- devicematch: ^fuse$", Finds.plain("fuse"));

        assertThat(catalog.offers())
                .singleElement()
                .satisfies(offer -> assertThat(offer.ids()).isEmpty());
    }

    @Test
    void letsTheFirstRuleDecide() {
        var catalog = catalog("""
                - devicematch: ^tty1$
                  nummaxdevices: 1
                - devicematch: ^tty
                  nummaxdevices: 7
                """, Finds.plain("tty1"), Finds.plain("tty2"));

        assertThat(catalog.offers()).extracting(offer -> offer.ids().size()).containsExactly(1, 7);
    }

    @Test
    void refusesTheSecondOfTwoThatHaveOneName() {
        var catalog = catalog(
                "- {devicematch: '^b', nummaxdevices: 1}\n- {devicematch: '^a|^b', nummaxdevices: 1}\n"
                        + "- {name: c_1, match: {path: c}}",
                Finds.plain("a_b"),
                Finds.plain("a.b"),
                Finds.plain("b"),
                Finds.plain("b_c/1"),
                Finds.plain("a/c.1"),
                Finds.plain("a_c_1"),
                Finds.plain("c"));

        assertThat(paths(catalog))
                .containsExactly(
                        entry("smarter-devices/b", List.of("b")),
                        entry("smarter-devices/b_c_1", List.of("b_c/1")),
                        entry("smarter-devices/a_b", List.of("a.b")),
                        entry("smarter-devices/a_c_1", List.of("a/c.1")),
                        entry("smarter-devices/c_1", List.of("c")));
        assertThat(catalog.left())
                .containsExactly(
                        new Left("a_b", "its resource would be a_b, which is that of a.b: give the rule a name"),
                        new Left("a_c_1", "its resource would be a_c_1, which is that of a/c.1: give the rule a name"));
    }

    @Test
    void refusesANameThatKubernetesWouldRefuse() {
        var catalog = catalog(
                "- devicematch: tty\n- {name: 'modem-{serial}', match: {path: ACM}}",
                Finds.plain("tty_"),
                Finds.plain("-tty"),
                Finds.plain("ttyS0"),
                Finds.plain("ACM0"));

        assertThat(paths(catalog)).containsOnlyKeys("smarter-devices/ttyS0");
        assertThat(catalog.left())
                .containsExactly(
                        new Left(
                                "-tty",
                                "its resource would be \"-tty\", which must have a letter or digit at both ends: give the rule a name"),
                        new Left(
                                "tty_",
                                "its resource would be \"tty_\", which must have a letter or digit at both ends: give the rule a name"),
                        new Left(
                                "ACM0",
                                "its resource would be \"modem-\", which must have a letter or digit at both ends: give the rule a name"));
    }

    @Test
    void poolsDevicesOfARuleWithAName() {
        var catalog = catalog(
                "- name: dongle\n  match: {usb: '0403:6001'}\n  count: 2",
                Finds.serial("ttyUSB10", "C", 3),
                Finds.serial("ttyUSB2", "B", 2),
                Finds.serial("ttyUSB0", "A", 1));

        assertThat(catalog.offers()).singleElement().satisfies(offer -> {
            assertThat(offer.name()).isEqualTo("smarter-devices/dongle");
            assertThat(offer.ids())
                    .containsExactly(
                            "0403:6001:A:1.0:ttyUSB-0",
                            "0403:6001:A:1.0:ttyUSB-1",
                            "0403:6001:B:1.0:ttyUSB-0",
                            "0403:6001:B:1.0:ttyUSB-1",
                            "0403:6001:C:1.0:ttyUSB-0",
                            "0403:6001:C:1.0:ttyUSB-1");
        });
    }

    @Test
    void keepsResourceAndIdentityUnderAnotherNumber() {
        var rule = "- name: modem\n  match: {usb: '0403:6001:A10K5X'}";
        var before = catalog(rule, Finds.serial("ttyUSB0", "A10K5X", 3));
        var after = catalog(rule, Finds.serial("ttyUSB7", "A10K5X", 4), Finds.serial("ttyUSB0", "OTHER", 3));

        assertThat(after.offers().getFirst().ids())
                .isEqualTo(before.offers().getFirst().ids());
        assertThat(paths(after)).containsExactly(entry("smarter-devices/modem", List.of("ttyUSB7")));
    }

    @Test
    void fillsInWhatADeviceSays() {
        var catalog = catalog(
                "- name: 'modem-{serial}-{port}'\n  match: {usb: '0403:*:*'}", Finds.serial("ttyUSB0", "A/1", 3));

        assertThat(paths(catalog)).containsOnlyKeys("smarter-devices/modem-A_1-1-1_3");
    }

    @Test
    void offersADeviceOnceUnderAllItsNames() {
        var device = Finds.serial("ttyUSB0", "A", 1);
        var byId = device.links().iterator().next();
        var catalog = catalog(
                "- name: modem\n  match: {path: tty}\n- devicematch: by-id", device, DeviceScan.link(byId, device));
        var both = catalog("- name: modem\n  match: {path: .}", device, DeviceScan.link(byId, device));

        assertThat(paths(catalog))
                .containsEntry("smarter-devices/modem", List.of("ttyUSB0"))
                .hasSize(2);
        assertThat(paths(both)).containsExactly(entry("smarter-devices/modem", List.of(byId)));
        assertThat(both.left()).containsExactly(new Left("ttyUSB0", "another name for " + byId));
    }

    static Stream<Arguments> matches() {
        return Stream.of(
                argumentSet("a link", "{link: by-id/usb-FTDI}", List.of("ttyUSB0")),
                argumentSet("a subsystem", "{subsystem: sound}", List.of("snd/controlC1", "snd/pcmC1D0c")),
                argumentSet("a driver above", "{driver: hub, path: ^(tty|media)}", List.of("media1", "ttyUSB0")),
                argumentSet("a vendor", "{usb: '046D:*', path: ^video}", List.of("video0", "video1")),
                argumentSet("a serial number", "{usb: '*:*:A10K5X'}", List.of("ttyUSB0")),
                argumentSet("another serial number", "{usb: '*:*:A10K5'}", List.of()),
                argumentSet("a property", "{udev: {ID_SERIAL_SHORT: ^A1}}", List.of("ttyUSB0")),
                argumentSet("a property that is not there", "{udev: {ID_PATH: .}}", List.of()),
                argumentSet("two conditions", "{subsystem: tty, usb: '046d:*'}", List.of()),
                argumentSet("a folder", "{kind: folder}", List.of("snd")),
                argumentSet(
                        "links", "{kind: link}", List.of("serial/by-id/usb-FTDI_FT232R_USB_UART_A10K5X-if00-port0")),
                argumentSet(
                        "a path that is a link's",
                        "{path: serial, subsystem: tty}",
                        List.of("serial/by-id/usb-FTDI_FT232R_USB_UART_A10K5X-if00-port0")),
                argumentSet("all disks", "{kind: block}", List.of("sda")));
    }

    @ParameterizedTest
    @MethodSource("matches")
    void findsWhatARuleMeans(String match, List<String> paths) {
        var found = new ArrayList<>(Finds.camera(2, 0, 1, "B"));
        found.add(Finds.serial("ttyUSB0", "A10K5X", 3));
        found.add(DeviceScan.link(found.getLast().links().iterator().next(), found.getLast()));
        found.add(Finds.made("snd", Kind.FOLDER, "", ""));
        found.add(Finds.made("sda", Kind.BLOCK, "devices/pci0000:00/ata1/block/sda", "block"));
        found.add(Found.gpu(0));

        var catalog = catalog("- match: " + match, found);

        assertThat(paths(catalog).values().stream().flatMap(List::stream)).containsExactlyElementsOf(paths);
    }

    @Test
    void handsACameraOverWithItsAudio() {
        var found = new ArrayList<>(Finds.camera(1, 0, 1, "A"));
        found.addAll(Finds.camera(2, 2, 2, "B"));
        var catalog = catalog("""
                - name: camera
                  match: {path: ^video, usb: '046d:0825'}
                  with: [{path: ^video}, {subsystem: sound}]
                - devicematch: .
                  nummaxdevices: 1
                """, found);

        var camera = catalog.offers().getFirst();
        assertThat(camera.units()).extracting(unit -> unit.device().path()).containsExactly("video0", "video2");
        assertThat(camera.units().getLast().with())
                .extracting(Found::path)
                .containsExactly("snd/controlC2", "snd/pcmC2D0c", "video3");
        assertThat(paths(catalog))
                .containsOnlyKeys("smarter-devices/camera", "smarter-devices/media1", "smarter-devices/media2");
    }

    @Test
    void takesChildrenOfOneDeviceForOnePhysicalDevice() {
        var at = "devices/platform/soc/fe801000.csi/";
        var catalog = catalog(
                "- match: {path: ^video0$}\n  with: [{path: .}]",
                Finds.made("video0", Kind.CHARACTER, at + "video4linux/video0", "video4linux"),
                Finds.made("media0", Kind.CHARACTER, at + "media0", "media"),
                Finds.made("fuse", Kind.CHARACTER, "devices/virtual/misc/fuse", "misc"),
                Finds.plain("zero"));

        assertThat(catalog.offers().getFirst().units().getFirst().with())
                .extracting(Found::path)
                .containsExactly("media0");
    }

    @Test
    void doesNotTakeWhatTheKernelMakesUpForOnePhysicalDevice() {
        var catalog = catalog(
                "- match: {path: ^fuse$}\n  with: [{path: .}]",
                Finds.made("fuse", Kind.CHARACTER, "devices/virtual/misc/fuse", "misc"),
                Finds.made("kvm", Kind.CHARACTER, "devices/virtual/misc/kvm", "misc"));

        assertThat(catalog.offers().getFirst().units().getFirst().with()).isEmpty();
    }

    @Test
    void knowsTheFilesOfFoldersAndLinks() {
        var target = Finds.made("ttyS0", Kind.CHARACTER, "", "tty", "serial0");
        var catalog = catalog(
                "- devicematch: ^snd$\n- devicematch: ^serial0$",
                Finds.made("snd", Kind.FOLDER, "", ""),
                Finds.plain("snd/seq"),
                Finds.plain("snd/by-path/x"),
                Finds.plain("sndstat"),
                target,
                DeviceScan.link("serial0", target));

        assertThat(catalog.offers().getFirst().units().getFirst().files()).containsOnlyKeys("/by-path/x", "/seq");
        assertThat(catalog.offers().getLast().units().getFirst().files()).containsExactly(entry("", target));
    }

    @Test
    void offersNoMoreSharesThanAMessageHolds() {
        var found = new ArrayList<Found>();
        for (int i = 0; i < 12; i++) found.add(Finds.plain("tty" + i));
        var catalog = catalog("- {name: tty, match: {path: tty}, count: 1000}", found);

        assertThat(catalog.offers().getFirst().ids()).hasSize(10_000);
        assertThat(catalog.left())
                .containsExactly(
                        new Left("tty10", "tty would have more than 10000 shares"),
                        new Left("tty11", "tty would have more than 10000 shares"));
    }

    @Test
    void refusesAPathThatLeadsElsewhere() {
        var catalog = catalog("- devicematch: x", Finds.plain("../x"), Finds.plain("x\ny"), Finds.plain("x"));

        assertThat(paths(catalog)).containsExactly(entry("smarter-devices/x", List.of("x")));
        assertThat(catalog.left()).extracting(Left::why).containsOnly("no path that could be handed over");
    }

    @Test
    void tellsWhatNoRuleMatches() {
        var rules = RulesTest.parse("- match: {path: ^video0}\n  with: [{path: .}]");

        assertThat(Catalog.of(rules, List.of(Finds.plain("tty1"), Finds.plain("video0"), Found.gpu(1)))
                        .unmatched())
                .containsExactly("nvidia-gpu1", "tty1");
        assertThat(Catalog.of(rules, Finds.camera(1, 0, 0, "A")).unmatched()).isEmpty();
    }
}
