package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.smarter.linux.LineSettings.Flow;
import io.smarter.linux.LineSettings.Parity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against pseudo-terminals of the kernel. */
@Timeout(20)
final class SerialPortTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What a line sends, until there are so many bytes of it. */
    private static byte[] read(SerialPort port, int length) throws IOException {
        var read = new ByteArrayOutputStream();
        var some = new byte[100];
        while (read.size() < length) {
            port.await(false);
            read.write(some, 0, port.read(some));
        }
        return read.toByteArray();
    }

    @Test
    void bytesPassAsTheyAreBothWays() throws IOException {
        try (var far = PseudoTerminal.open();
                var port = SerialPort.open(far.device(), LineSettings.USUAL, false)) {
            var all = new byte[256];
            for (int i = 0; i < all.length; i++) all[i] = (byte) i;
            assertThat(port.write(all, all.length)).isEqualTo(256);
            assertThat(far.read(5000)).isEqualTo(all);
            far.write(new byte[] {3, 4, 13, 10, 17, 19, 0, (byte) 0xFF, 26});
            assertThat(read(port, 10)).containsExactly(3, 4, 13, 10, 17, 19, 0, 0xFF, 0xFF, 26);
            assertThat(port.read(new byte[10])).isZero();
        }
    }

    @Test
    void theDriverTellsWhatItMadeOfTheSettings() throws IOException {
        try (var far = PseudoTerminal.open();
                var port = SerialPort.open(far.device(), LineSettings.USUAL.withBaud(74_880), false)) {
            assertThat(far.settings()).isEqualTo(LineSettings.USUAL.withBaud(74_880));
            var wish = new LineSettings(9600, 7, Parity.EVEN, 2, Flow.SOFTWARE);
            // a pseudo-terminal has neither parity nor 7 bits
            assertThat(port.set(wish)).isEqualTo(new LineSettings(9600, 8, Parity.NONE, 2, Flow.SOFTWARE));
            assertThat(far.settings().baud()).isEqualTo(9600);
        }
    }

    @Test
    void someDevicesHaveNoLines() throws IOException {
        try (var far = PseudoTerminal.open();
                var port = SerialPort.open(far.device(), LineSettings.USUAL, false)) {
            assertThat(port.lines()).isNull();
            assertThatIOException().isThrownBy(() -> port.setLines(SerialPort.RTS, true));
            assertThatIOException().isThrownBy(port::awaitInputs);
            port.setBreak(true);
            port.setBreak(false);
            assertThat(port.unsent()).isZero();
        }
    }

    @Test
    void aFullLineTakesNoMoreUntilItIsPurged() throws IOException {
        try (var far = PseudoTerminal.open();
                var port = SerialPort.open(far.device(), LineSettings.USUAL, false)) {
            var some = new byte[4096];
            int taken = 0;
            for (int last; (last = port.write(some, some.length)) > 0; ) taken += last;
            assertThat(taken).isPositive();
            port.wakeUp();
            port.await(true);
            assertThat(port.write(some, some.length)).isZero();
            port.purgeOutput();
            far.write(ascii("x"));
            port.await(false);
            assertThat(port.read(some)).isEqualTo(1);
        }
    }

    @Test
    void theEndOfTheDeviceIsHeard() throws IOException {
        var far = PseudoTerminal.open();
        try (var port = SerialPort.open(far.device(), LineSettings.USUAL, false)) {
            far.close();
            port.await(false);
            int ended;
            try {
                ended = port.read(new byte[10]);
            } catch (IOException e) {
                ended = -1;
            }
            assertThat(ended).isEqualTo(-1);
        }
    }

    @Test
    void whatCannotBeOpenedSaysWhy() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> SerialPort.open(Path.of("/dev/no-such-line"), LineSettings.USUAL, false))
                .withMessage("open /dev/no-such-line: No such file or directory");
        assertThatIOException()
                .isThrownBy(() -> SerialPort.open(Path.of("/dev/null"), LineSettings.USUAL, false))
                .withMessage("exclusive use of /dev/null: Inappropriate ioctl for device");
        try (var far = PseudoTerminal.open()) {
            var port = SerialPort.open(far.device(), LineSettings.USUAL, false);
            port.close();
            port.close();
            port.wakeUp();
            assertThatIOException()
                    .isThrownBy(() -> port.set(LineSettings.USUAL))
                    .withMessage(far.device() + ": is closed");
        }
    }
}
