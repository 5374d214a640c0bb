package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real /dev of this machine. */
@Tag("root")
final class DeviceScanRootTest {
    private static final DeviceScan SCAN = new DeviceScan(Path.of("/dev"), Path.of("/sys"), Path.of("/run/udev/data"));

    private static Map<String, Found> found() {
        return SCAN.scan().stream().collect(Collectors.toMap(Found::path, Function.identity()));
    }

    @Test
    void whatEveryLinuxHasIsFound() {
        assertThat(found().get("null"))
                .returns(Kind.CHARACTER, Found::kind)
                .returns(new DeviceNumber(1, 3), Found::number)
                .returns("devices/virtual/mem/null", Found::sysfs)
                .returns("mem", Found::subsystem);
        assertThat(found().get("loop0"))
                .returns(Kind.BLOCK, Found::kind)
                .returns(new DeviceNumber(7, 0), Found::number)
                .returns("block", Found::subsystem);
        assertThat(found().get("zram0")).returns(Kind.BLOCK, Found::kind).returns("block", Found::subsystem);
        assertThat(found().get("net")).returns(Kind.FOLDER, Found::kind);
        assertThat(found().get("net/tun")).returns(new DeviceNumber(10, 200), Found::number);
        assertThat(found()).doesNotContainKeys("fd", "stdin", "pts", "shm");
    }

    @Test
    void aDeviceComesAndGoes() throws Exception {
        int number = Integer.parseInt(
                Files.readString(Path.of("/sys/class/zram-control/hot_add")).strip());
        try {
            assertThat(found().get("zram" + number)).returns("devices/virtual/block/zram" + number, Found::sysfs);
        } finally {
            Files.writeString(Path.of("/sys/class/zram-control/hot_remove"), "" + number);
        }
        assertThat(found()).doesNotContainKey("zram" + number);
    }

    @Test
    void aScanTakesMilliseconds() {
        long best = Long.MAX_VALUE;
        int entries = 0;
        for (int i = 0; i < 100; i++) {
            long start = System.nanoTime();
            entries = SCAN.scan().size();
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.printf("scan of %d entries: %.2f ms%n", entries, best / 1e6);
        assertThat(best).isLessThan(50_000_000L);
    }
}
