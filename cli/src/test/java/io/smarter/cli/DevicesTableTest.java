package io.smarter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.devices.DevicesStatus;
import io.smarter.devices.DevicesStatus.Device;
import io.smarter.devices.DevicesStatus.Registration;
import io.smarter.devices.DevicesStatus.Resource;
import io.smarter.devices.Holder;
import io.smarter.devices.Left;
import io.smarter.devices.Problem;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DevicesTableTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Registration WELL = new Registration("", 1, 0);

    private static Resource resource(String name, int line, Registration registration, Device... devices) {
        return new Resource("smarter-devices/" + name, line, registration, List.of(devices));
    }

    private static Device device(String path, int shares, Holder... holders) {
        return new Device(path, "id-" + path, shares, List.of(), "", null, List.of(holders));
    }

    private static DevicesStatus status(String holdersUnknown, Resource... resources) {
        return new DevicesStatus(
                "gateway-1",
                "/var/lib/kubelet",
                1,
                true,
                List.of(resources),
                List.of(),
                List.of(),
                List.of(),
                holdersUnknown);
    }

    @Test
    void eachDeviceIsTold() {
        var status = status(
                "",
                resource(
                        "modem",
                        1,
                        WELL,
                        device("ttyUSB0", 1, new Holder("farm", "reader-1", "app", List.of("id-ttyUSB0-0"))),
                        new Device("ttyUSB1", "b", 1, List.of(), "it is not there", NOW.minusSeconds(12), List.of())),
                resource(
                        "gpio",
                        7,
                        WELL,
                        device(
                                "gpiochip0",
                                20,
                                new Holder("farm", "lamp", "a", List.of("x-0")),
                                new Holder("farm", "lamp", "b", List.of("x-1")),
                                new Holder("shop", "door", "a", List.of("x-2")))),
                resource(
                        "camera",
                        12,
                        WELL,
                        new Device(
                                "video0",
                                "c",
                                1,
                                List.of("video1", "snd/controlC1"),
                                "it does not answer",
                                null,
                                List.of())));
        assertThat(DevicesTable.of(status, false, NOW)).isEqualTo("""
                Devices of gateway-1, which pods ask for as smarter-devices/RESOURCE
                DEVICE                       RESOURCE  RULE     SHARES  HELD BY        HEALTH
                ttyUSB0                      modem     line 1   1/1     farm/reader-1  ok
                ttyUSB1                      modem     line 1   0/1     -              gone for 12s
                gpiochip0                    gpio      line 7   3/20    farm/lamp      ok
                                                                        shop/door
                video0 video1 snd/controlC1  camera    line 12  0/1     -              it does not answer
                """);
    }

    @Test
    void whatIsNotAdvertisedIsToldWithTheReason() {
        var told = new DevicesStatus(
                "n",
                "/k",
                1,
                true,
                List.of(resource("a", 3, new Registration("it refused", 7, 6), device("a", 1))),
                List.of(new Left("ttyS0", "its resource would be a, which is that of a: give the rule a name")),
                List.of(new Problem(9, "oops: unknown key")),
                List.of("null", "zero"),
                "the kubelet at /k does not tell who holds devices: no such file");
        var text = DevicesTable.of(told, true, NOW);
        assertThat(text)
                .contains("a       a         line 3  ?/1     -        not advertised\n")
                .contains("the kubelet at /k does not tell")
                .contains("\nNot advertised\n  a  it refused (tried 7 times, failed 6 times)\n")
                .contains("\nLeft out\n  ttyS0  its resource would be a")
                .contains("\nMistakes in the rules\n  line 9  oops: unknown key\n")
                .endsWith("\nNo rule matches\n  null zero\n");
        assertThat(DevicesTable.of(told, false, NOW)).doesNotContain("zero");
        assertThat(DevicesTable.trial(told, false))
                .startsWith("DEVICE  RESOURCE  RULE    SHARES  TOGETHER WITH\na       a         line 3  1\n");
    }

    @Test
    void aStatusThatEdgeLeftBehindIsToldToBeOld() {
        var left = new DevicesStatus("n", "/k", 4711, false, List.of(), List.of(), List.of(), List.of(), "");
        assertThat(DevicesTable.of(left, false, NOW))
                .contains("process 4711")
                .contains("not seen to run")
                .contains("No devices are offered.");
    }

    @Test
    void itFitsATerminalWhateverTheNames() {
        var path = "serial/by-id/usb-" + "Very_Long_Name_".repeat(10);
        var holder = new Holder("n".repeat(63), "p".repeat(200), "c", List.of("x-0"));
        var status = status("", resource("r".repeat(63), 100, WELL, device(path, 10_000, holder)));
        var text = DevicesTable.of(status, false, NOW);
        assertThat(text.lines()).allMatch(line -> line.length() <= 100);
        assertThat(text.replaceAll("\\s", ""))
                .contains("ok")
                .contains("line100")
                .contains("1/10000");
    }

    @Test
    void timesAreShort() {
        assertThat(List.of(0, 119, 120, 7199, 7200, 172_799, 172_800, -5).stream()
                        .map(age -> DevicesTable.since(NOW.minusSeconds(age), NOW)))
                .containsExactly("0s", "119s", "2m", "119m", "2h", "47h", "2d", "0s");
    }
}
