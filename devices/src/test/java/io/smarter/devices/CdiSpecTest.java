package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.devices.Found.Kind;
import io.smarter.json.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CdiSpecTest {
    private static Optional<CdiSpec> spec(String yaml, Found... found) {
        return CdiSpec.of(CatalogTest.catalog(yaml, List.of(found)).offers().getFirst());
    }

    private static String text(String yaml, Found... found) {
        return spec(yaml, found).orElseThrow().document().compact();
    }

    private static String expected(String json) {
        return Json.parse(json).compact();
    }

    @Test
    void describesEveryDeviceOfAnOffer() {
        var spec = text("""
                - name: modem
                  match: {usb: '0403:*'}
                  count: 5
                  containerPath: /dev/modem
                  env: {MODEM: "{path}", SERIAL: "{serial}"}
                  mounts: [{hostPath: /etc/modem, readOnly: true}, {hostPath: /run/modem, containerPath: /run/m}]
                """, Finds.serial("ttyUSB0", "A", 1), Finds.serial("ttyUSB1", "B", 2));

        assertThat(spec).isEqualTo(expected("""
                {
                  "cdiVersion": "0.5.0",
                  "kind": "smarter.io/modem",
                  "devices": [
                    {
                      "name": "0403:6001:A:1.0:ttyUSB",
                      "containerEdits": {
                        "env": ["MODEM=/dev/modem", "SERIAL=A"],
                        "deviceNodes": [{"path": "/dev/modem", "hostPath": "/dev/ttyUSB0", "permissions": "rw"}],
                        "mounts": [
                          {"hostPath": "/etc/modem", "containerPath": "/etc/modem", "options": ["rbind", "ro"]},
                          {"hostPath": "/run/modem", "containerPath": "/run/m", "options": ["rbind", "rw"]}
                        ]
                      }
                    },
                    {
                      "name": "0403:6001:B:1.0:ttyUSB",
                      "containerEdits": {
                        "env": ["MODEM=/dev/modem", "SERIAL=B"],
                        "deviceNodes": [{"path": "/dev/modem", "hostPath": "/dev/ttyUSB1", "permissions": "rw"}],
                        "mounts": [
                          {"hostPath": "/etc/modem", "containerPath": "/etc/modem", "options": ["rbind", "ro"]},
                          {"hostPath": "/run/modem", "containerPath": "/run/m", "options": ["rbind", "rw"]}
                        ]
                      }
                    }
                  ]
                }"""));
    }

    @Test
    void namesTheFilesOfAFolder() {
        var spec = text(
                "- {match: {path: ^snd$}, containerPath: /dev/audio, permissions: r}",
                Finds.made("snd", Kind.FOLDER, "", ""),
                Finds.plain("snd/seq"),
                Finds.plain("snd/timer"));

        assertThat(spec).contains("""
                "deviceNodes":[{"path":"/dev/audio/seq","hostPath":"/dev/snd/seq","permissions":"r"},\
                {"path":"/dev/audio/timer","hostPath":"/dev/snd/timer","permissions":"r"}]""");
    }

    @Test
    void namesWhatALinkLeadsTo() {
        var target = Finds.made("ttyS0", Kind.CHARACTER, "", "tty", "serial0");

        assertThat(text("- devicematch: serial0", target, DeviceScan.link("serial0", target)))
                .contains("""
                        "name":"link:serial0","containerEdits":{"deviceNodes":\
                        [{"path":"/dev/serial0","hostPath":"/dev/ttyS0","permissions":"rw"}]}""");
    }

    @Test
    void hasAKindThatTheSpecificationAllows() {
        assertThat(spec("- devicematch: 1wire", Finds.plain("1wire"))).hasValueSatisfying(spec -> {
            assertThat(spec.kind()).isEqualTo("smarter.io/d1wire-dfff7f1a");
            assertThat(spec.fileName()).isEqualTo("smarter.io-d1wire-dfff7f1a.json");
        });
        assertThat(spec("- {name: a.b, match: {path: x}}", Finds.plain("x")))
                .hasValueSatisfying(
                        spec -> assertThat(spec.document().text("cdiVersion")).isEqualTo("0.6.0"));
    }

    @Test
    void describesNothingWhereThereIsNothing() {
        assertThat(spec("- devicematch: ^snd$", Finds.made("snd", Kind.FOLDER, "", "")))
                .isEmpty();
    }
}
