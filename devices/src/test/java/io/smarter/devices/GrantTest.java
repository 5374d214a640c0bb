package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.smarter.devices.Found.Kind;
import io.smarter.devices.Rule.Mount;
import io.smarter.devices.Rule.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GrantTest {
    private static Offer offer(String yaml, Found... found) {
        return CatalogTest.catalog(yaml, List.of(found)).offers().getFirst();
    }

    private static Found onNode(String path, int numaNode) {
        return new Found(path, Kind.CHARACTER, null, "", "", List.of(), null, Set.of(), Map.of(), numaNode);
    }

    @Test
    void givesTheFileUnderItsOwnPath() {
        var offer = offer("- devicematch: ^net/tun$\n  nummaxdevices: 2", Finds.plain("net/tun"));

        assertThat(Grant.of(offer, List.of("net:tun-1")))
                .isEqualTo(new Grant(
                        List.of(new Node("/dev/net/tun", "/dev/net/tun", "rw")),
                        Map.of(),
                        List.of(),
                        List.of(),
                        new TreeSet<>()));
    }

    @Test
    void givesOneDeviceOnceForTwoOfItsShares() {
        var offer = offer("- devicematch: fuse\n  nummaxdevices: 2", Finds.plain("fuse"));

        assertThat(Grant.of(offer, offer.ids()).nodes()).containsExactly(new Node("/dev/fuse", "/dev/fuse", "rw"));
    }

    @Test
    void handsAFolderOverWhole() {
        var offer = offer(
                "- devicematch: ^snd$\n  nummaxdevices: 1",
                Finds.made("snd", Kind.FOLDER, "", ""),
                Finds.plain("snd/seq"));

        assertThat(Grant.of(offer, offer.ids()).nodes()).containsExactly(new Node("/dev/snd", "/dev/snd", "rw"));
    }

    @Test
    void tellsGpusByAVariableAlone() {
        var offer = offer("- devicematch: nvidia-gpu\n  nummaxdevices: 4", Found.gpu(3));
        var grant = Grant.of(offer, List.of(offer.ids().getLast()));

        assertThat(offer.name()).isEqualTo("smarter-devices/nvidia-gpu3");
        assertThat(grant.nodes()).isEmpty();
        assertThat(grant.env()).containsExactly(entry("NVIDIA_VISIBLE_DEVICES", "3"));
    }

    @Test
    void givesAllThatTheRuleSays() {
        var offer = offer("""
                - name: modem
                  match: {usb: '0403:*'}
                  count: 1
                  containerPath: /dev/modem
                  permissions: r
                  mounts: [{hostPath: /etc/modem, containerPath: /config, readOnly: true}]
                  env: {MODEM: "{path}", FROM: "{name}/{serial}/{port}", OTHER: "{else}"}
                  deviceNodes: [{path: /dev/rfkill, permissions: m}, {path: /dev/ttyUSB5, containerPath: /dev/modem}]
                  cdi: [vendor.com/net=all]
                  numaNode: 3
                """, Finds.serial("ttyUSB5", "A{name}\n", 2));

        assertThat(Grant.of(offer, offer.ids()))
                .isEqualTo(new Grant(
                        List.of(
                                new Node("/dev/ttyUSB5", "/dev/modem", "r"),
                                new Node("/dev/rfkill", "/dev/rfkill", "m")),
                        Map.of("MODEM", "/dev/modem", "FROM", "ttyUSB5/A{name}_/1-1.2", "OTHER", "{else}"),
                        List.of(new Mount("/etc/modem", "/config", true)),
                        List.of("vendor.com/net=all"),
                        new TreeSet<>(Set.of(3))));
    }

    @Test
    void keepsSeveralDevicesUnderOnePathApart() {
        var offer = offer(
                "- {name: modem, match: {usb: '0403:*'}, containerPath: /dev/modem, env: {M: '{path}', K: fixed}}",
                Finds.serial("ttyUSB0", "A", 1),
                Finds.serial("ttyUSB1", "B", 2));

        var grant = Grant.of(offer, offer.ids());

        assertThat(grant.nodes())
                .containsExactly(
                        new Node("/dev/ttyUSB0", "/dev/modem", "rw"), new Node("/dev/ttyUSB1", "/dev/modem-2", "rw"));
        assertThat(grant.env()).containsExactly(entry("M", "/dev/modem,/dev/modem-2"), entry("K", "fixed"));
    }

    @Test
    void addsCompanionsUnderTheirOwnPaths() {
        var found = new ArrayList<>(Finds.camera(1, 2, 1, "A"));
        var offer = CatalogTest.catalog(
                        "- {match: {path: ^video2$}, with: [{subsystem: sound}], containerPath: '/dev/cams/{name}'}",
                        found)
                .offers()
                .getFirst();

        assertThat(Grant.of(offer, offer.ids()).nodes())
                .containsExactly(
                        new Node("/dev/video2", "/dev/cams/video2", "rw"),
                        new Node("/dev/snd/controlC1", "/dev/snd/controlC1", "rw"),
                        new Node("/dev/snd/pcmC1D0c", "/dev/snd/pcmC1D0c", "rw"));
    }

    @Test
    void tellsTheMemoryThatTheKernelSays() {
        var offer = offer("- {name: x, match: {path: .}}", onNode("a", 0), onNode("b", 1), onNode("c", -1));

        assertThat(Grant.of(offer, offer.ids()).numaNodes()).containsExactly(0, 1);
        assertThat(Grant.of(offer, List.of("c-0")).numaNodes()).isEmpty();
    }

    @Test
    void refusesAnIdThatIsNone() {
        var offer = offer("- devicematch: fuse\n  nummaxdevices: 2", Finds.plain("fuse"));

        for (var id : List.of("fuse-2", "fuse-01", "fuse--1", "fuse", "", "use-0", "fuse-0 ", "fuse-99999999999"))
            assertThatThrownBy(() -> Grant.of(offer, List.of(id)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("smarter-devices/fuse has no device with the id " + id);
    }
}
