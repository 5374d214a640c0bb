package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.linux.LineSettings;
import io.smarter.linux.LineSettings.Flow;
import io.smarter.linux.LineSettings.Parity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SerialSettingsTest {
    @Test
    void whatIsNotSaidIsUsual() {
        assertThat(SerialSettings.of(List.of("--device=/dev/ttyUSB0")))
                .isEqualTo(new SerialSettings(
                        Path.of("/dev/ttyUSB0"),
                        new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 2217),
                        null,
                        LineSettings.USUAL,
                        16,
                        0,
                        65_536,
                        WriterSeat.Policy.FIRST,
                        0,
                        false));
    }

    @Test
    void allCanBeSaid() {
        var said = "--device=/dev/serial/by-id/usb-x --listen=127.0.0.1:0 --tap=[::1]:2218 --baud=9600 --data-bits=7"
                + " --parity=even --stop-bits=2 --flow=hardware --readers=4 --reader-rate=1000 --reader-buffer=1MiB"
                + " --writer=takeover --idle-writer=5m --reset-on-open=true";
        assertThat(SerialSettings.of(List.of(said.split(" "))))
                .isEqualTo(new SerialSettings(
                        Path.of("/dev/serial/by-id/usb-x"),
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                        new InetSocketAddress(InetAddress.ofLiteral("::1"), 2218),
                        new LineSettings(9600, 7, Parity.EVEN, 2, Flow.HARDWARE),
                        4,
                        1000,
                        1 << 20,
                        WriterSeat.Policy.TAKEOVER,
                        300_000_000_000L,
                        true));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                argumentSet("unknown", "--speed=9600", "unknown option '--speed=9600'"),
                argumentSet("no value", "--baud", "--baud: must be --baud=VALUE"),
                argumentSet("twice", "--device=/dev/b", "--device: must be given once, was given twice"),
                argumentSet("no number", "--baud=fast", "--baud: must be a number from 1 to 100000000, was 'fast'"),
                argumentSet("too many bits", "--data-bits=9", "--data-bits: must be a number from 5 to 8, was '9'"),
                argumentSet("parity", "--parity=x", "--parity: must be one of none, odd, even, mark, space, was 'x'"),
                argumentSet(
                        "a name",
                        "--listen=localhost:1",
                        "--listen: must be ADDRESS:PORT, such as 0.0.0.0:2217 or [::]:2217, was 'localhost:1'"),
                argumentSet(
                        "no port",
                        "--tap=0.0.0.0:99999",
                        "--tap: must be ADDRESS:PORT, such as 0.0.0.0:2217 or [::]:2217, was '0.0.0.0:99999'"),
                argumentSet("buffer", "--reader-buffer=5", "--reader-buffer: must be from 1KiB to 8MiB, was '5'"),
                argumentSet(
                        "memory",
                        "--reader-buffer=1MiB",
                        "--readers times --reader-buffer: must be at most 8MiB, was '16 times 1048576'"),
                argumentSet("time", "--idle-writer=5", "--idle-writer: must be such as 30s, 5m or 1h, was '5'"),
                argumentSet("truth", "--reset-on-open=no", "--reset-on-open: must be true or false, was 'no'"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsNamed(String option, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SerialSettings.of(List.of("--device=/dev/a", option)))
                .withMessage(message);
    }

    @Test
    void theDeviceIsRequired() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SerialSettings.of(List.of("--device=ttyUSB0")))
                .withMessage("--device: must be an absolute path, was 'ttyUSB0'");
    }
}
