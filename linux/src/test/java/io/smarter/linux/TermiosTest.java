package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smarter.linux.LineSettings.Flow;
import io.smarter.linux.LineSettings.Parity;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

final class TermiosTest {
    @Test
    void whatIsWrittenIsRead() {
        try (var arena = Arena.ofConfined()) {
            var termios = arena.allocate(Termios.SIZE, 8);
            for (var parity : Parity.values())
                for (var flow : Flow.values())
                    for (int bits = 5; bits <= 8; bits++) {
                        var settings = new LineSettings(250_000, bits, parity, 1 + bits % 2, flow);
                        Termios.write(termios, settings, bits == 5);
                        assertThat(Termios.read(termios)).isEqualTo(settings);
                    }
        }
    }

    @Test
    void settingsSayWhatIsWrongWithThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LineSettings.USUAL.withBaud(0))
                .withMessage("baud: must be 1 or more, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LineSettings.USUAL.withDataBits(9))
                .withMessage("data bits: must be 5 to 8, was 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LineSettings.USUAL.withStopBits(3))
                .withMessage("stop bits: must be 1 or 2, was 3");
        assertThat(new LineSettings(9600, 7, Parity.EVEN, 1, Flow.SOFTWARE)).hasToString("9600 7E1 XON/XOFF");
    }
}
