package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.linux.LineSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever clients send, sessions neither throw nor grow. */
final class SessionFuzzTest {
    private static final int STREAMS = 10_000;
    /** What often begins something. */
    private static final int[] LIKELY = {255, 255, 255, 240, 250, 251, 252, 253, 254, 44, 44, 0, 1, 3, 5, 12, 13, 10};

    private final Device device = new Device(
            Path.of("/dev/no-such-line"), LineSettings.USUAL, false, new Journal(_ -> {}, () -> 0), () -> {});

    private static byte[] stream(Random random) {
        var stream = new byte[random.nextInt(3000)];
        int likely = random.nextInt(101);
        for (int i = 0; i < stream.length; i++)
            stream[i] =
                    (byte) (random.nextInt(100) < likely ? LIKELY[random.nextInt(LIKELY.length)] : random.nextInt(256));
        return stream;
    }

    @Test
    void tenThousandRandomStreams() {
        for (int seed = 0; seed < STREAMS; seed++) {
            var random = new Random(seed);
            var policy = seed % 2 == 0 ? WriterSeat.Policy.FIRST : WriterSeat.Policy.TAKEOVER;
            var sharing = new Sharing(device, new WriterSeat(policy, 0), new Journal(_ -> {}, () -> 0), false);
            var sessions = new Session[] {new Session("a", sharing, () -> {}), new Session("b", sharing, () -> {})};
            for (int turn = 0; turn < 4; turn++) {
                var session = sessions[random.nextInt(2)];
                var in = ByteBuffer.wrap(stream(random));
                while (in.hasRemaining()) {
                    int before = in.position();
                    session.process(in, turn);
                    session.linesAre(random.nextInt(0x200));
                    session.errors(random.nextInt(256));
                    assertThat(session.takeSaid().length).as("seed %s", seed).isLessThan(Session.MOST_SAID + 600);
                    sessions[0].takeSaid();
                    assertThat(in.position()).as("seed %s", seed).isGreaterThan(before);
                }
                assertThat(session.isHeld()).isFalse();
            }
            for (var session : sessions) session.close();
            assertThat(sharing.sessions()).isEmpty();
        }
    }

    @Test
    void whoDoesNotReadAnswersIsNotListenedTo() {
        var sharing =
                new Sharing(device, new WriterSeat(WriterSeat.Policy.FIRST, 0), new Journal(_ -> {}, () -> 0), false);
        var session = new Session("a", sharing, () -> {});
        var asks = ByteBuffer.allocate(3000);
        while (asks.remaining() >= 3)
            asks.put((byte) 255).put((byte) 251).put((byte) 99); // an option that is refused each time
        asks.flip();
        session.process(asks, 0);
        assertThat(asks.hasRemaining()).isTrue();
        int said = session.takeSaid().length;
        assertThat(said).isBetween(Session.MOST_SAID, Session.MOST_SAID + 10);
        session.process(asks, 0);
        assertThat(session.takeSaid()).isNotEmpty();
    }
}
