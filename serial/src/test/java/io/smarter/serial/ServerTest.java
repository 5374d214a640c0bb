package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections of the loopback and a pseudo-terminal of the kernel. */
@Timeout(60)
final class ServerTest {
    private static final int[] GREETING = {255, 251, 3, 255, 251, 0, 255, 253, 0};
    private static final int[] BINARY = {255, 251, 0, 255, 253, 0};
    private static final int[] WILL_COM_PORT = {255, 251, 44};
    private static final int[] ACCEPTED = {255, 253, 44};
    private static final int[] REFUSED = {255, 254, 44};
    private static final int[] BAUD_9600 = {255, 250, 44, 1, 0, 0, 37, 128, 255, 240};
    private static final int[] IS_9600 = {255, 250, 44, 101, 0, 0, 37, 128, 255, 240};
    private static final int[] IS_115200 = {255, 250, 44, 101, 0, 1, 0xC2, 0, 255, 240};

    @TempDir
    private Path folder;

    @Test
    void everybodyReadsEverythingAndOneWrites() throws IOException {
        try (var shared = new Shared(folder);
                var writer = shared.telnet();
                var other = shared.telnet();
                var tap = shared.tap()) {
            writer.readUntil(GREETING);
            writer.send(BINARY);
            writer.send(WILL_COM_PORT);
            writer.readUntil(ACCEPTED);
            writer.readUntil(255, 250, 44, 107, 128 | 32 | 16, 255, 240);
            writer.send(BAUD_9600);
            writer.readUntil(IS_9600);
            assertThat(shared.far.settings().baud()).isEqualTo(9600);
            writer.send('x', 255, 255, 13, 0, 10);
            assertThat(shared.received(5)).containsExactly('x', 0xFF, 13, 0, 10);

            other.send(BINARY);
            other.send(WILL_COM_PORT);
            other.readUntil(REFUSED);
            other.send(255, 250, 44, 1, 0, 1, 0xC2, 0, 255, 240);
            other.readUntil(IS_9600);
            other.send('y');
            var notice = "dread only: 127.0.0.1:" + writer.socket.getLocalPort() + " is the writer";
            other.readUntil(notice.chars().toArray());
            other.readUntil(255, 250, 44, 108, 255, 240);
            assertThat(shared.far.read(100)).isEmpty();
            assertThat(shared.far.settings().baud()).isEqualTo(9600);

            tap.send('z'); // of whom nobody wants to hear anything
            shared.far.write(TelnetParserTest.bytes(1, 255, 13, 0, 2));
            assertThat(tap.read(5)).containsExactly(1, 255, 13, 0, 2);
            writer.readUntil(1, 255, 255, 13, 0, 2);
            other.readUntil(1, 255, 255, 13, 0, 2);
            assertThat(shared.far.read(100)).isEmpty();

            writer.leave();
            other.readUntil(255, 253, 44); // it is asked again
            other.readUntil(255, 250, 44, 109, 255, 240);
            other.send(WILL_COM_PORT);
            other.send('y');
            assertThat(shared.received(1)).containsExactly('y');
        }
    }

    @Test
    void telnetWithoutBinaryAndWithoutComPortWorksForPeople() throws IOException {
        try (var shared = new Shared(folder);
                var writer = shared.telnet();
                var other = shared.telnet()) {
            writer.send('a', 13, 0, 'b');
            assertThat(shared.received(3)).containsExactly('a', 13, 'b');
            shared.far.write(TelnetParserTest.bytes(13, 'c', 13, 10, 'd'));
            writer.readUntil(13, 0, 'c', 13, 10, 'd');
            other.send('x');
            var notice = "\r\n[read only: 127.0.0.1:" + writer.socket.getLocalPort() + " is the writer]\r\n";
            other.readUntil(notice.chars().toArray());
            other.send('y');
            assertThat(other.isSilent()).isTrue();
        }
    }

    @Test
    void whoTakesOverIsTheWriter() throws IOException {
        try (var shared = new Shared(folder, "--writer=takeover");
                var first = shared.telnet();
                var second = shared.telnet()) {
            first.send(WILL_COM_PORT);
            first.readUntil(ACCEPTED);
            second.send(WILL_COM_PORT);
            second.readUntil(ACCEPTED);
            first.readUntil(REFUSED);
            first.readUntil(255, 250, 44, 108, 255, 240);
            first.send(BAUD_9600);
            first.readUntil(IS_115200);
            first.send('a');
            second.send('b');
            assertThat(shared.received(1)).containsExactly('b');
        }
    }

    @Test
    void whoIsSlowLosesItsOwnOldestBytesAlone() throws IOException {
        try (var shared = new Shared(folder, "--reader-buffer=64KiB");
                var slow = shared.tap();
                var quick = shared.tap()) {
            var block = new byte[64 << 10];
            for (int n = 0; n < 100; n++) { // more than the kernel keeps for a connection
                Arrays.fill(block, (byte) n);
                shared.far.write(block);
                assertThat(quick.read(block.length)).isEqualTo(block);
            }
            var line = shared.awaitLine(said -> said.contains(" is slow: "));
            assertThat(line).startsWith("127.0.0.1:" + slow.socket.getLocalPort());
            shared.far.write("end".getBytes(StandardCharsets.US_ASCII));
            assertThat(quick.read(3)).containsExactly('e', 'n', 'd');
            int got = 0;
            int last = 0;
            int steps = 0;
            for (int next; (next = slow.read(1)[0]) != 'e'; got++) {
                assertThat(next).isGreaterThanOrEqualTo(last);
                if (next > last + 1) steps++;
                last = next;
            }
            assertThat(steps).isPositive();
            assertThat(got).isLessThan(100 * block.length);
            assertThat(slow.read(2)).containsExactly('n', 'd');
        }
    }

