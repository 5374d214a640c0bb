package io.smarter.serial;

import static io.smarter.serial.TelnetParserTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.linux.LineSettings;
import io.smarter.linux.LineSettings.Flow;
import io.smarter.linux.LineSettings.Parity;
import io.smarter.linux.SerialPort;
import org.junit.jupiter.api.Test;

final class ComPortTest {
    /** A line that can do all but 1,234,567 baud, and remembers. */
    private static final class Remembered implements Line {
        LineSettings settings = LineSettings.USUAL;
        int lines = SerialPort.DTR | SerialPort.RTS | SerialPort.CTS;
        boolean breaking;
        int purges;

        @Override
        public String name() {
            return "/dev/ttyUSB0";
        }

        @Override
        public LineSettings settings() {
            return settings;
        }

        @Override
        public LineSettings set(LineSettings wish) {
            settings = wish.baud() == 1_234_567 ? wish.withBaud(1_200_000) : wish;
            return settings;
        }

        @Override
        public int lines() {
            return lines;
        }

        @Override
        public void setLines(int which, boolean on) {
            lines = on ? lines | which : lines & ~which;
        }

        @Override
        public boolean breaking() {
            return breaking;
        }

        @Override
        public void setBreak(boolean on) {
            breaking = on;
        }

        @Override
        public void purgeOutput() {
            purges++;
        }
    }

    private final Remembered line = new Remembered();
    private final ComPort comPort = new ComPort(line);

    private byte[] writer(int... request) {
        return comPort.answer(bytes(request), true);
    }

    private byte[] reader(int... request) {
        return comPort.answer(bytes(request), false);
    }

    @Test
    void settingsAreSetAndToldAsTheyAre() {
        assertThat(writer(1, 0, 0, 37, 128)).isEqualTo(bytes(101, 0, 0, 37, 128));
        assertThat(writer(1, 0, 0x12, 0xD6, 0x87)).isEqualTo(bytes(101, 0, 0x12, 0x4F, 0x80));
        assertThat(writer(1, 0, 0, 0, 0)).isEqualTo(bytes(101, 0, 0x12, 0x4F, 0x80));
        assertThat(writer(1, 0xFF, 0xFF, 0xFF, 0xFF)).isEqualTo(bytes(101, 0, 0x12, 0x4F, 0x80));
        assertThat(writer(1, 5)).isEqualTo(bytes(101, 0, 0x12, 0x4F, 0x80));
        assertThat(writer(2, 7)).isEqualTo(bytes(102, 7));
        assertThat(writer(2, 9)).isEqualTo(bytes(102, 7));
        assertThat(writer(3, 3)).isEqualTo(bytes(103, 3));
        assertThat(writer(3, 6)).isEqualTo(bytes(103, 3));
        assertThat(writer(4, 2)).isEqualTo(bytes(104, 2));
        assertThat(writer(4, 3)).isEqualTo(bytes(104, 2));
        assertThat(writer(5, 2)).isEqualTo(bytes(105, 2));
        assertThat(line.settings).isEqualTo(new LineSettings(1_200_000, 7, Parity.EVEN, 2, Flow.SOFTWARE));
        assertThat(writer(2, 5)).isEqualTo(bytes(102, 5));
        assertThat(writer(4, 0)).isEqualTo(bytes(104, 3));
        assertThat(writer(4, 1)).isEqualTo(bytes(104, 1));
        assertThat(writer(4, 3)).isEqualTo(bytes(104, 3));
    }

