package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import io.smarter.devices.Probe.Outcome;
import io.smarter.devices.Probe.Outcome.Answers;
import io.smarter.devices.Probe.Outcome.Fails;
import io.smarter.linux.DeviceQuestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With devices that every Linux has. */
final class ProbeTest {
    private static final Path DEV = Path.of("/dev");
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private static Found device(String path, int major, int minor, String subsystem) {
        return found(path, Kind.CHARACTER, new DeviceNumber(major, minor), subsystem);
    }

    private static Found found(String path, Kind kind, DeviceNumber number, String subsystem) {
        return new Found(path, kind, number, "", subsystem, List.of(), null, Set.of(), Map.of(), -1);
    }

    private static Outcome check(Found found) {
        return new Probe(DEV, LONG).check(found, false);
    }

    @Test
    void aDeviceFileWithItsNumberIsEnoughForMost() {
        assertThat(check(device("null", 1, 3, "mem"))).isEqualTo(new Answers());
        assertThat(check(device("net/tun", 10, 200, "misc"))).isEqualTo(new Answers());
        assertThat(check(device("smt-nothing", 1, 3, "mem")))
                .isInstanceOfSatisfying(
                        Fails.class, fails -> assertThat(fails.why()).contains("smt-nothing is not there"));
        assertThat(check(device("null", 1, 5, "mem")))
                .isInstanceOfSatisfying(
                        Fails.class,
                        fails -> assertThat(fails.why())
                                .contains("null is")
                                .contains("minor=3")
                                .contains("minor=5"));
        assertThat(check(found("null", Kind.BLOCK, new DeviceNumber(1, 3), "mem")))
                .isInstanceOf(Fails.class);
        assertThat(check(device("net", 1, 3, "mem"))).isEqualTo(new Fails("net is no device file"));
    }

    @Test
    void foldersAndLinksAreLookedAt() throws IOException {
        Files.createDirectories(folder.resolve("snd"));
        Files.createSymbolicLink(folder.resolve("sound"), Path.of("/dev/snd"));
        Files.createSymbolicLink(folder.resolve("out"), Path.of("/proc/self"));
        Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
        Files.createSymbolicLink(folder.resolve("gone"), Path.of("snd/../nothing"));
        var probe = new Probe(folder, LONG);
        assertThat(probe.check(folder("snd", Kind.FOLDER), false)).isEqualTo(new Answers());
        assertThat(probe.check(folder("sound", Kind.LINK), false)).isEqualTo(new Answers());
        assertThat(probe.check(folder("out", Kind.LINK), false)).isEqualTo(new Fails("out leads nowhere"));
        assertThat(probe.check(folder("round", Kind.LINK), false)).isEqualTo(new Fails("round leads nowhere"));
        assertThat(probe.check(folder("gone", Kind.LINK), false)).isInstanceOf(Fails.class);
    }

    private static Found folder(String path, Kind kind) {
        return new Found(path, kind, null, "", "", List.of(), null, Set.of(), Map.of(), -1);
    }

    @Test
    void aClassThatCanBeAskedIsAsked() {
        var pretended = device("null", 1, 3, "i2c-dev");
        assertThat(check(pretended))
                .isInstanceOfSatisfying(
                        Fails.class,
                        fails -> assertThat(fails.why()).contains("I2C_FUNCTIONS of /dev/null", "Inappropriate ioctl"));
        assertThat(new Probe(DEV, LONG).check(device("null", 1, 3, "tty"), true))
                .isInstanceOf(Fails.class);
        assertThat(new Probe(DEV, LONG).check(device("null", 1, 3, "tty"), false))
                .isEqualTo(new Answers());
    }

    static Stream<Arguments> classes() {
        return Stream.of(
                argumentSet("camera", "video0", "video4linux", Optional.of(DeviceQuestion.VIDEO_CAPABILITIES)),
                argumentSet("part of a camera", "v4l-subdev0", "video4linux", Optional.empty()),
                argumentSet("pins", "gpiochip0", "gpio", Optional.of(DeviceQuestion.GPIO_CHIP)),
                argumentSet("bus", "i2c-1", "i2c-dev", Optional.of(DeviceQuestion.I2C_FUNCTIONS)),
                argumentSet("keyboard", "hidraw0", "hidraw", Optional.of(DeviceQuestion.HID_INFO)),
                argumentSet("serial port", "ttyUSB0", "tty", Optional.empty()),
                argumentSet("disk", "sda", "block", Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("classes")
    void eachClassHasItsQuestion(String path, String subsystem, Optional<DeviceQuestion> question) {
        assertThat(Probe.question(device(path, 1, 3, subsystem), path, false)).isEqualTo(question);
    }

    @Test
    void aDeviceThatHangsHoldsUpNobodyAndHasOneThread() throws Exception {
        var hangs = new CountDownLatch(1);
        var asked = new AtomicInteger();
        var probe = new Probe(DEV, Duration.ofMillis(50), (question, _, number) -> {
            if (question != DeviceQuestion.HID_INFO) return;
            asked.incrementAndGet();
            await(hangs);
        });
        var hanging = device("null", 1, 3, "hidraw");
        for (int i = 0; i < 3; i++)
            assertThat(probe.check(hanging, false)).isEqualTo(new Fails("/dev/null has not answered for 50 ms"));
        assertThat(probe.check(device("zero", 1, 5, "i2c-dev"), false)).isEqualTo(new Answers());
        assertThat(asked).hasValue(1);
        hangs.countDown();
        while (!probe.check(hanging, false).equals(new Answers())) Thread.onSpinWait(); // until the thread has gone
        assertThat(probe.check(hanging, false)).isEqualTo(new Answers());
        assertThat(asked.get()).isGreaterThan(1);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