    @Test
    void theRateOfReadersIsLimited() throws IOException {
        try (var shared = new Shared(folder, "--reader-rate=2000");
                var tap = shared.tap()) {
            long start = System.nanoTime();
            shared.far.write(new byte[3000]);
            assertThat(tap.read(3000)).containsOnly(0);
            // 500 at once, and 2500 at 2000 a second
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(1100L, 5000L);
        }
    }

    @Test
    void onePlaceMoreThanReadersHaveIsKeptForAWriter() throws IOException {
        try (var shared = new Shared(folder, "--readers=1");
                var reader = shared.tap()) {
            shared.far.write(new byte[] {1});
            reader.read(1);
            try (var refused = shared.tap()) {
                assertThat(refused.socket.getInputStream().read()).isEqualTo(-1);
            }
            shared.awaitLine(line -> line.endsWith(" is refused: 1 are connected"));
            try (var writer = shared.telnet()) {
                writer.send('a');
                assertThat(shared.received(1)).containsExactly('a');
            }
        }
    }

    @Test
    void whoIsSuspendedGetsItsBytesLater() throws IOException {
        try (var shared = new Shared(folder);
                var client = shared.telnet();
                var tap = shared.tap()) {
            client.readUntil(GREETING);
            client.send(BINARY);
            client.send(255, 250, 44, 8, 255, 240);
            client.send(255, 250, 44, 7, 255, 240);
            client.readUntil(255, 250, 44, 107, 176, 255, 240);
            shared.far.write(new byte[] {1, 2});
            tap.read(2);
            assertThat(client.isSilent()).isTrue();
            client.send(255, 250, 44, 9, 255, 240);
            assertThat(client.read(2)).containsExactly(1, 2);
        }
    }

    @Test
    void aDeviceThatVanishesComesBackAsItWas() throws IOException {
        try (var shared = new Shared(folder);
                var writer = shared.telnet();
                var tap = shared.tap()) {
            writer.send(WILL_COM_PORT);
            writer.readUntil(255, 250, 44, 107, 176, 255, 240);
            writer.send(BAUD_9600);
            writer.readUntil(IS_9600);
            for (int round = 0; round < 3; round++) {
                shared.unplug();
                writer.readUntil(255, 250, 44, 107, 8 | 2 | 1, 255, 240);
                shared.awaitLine(line -> line.contains(": gone ("));
                writer.send('s', 't', 'a', 'l', 'e');
                writer.send(255, 250, 44, 5, 7, 255, 240);
                writer.readUntil(255, 250, 44, 105, 8, 255, 240);
                shared.plugIn();
                writer.readUntil(255, 250, 44, 107, 176 | 8 | 2 | 1, 255, 240);
                assertThat(shared.far.settings().baud()).isEqualTo(9600);
                writer.send('n', 'e', 'w');
                assertThat(shared.received(3)).containsExactly('n', 'e', 'w');
                shared.far.write(new byte[] {(byte) round});
                assertThat(tap.read(1)).containsExactly(round);
            }
        }
    }

    @Test
    void whatAWriterSendsBeforeItLeavesArrivesThoughThePortIsSlow() throws IOException, InterruptedException {
        try (var shared = new Shared(folder);
                var writer = shared.telnet()) {
            var bytes = new byte[100_000];
            Arrays.fill(bytes, (byte) 'w');
            var sender = Thread.ofPlatform().daemon().start(() -> {
                try (writer) {
                    writer.socket.getOutputStream().write(bytes);
                    writer.socket.shutdownOutput();
                    writer.socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(shared.received(bytes.length)).containsOnly('w').hasSize(bytes.length);
            shared.awaitLine(line -> line.endsWith(" writes no more"));
            sender.join(Shared.PATIENCE_MS);
        }
    }

    @Test
    void aChangeWaitsUntilWhatWasWrittenBeforeIsSent() throws IOException {
        try (var shared = new Shared(folder);
                var writer = shared.telnet()) {
            writer.send(WILL_COM_PORT);
            writer.readUntil(255, 250, 44, 107, 176, 255, 240);
            var bytes = new byte[Device.ROOM]; // all of which is taken, and not all of it by the kernel
            Arrays.fill(bytes, (byte) 'w');
            writer.socket.getOutputStream().write(bytes);
            writer.send(BAUD_9600);
            assertThat(writer.isSilent()).isTrue();
            assertThat(shared.far.settings().baud()).isEqualTo(115_200);
            assertThat(shared.received(bytes.length)).containsOnly('w').hasSize(bytes.length);
            writer.readUntil(IS_9600);
            assertThat(shared.far.settings().baud()).isEqualTo(9600);
        }
    }

    @Test
    void aNewWriterResetsTheDeviceWhereThatIsWanted() throws IOException {
        try (var shared = new Shared(folder, "--reset-on-open=true");
                var writer = shared.telnet()) {
            long start = System.nanoTime();
            writer.send(255, 250, 44, 5, 7, 255, 240);
            writer.readUntil(255, 250, 44, 105, 8, 255, 240);
            writer.send(WILL_COM_PORT);
            writer.send(255, 250, 44, 5, 7, 255, 240);
            writer.readUntil(255, 250, 44, 105, 9, 255, 240); // DTR is down
            writer.send('a');
            assertThat(shared.received(1)).containsExactly('a');
            assertThat(System.nanoTime() - start).isGreaterThan(250_000_000L);
            writer.send(255, 250, 44, 5, 7, 255, 240);
            writer.readUntil(255, 250, 44, 105, 8, 255, 240);
        }
    }
}