    @Test
    void controlsAreSetAndToldAsTheyAre() {
        assertThat(writer(5, 3)).isEqualTo(bytes(105, 3));
        assertThat(writer(5, 13)).isEqualTo(bytes(105, 16));
        assertThat(writer(5, 14)).isEqualTo(bytes(105, 14));
        assertThat(writer(5, 0)).isEqualTo(bytes(105, 1));
        assertThat(writer(5, 19)).isEqualTo(bytes(105, 1));
        assertThat(writer(5, 4)).isEqualTo(bytes(105, 6));
        assertThat(writer(5, 5)).isEqualTo(bytes(105, 5));
        assertThat(writer(5, 6)).isEqualTo(bytes(105, 6));
        assertThat(writer(5, 7)).isEqualTo(bytes(105, 8));
        assertThat(writer(5, 9)).isEqualTo(bytes(105, 9));
        assertThat(writer(5, 10)).isEqualTo(bytes(105, 11));
        assertThat(writer(5, 12)).isEqualTo(bytes(105, 12));
        assertThat(line.lines).isEqualTo(SerialPort.CTS);
    }

    @Test
    void whoOnlyReadsChangesNothingAndIsToldHowThingsAre() {
        assertThat(reader(1, 0, 0, 37, 128)).isEqualTo(bytes(101, 0, 1, 0xC2, 0));
        assertThat(reader(2, 7)).isEqualTo(bytes(102, 8));
        assertThat(reader(3, 3)).isEqualTo(bytes(103, 1));
        assertThat(reader(4, 2)).isEqualTo(bytes(104, 1));
        assertThat(reader(5, 2)).isEqualTo(bytes(105, 1));
        assertThat(reader(5, 5)).isEqualTo(bytes(105, 6));
        assertThat(reader(5, 9)).isEqualTo(bytes(105, 8));
        assertThat(reader(5, 12)).isEqualTo(bytes(105, 11));
        assertThat(reader(12, 3)).isEqualTo(bytes(112, 1));
        assertThat(line.settings).isEqualTo(LineSettings.USUAL);
        assertThat(line.purges).isZero();
    }

    @Test
    void theRestOfTheCommands() {
        assertThat(writer(12, 3)).isEqualTo(bytes(112, 3));
        assertThat(line.purges).isOne();
        assertThat(new String(reader(0), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("dsmarter-serial /dev/ttyUSB0"); // d is 100
        assertThat(reader(0, 'm', 'e')).isEmpty();
        assertThat(reader(8)).isEmpty();
        assertThat(comPort.suspended()).isTrue();
        assertThat(reader(9)).isEmpty();
        assertThat(comPort.suspended()).isFalse();
        assertThat(reader(7)).isEqualTo(bytes(107, 16));
        assertThat(reader(77)).isEmpty();
        assertThat(reader()).isEmpty();
    }

    @Test
    void changesOfLinesAreToldAsTheMaskSays() {
        int quiet = SerialPort.DTR | SerialPort.RTS;
        assertThat(comPort.linesAre(quiet | SerialPort.CTS)).isEmpty();
        assertThat(comPort.linesAre(quiet)).isEqualTo(bytes(107, 1));
        assertThat(comPort.linesAre(quiet | SerialPort.CD | SerialPort.DSR)).isEqualTo(bytes(107, 128 | 32 | 8 | 2));
        assertThat(comPort.linesAre(quiet | SerialPort.CD | SerialPort.DSR | SerialPort.RI))
                .isEmpty();
        assertThat(comPort.linesAre(quiet | SerialPort.CD | SerialPort.DSR)).isEqualTo(bytes(107, 128 | 32 | 4));
        assertThat(reader(11, 16)).isEqualTo(bytes(111, 16));
        assertThat(comPort.linesAre(quiet)).isEmpty();
        assertThat(comPort.linesAre(quiet | SerialPort.CTS | SerialPort.CD)).isEqualTo(bytes(107, 16));
    }

    @Test
    void errorsAreToldToWhoAskedForThem() {
        assertThat(comPort.errors(16)).isEmpty();
        assertThat(reader(10, 20)).isEqualTo(bytes(110, 20));
        assertThat(comPort.errors(16 | 2)).isEqualTo(bytes(106, 16));
        assertThat(comPort.errors(2)).isEmpty();
    }
}
