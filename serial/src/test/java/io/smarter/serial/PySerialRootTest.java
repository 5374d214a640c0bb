package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.serial.Shared.Plain;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applications as others write them: pyserial's client of RFC 2217 as the writer, plain TCP readers, and socat, which makes a
 * terminal of the tap. Needs Debian's packages python3-serial and socat.
 */
@Tag("root")
@Timeout(120)
final class PySerialRootTest {
    /** Does what it reads line by line, and answers each with what came of it. */
    private static final String CLIENT = """
            import serial, sys
            port = None
            for line in sys.stdin:
                try:
                    result = eval(line, {'serial': serial, 'port': port})
                    if isinstance(result, serial.SerialBase):
                        port = result
                        result = 'open'
                except Exception as e:
                    result = type(e).__name__ + ': ' + str(e)
                print(result, flush=True)
            """;

    @TempDir
    private Path folder;

    /** A Python process. */
    private static final class Python implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;

        Python() throws IOException {
            process = new ProcessBuilder("/usr/bin/python3", "-W", "ignore", "-c", CLIENT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            answers = process.inputReader();
        }

        String does(String expression) throws IOException {
            var to = process.outputWriter();
            to.write(expression + "\n");
            to.flush();
            return answers.readLine();
        }

        String opens(Shared shared, String settings) throws IOException {
            return does("serial.serial_for_url('rfc2217://127.0.0.1:%d?timeout=3', timeout=10, %s)"
                    .formatted(shared.server.listenPort(), settings));
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    @Test
    void twoApplicationsReadWhatAThirdAsksTheDeviceFor() throws IOException {
        try (var shared = new Shared(folder);
                var first = shared.tap();
                var second = shared.tap();
                var python = new Python()) {
            assertThat(python.opens(shared, "baudrate=9600")).isEqualTo("open");
            assertThat(shared.far.settings().baud()).isEqualTo(9600);
            assertThat(python.does("port.__setattr__('baudrate', 57600)")).isEqualTo("None");
            assertThat(shared.far.settings().baud()).isEqualTo(57_600);

            assertThat(python.does("port.write(bytes(range(256)) * 4)")).isEqualTo("1024");
            assertThat(shared.received(1024)).isEqualTo(allBytes(4));
            shared.far.write(allBytes(4));
            assertThat(first.read(1024)).isEqualTo(allBytes(4));
            assertThat(second.read(1024)).isEqualTo(allBytes(4));
            assertThat(python.does("port.read(1024) == bytes(range(256)) * 4")).isEqualTo("True");

            assertThat(python.does("port.__setattr__('rts', False)")).isEqualTo("None");
            assertThat(shared.server.device().line().lines() & 4).isZero();
            assertThat(python.does("port.__setattr__('rts', True)")).isEqualTo("None");
            assertThat(shared.server.device().line().lines() & 4).isEqualTo(4);
            assertThat(python.does("port.__setattr__('dtr', False)")).isEqualTo("None");
            assertThat(shared.server.device().line().lines() & 2).isZero();
            assertThat(python.does("port.send_break(0.01)")).isEqualTo("None");
            assertThat(python.does("port.__setattr__('xonxoff', True)")).isEqualTo("None");
            assertThat(shared.far.settings()).hasToString("57600 8N1 XON/XOFF");
            assertThat(python.does("port.reset_input_buffer()")).isEqualTo("None");
            assertThat(python.does("port.reset_output_buffer()")).isEqualTo("None");
            assertThat(python.does("(port.cd, port.cts, port.dsr, port.ri)")).isEqualTo("(True, True, True, False)");
        }
    }

    private static byte[] allBytes(int times) {
        var bytes = new byte[256 * times];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) i;
        return bytes;
    }

    @Test
    void whatTheDeviceCannotDoIsRefused() throws IOException {
        try (var shared = new Shared(folder);
                var python = new Python()) {
            assertThat(python.opens(shared, "parity='E'")) // a pseudo-terminal has none
                    .isEqualTo("ValueError: remote rejected value for option 'parity'");
        }
    }

    @Test
    void theSecondWriterIsRefusedUntilTheFirstLeaves() throws IOException {
        try (var shared = new Shared(folder);
                var first = new Python();
                var second = new Python()) {
            assertThat(first.opens(shared, "baudrate=9600")).isEqualTo("open");
            assertThat(second.opens(shared, "baudrate=19200"))
                    .isEqualTo("ValueError: remote rejected value for option 'baudrate'");
            assertThat(second.opens(shared, "baudrate=9600")) // of what it wants, all is so but for the writer's seat
                    .isEqualTo("ValueError: remote rejected value for option 'purge'");
            assertThat(shared.far.settings().baud()).isEqualTo(9600);
            assertThat(first.does("port.write(b'still mine')")).isEqualTo("10");
            assertThat(shared.received(10)).asString().isEqualTo("still mine");
            assertThat(first.does("port.close()")).isEqualTo("None");
            shared.awaitLine(line -> line.endsWith(" writes no more"));
            assertThat(second.opens(shared, "baudrate=19200")).isEqualTo("open");
            assertThat(shared.far.settings().baud()).isEqualTo(19_200);
            assertThat(second.does("port.write(b'now mine')")).isEqualTo("8");
            assertThat(shared.received(8)).asString().isEqualTo("now mine");
        }
    }

    @Test
    void aDeviceThatVanishesAndReturnsIsStillTheWriters() throws IOException {
        try (var shared = new Shared(folder);
                var reader = shared.tap();
                var python = new Python()) {
            assertThat(python.opens(shared, "baudrate=38400")).isEqualTo("open");
            shared.unplug();
            shared.awaitLine(line -> line.contains(": gone ("));
            assertThat(awaited(python, "port.cd", "False")).isTrue();
            shared.plugIn();
            shared.awaitLine(line -> line.contains(": open, 38400 8N1"));
            assertThat(awaited(python, "port.cd", "True")).isTrue();
            assertThat(python.does("port.write(b'back')")).isEqualTo("4");
            assertThat(shared.received(4)).asString().isEqualTo("back");
            shared.far.write(new byte[] {(byte) 255, 1});
            assertThat(python.does("port.read(2)")).isEqualTo("b'\\xff\\x01'");
            assertThat(reader.read(2)).containsExactly(255, 1);
        }
    }

    /** Whether an expression gets a value within some seconds. */
    private static boolean awaited(Python python, String expression, String value) throws IOException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); System.nanoTime() < end; )
            if (value.equals(python.does(expression))) return true;
        return false;
    }

    @Test
    void socatMakesATerminalOfTheTap() throws Exception {
        var terminal = folder.resolve("vport");
        try (var shared = new Shared(folder)) {
            var socat = new ProcessBuilder(
                            "socat", "pty,raw,echo=0,link=" + terminal, "tcp:127.0.0.1:" + shared.server.tapPort())
                    .inheritIO()
                    .start();
            try (var tap = new Plain(shared.server.tapPort());
                    var python = new Python()) {
                assertThat(awaited(python, "__import__('os').path.exists('" + terminal + "')", "True"))
                        .isTrue();
                assertThat(python.does("serial.Serial('" + terminal + "', timeout=10)"))
                        .isEqualTo("open");
                shared.far.write(allBytes(1));
                assertThat(python.does("port.read(256) == bytes(range(256))")).isEqualTo("True");
                assertThat(tap.read(256)).isEqualTo(allBytes(1));
            } finally {
                socat.destroy();
                socat.waitFor();
            }
        }
    }
}
