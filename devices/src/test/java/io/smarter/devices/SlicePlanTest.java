package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.devices.SlicePlan.Step;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SlicePlanTest {
    private static final String RULES = "[{match: {path: ^ttyUSB}}, {match: {path: ^d}}]";
    private static final String FIRST = "node-1-devices.smarter.io-0";

    private final Map<String, Json.Obj> cluster = new HashMap<>();

    private List<Step> plan(Found... found) {
        return SlicePlan.of("node-1", PoolTest.pool(RULES, found), cluster.values());
    }

    /** Does what is planned. */
    private List<Step> write(Found... found) {
        var steps = plan(found);
        for (var step : steps) {
            switch (step) {
                case Step.Create(var slice) ->
                    assertThat(cluster.put(slice.textOrEmpty("metadata", "name"), slice))
                            .isNull();
                case Step.Update(var slice) ->
                    assertThat(cluster.put(slice.textOrEmpty("metadata", "name"), slice))
                            .isNotNull();
                case Step.Delete(var name) -> assertThat(cluster.remove(name)).isNotNull();
            }
        }
        assertThat(plan(found)).as("once is enough").isEmpty();
        return steps;
    }

    private static Found[] devices(int count) {
        return IntStream.range(0, count).mapToObj(i -> Finds.plain("d" + i)).toArray(Found[]::new);
    }

    private List<Long> numbers(String name) {
        return cluster.values().stream()
                .map(slice -> slice.number(-1, "spec", "pool", name))
                .toList();
    }

    @Test
    void aDeviceIsToldWithAllThatIsKnownOfIt() {
        assertThat(write(Finds.serial("ttyUSB0", "A10K5X", 3))).singleElement().isInstanceOf(Step.Create.class);
        var slice = Objects.requireNonNull(cluster.get(FIRST));
        var spec = slice.object("spec");
        assertThat(List.of(spec.textOrEmpty("driver"), spec.textOrEmpty("nodeName"), spec.textOrEmpty("pool", "name")))
                .containsExactly("devices.smarter.io", "node-1", "node-1");
        var device = spec.items("devices").getFirst();
        assertThat(device.textOrEmpty("name")).startsWith("0403-6001-a10k5x").endsWith("-0");
        var texts = new HashMap<String, String>();
        device.object("attributes").members().forEach((name, value) -> texts.put(name, value.textOrEmpty("string")));
        assertThat(texts)
                .isEqualTo(Map.of(
                        "resource", "ttyUSB0",
                        "identity", "0403:6001:A10K5X:1.0:ttyUSB",
                        "path", "ttyUSB0",
                        "subsystem", "tty",
                        "driver", "ftdi_sio",
                        "link", "serial/by-id/usb-FTDI_FT232R_USB_UART_A10K5X-if00-port0",
                        "usbVendor", "0403",
                        "usbProduct", "6001",
                        "usbSerial", "A10K5X",
                        "usbPort", "1-1.3"));
    }

    @Test
    void whatIsTooLongIsLeftOut() {
        var path = "d" + "x".repeat(100);
        write(Finds.plain(path));
        var all = new ArrayList<>(cluster.values()).getFirst().compact();
        assertThat(all).doesNotContain("\"path\"").contains("\"identity\"");
    }

    @Test
    void aChangeIsANewGeneration() {
        write(devices(1));
        assertThat(write(devices(2))).singleElement().isInstanceOf(Step.Update.class);
        assertThat(numbers("generation")).containsExactly(2L);
    }

    @Test
    void manyDevicesAreSeveralSlicesOfOnePool() {
        write(devices(300));
        assertThat(cluster).hasSize(3);
        assertThat(numbers("resourceSliceCount")).containsOnly(3L);
        assertThat(cluster.values().stream()
                        .mapToInt(slice -> slice.items("spec", "devices").size())
                        .sum())
                .isEqualTo(300);
        assertThat(cluster.values())
                .allMatch(slice -> slice.items("spec", "devices").size() <= 128);

        assertThat(write(devices(301))).hasSize(3).allMatch(Step.Update.class::isInstance);
        assertThat(numbers("generation")).containsOnly(2L);
        assertThat(write(devices(128))).hasSize(3);
        assertThat(cluster).containsOnlyKeys(FIRST);
        assertThat(numbers("generation")).containsOnly(3L);
    }

    @Test
    void aWriteThatWasCutShortIsMadeAnew() {
        write(devices(300));
        var steps = plan(devices(129));
        if (steps.getFirst() instanceof Step.Update(var slice)) cluster.put(FIRST, slice);
        write(devices(129));
        assertThat(numbers("generation")).containsOnly(3L);
        assertThat(cluster).hasSize(2);
    }

    @Test
    void withoutDevicesThereIsNoSlice() {
        assertThat(plan()).isEmpty();
        write(devices(3));
        assertThat(write()).containsExactly(new Step.Delete(FIRST));
    }

    @Test
    void aSliceThatSomebodyRemovedOrAddedIsPutRight() {
        write(devices(300));
        cluster.remove("node-1-devices.smarter.io-1");
        cluster.put("old", Json.obj("metadata", Json.obj("name", "old")));
        assertThat(write(devices(300))).hasSize(4).contains(new Step.Delete("old"));
    }

    @Test
    void slicesOfNodesWithLongNamesHaveNamesOfTheirOwn() {
        var a = SlicePlan.name("a".repeat(230), 0);
        assertThat(a).hasSizeLessThanOrEqualTo(253).isNotEqualTo(SlicePlan.name("a".repeat(231), 0));
    }
}
