package io.smarter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How lines are divided, kept and handed from program to program. */
class LinesTest {
    static Stream<Arguments> divided() {
        var filler = "x".repeat(4094);
        return Stream.of(
                argumentSet("nothing", "", List.of()),
                argumentSet("whole lines", "a\nb\n", List.of("a\n", "b\n")),
                argumentSet("the last one is torn", "a\nb", List.of("a\n")),
                argumentSet("one is too long", "a\n" + "y".repeat(9000) + "\nb\n", List.of("a\n", "b\n")),
                argumentSet("one is as long as it may be", "y".repeat(7999) + "\n", List.of("y".repeat(7999) + "\n")),
                argumentSet("a block ends with a line", filler + "\n\nb\n", List.of(filler + "\n", "\n", "b\n")),
                argumentSet("a block ends within a line", filler + "yyyy\nb\n", List.of(filler + "yyyy\n", "b\n")));
    }

    @ParameterizedTest
    @MethodSource("divided")
    void bytesAreDividedIntoLines(String bytes, List<String> lines) throws IOException {
        assertThat(read(new ByteArrayInputStream(bytes.getBytes(UTF_8)))).isEqualTo(lines);
    }

    @Test
    void aFullBufferDropsTheOldest() throws InterruptedException {
        var buffer = new LineBuffer(10);
        for (var line : List.of("aaaa", "bbbb", "cccc")) buffer.add(line.getBytes(UTF_8));

        assertThat(buffer.state()).isEqualTo("2 lines wait, 1 dropped");
        assertThat(buffer.take(100)).extracting(String::new).containsExactly("bbbb", "cccc");
    }

    @Test
    void whatIsPutBackComesFirstAndIsOldest() throws InterruptedException {
        var buffer = new LineBuffer(10);
        buffer.add("aaaa".getBytes(UTF_8));
        buffer.add("bbbb".getBytes(UTF_8));
        var taken = buffer.take(5);
        buffer.add("cccc".getBytes(UTF_8));

        buffer.putBack(taken);

        assertThat(buffer.take(100)).extracting(String::new).containsExactly("bbbb", "cccc");
    }

    @Test
    void aLineLongerThanIsAskedForIsStillTaken() throws InterruptedException {
        var buffer = new LineBuffer(10);
        buffer.add("a".repeat(50).getBytes(UTF_8));

        assertThat(buffer.take(5)).hasSize(1);
    }

    @Test
    @Timeout(30)
    void linesSentBeforeAnyoneListensArriveAndSoDoThoseAfterARestart(@TempDir Path folder) throws Exception {
        var socket = folder.resolve("x.sock");
        var arrived = new LinkedBlockingQueue<String>();
        var outlet = new Outlet(socket);
        outlet.send("early\n".getBytes(UTF_8));
        var sender = start(outlet::run);
        try (var first = Inlet.listen(socket, line -> arrived.add(new String(line, UTF_8)))) {
            start(first::run);
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isEqualTo("early\n");
        }
        try (var second = Inlet.listen(socket, line -> arrived.add(new String(line, UTF_8)))) {
            start(second::run);
            var other = new Outlet(socket);
            other.send("late\n".getBytes(UTF_8));
            var otherSender = start(other::run);
            assertThat(arrived.poll(20, TimeUnit.SECONDS)).isEqualTo("late\n");
            otherSender.interrupt();
        }
        sender.interrupt();
    }

    @Test
    void aReadingSurvivesTheWayToTheFilter() {
        var reading = new Reading(
                "gw1", "system.disk.io/sda/read", 1.5e12, "By", Instant.parse("2026-11-24T05:00:00Z"), true);

        assertThat(Reading.parse(reading.innerLine())).isEqualTo(reading);
        assertThat(new String(reading.line(), UTF_8))
                .isEqualTo(
                        "{\"node\":\"gw1\",\"name\":\"system.disk.io/sda/read\",\"value\":1500000000000,\"unit\":\"By\",\"time\":\"2026-11-24T05:00:00Z\"}\n");
    }

    @Test
    void whatIsNoReadingIsNone() {
        for (var line :
                List.of("", "{", "[]", "{\"node\":\"a\",\"name\":\"b\",\"value\":\"1\",\"unit\":\"1\",\"time\":\"x\"}"))
            assertThat(Reading.parse(line.getBytes(UTF_8))).isNull();
    }

    private interface Loop {
        void run() throws Exception;
    }

    private static Thread start(Loop loop) {
        return Thread.ofVirtual().start(() -> {
            try {
                loop.run();
            } catch (Exception e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static List<String> read(InputStream in) throws IOException {
        var reader = new LineReader(in, 8000);
        var lines = new ArrayList<String>();
        for (byte[] line; (line = reader.next()) != null; ) lines.add(new String(line, UTF_8));
        return lines;
    }
}
