package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.smarter.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FindingsTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsRecordedIsReadAsItWas() {
        var found = new ArrayList<>(Finds.raspberryPi());
        found.addAll(Finds.camera(2, 0, 1, "C 3\u20ac"));
        found.add(Found.gpu(0));
        var json = Json.parse(FoundJson.write(found).pretty());
        assertThat(FoundJson.read(json)).containsExactlyInAnyOrderElementsOf(found);
    }

    @Test
    void whatThisMachineHasIsReadAsItWas() {
        var scan = new DeviceScan(Path.of("/dev"), Path.of("/sys"), Path.of("/run/udev/data")).scan();
        assertThat(scan).isNotEmpty();
        assertThat(FoundJson.read(Json.parse(FoundJson.write(scan).compact())))
                .containsExactlyInAnyOrderElementsOf(scan);
    }

    @Test
    void rulesAreTriedOnWhatWasRecorded() throws Exception {
        var recorded = folder.resolve("dev.json");
        Files.writeString(recorded, FoundJson.write(Finds.raspberryPi()).pretty());
        var rules = folder.resolve("rules.yaml");
        Files.writeString(rules, """
                - name: modem
                  match: {usb: "0403:6001"}
                  count: 2
                - devicematch: ^gpiochip
                  nummaxdevices: many
                - match: {path: ^ttyS0$}
                - match: {path: ^ttyUSB0$}
                """);
        var status = Findings.read(recorded).under(rules);
        assertThat(status.resources())
                .extracting(DevicesStatus.Resource::name, DevicesStatus.Resource::line)
                .containsExactly(tuple("smarter-devices/modem", 1), tuple("smarter-devices/ttyS0", 6));
        assertThat(status.resources().getFirst().devices()).singleElement().satisfies(device -> {
            assertThat(device.path()).isEqualTo("ttyUSB0");
            assertThat(device.shares()).isEqualTo(2);
        });
        assertThat(status.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.line()).isEqualTo(5));
        assertThat(status.unmatched()).contains("gpiochip0", "null").doesNotContain("ttyUSB0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                | must be a list
            [1]                                               | entry 1: must be an object
            [{"path":"a","kind":"folder"},{"kind":"folder"}]  | entry 2: path: must be a path below /dev
            [{"path":"/dev/a","kind":"folder"}]               | path: must be a path below /dev
            [{"path":"a","kind":"pipe"}]                      | kind: must be character, block, folder, link or gpu, was "pipe"
            [{"path":"a","kind":"folder","links":"b"}]        | links: must be a list of texts
            [{"path":"a","kind":"block","major":7}]           | minor: must be a whole number from 0
            [{"path":"a","kind":"block","usb":1}]             | usb: must be an object
            [{"path":"a","kind":"block","udev":{"A":1}}]      | A: must be a text
            [{"path":"a","kind":"block","oops":1}]            | "oops": unknown member
            """)
    void whatIsNoRecordingIsRefusedByName(String json, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FoundJson.read(Json.parse(json)))
                .withMessageContaining(why);
    }

    @Test
    void aFileThatIsNoRecordingIsNamed() throws Exception {
        var file = Files.write(folder.resolve("bad.json"), "[{".getBytes(UTF_8));
        assertThatIOException().isThrownBy(() -> Findings.read(file)).withMessageContaining("bad.json");
    }

    @Test
    void rulesThatAreNoListAreAProblem() {
        var status = Findings.of(Json.arr(List.of())).under(Rules.parse("no".getBytes(UTF_8)));
        assertThat(status.resources()).isEmpty();
        assertThat(status.problems()).hasSize(1);
    }
}
