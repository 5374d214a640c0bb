package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LogReaderTest {
    private static final String LOG = """
            2026-11-24T10:00:00.000000001Z stdout F one
            2026-11-24T10:00:01.000000001Z stderr F two
            2026-11-24T10:00:02.000000001Z stdout P thr
            2026-11-24T10:00:03.000000001Z stdout F ee
            not a line of ours
            2026-11-24T10:00:04.000000001Z stdout F\040
            """;

    @TempDir
    private Path folder;

    static Stream<Arguments> cases() {
        return Stream.of(
                argumentSet("all", options(null, null, false, null), "one\ntwo\nthree\n\n"),
                argumentSet("the last lines", options(3L, null, false, null), "ee\n\n"),
                argumentSet("no lines", options(0L, null, false, null), ""),
                argumentSet("more lines than there are", options(99L, null, false, null), "one\ntwo\nthree\n\n"),
                argumentSet("since", options(null, "2026-11-24T10:00:01.000000001Z", false, null), "two\nthree\n\n"),
                argumentSet("so many bytes", options(null, null, false, 6L), "one\ntw"),
                argumentSet(
                        "times, of a line that came in parts once",
                        options(null, "2026-11-24T10:00:02Z", true, null),
                        "2026-11-24T10:00:02.000000001Z three\n2026-11-24T10:00:04.000000001Z \n"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void copiesWhatIsAskedFor(LogReader.Options options, String text) throws Exception {
        var file = Files.writeString(folder.resolve("0.log"), LOG);
        var out = new ByteArrayOutputStream();
        LogReader.copy(file, options, () -> false, out);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void findsTheLastLinesOfALongFile() throws Exception {
        var lines = new StringBuilder();
        for (int i = 0; i < 5000; i++)
            lines.append("2026-11-24T10:00:00Z stdout F line ").append(i).append('\n');
        var file = Files.writeString(folder.resolve("0.log"), lines);
        var out = new ByteArrayOutputStream();
        LogReader.copy(file, options(1000L, null, false, null), () -> false, out);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(1000)
                .startsWith("line 4000")
                .endsWith("line 4999");
    }

    @Test
    void followsUntilTheContainerEndsThoughItsLogIsRenamed() throws Exception {
        var file = Files.writeString(folder.resolve("0.log"), "2026-11-24T10:00:00Z stdout F one\n");
        var running = new AtomicBoolean(true);
        var first = new CountDownLatch(1);
        var three = new CountDownLatch(1);
        var out = new ByteArrayOutputStream();
        var signalling = new OutputStream() {
            @Override
            public void write(int b) {
                out.write(b);
            }

            @Override
            public void flush() {
                first.countDown();
                if (out.size() == 14) three.countDown();
            }
        };
        var options = new LogReader.Options(true, null, null, false, null);
        var reader = Thread.ofVirtual().start(() -> {
            try {
                LogReader.copy(file, options, running::get, signalling);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        first.await();
        Files.writeString(file, "2026-11-24T10:00:01Z stdout F two\n", StandardOpenOption.APPEND);
        var next = Files.writeString(folder.resolve("next"), "2026-11-24T10:00:02Z stdout F three\n");
        Files.move(file, folder.resolve("0.log.20261124-100002"));
        Files.move(next, file);
        three.await();
        running.set(false);
        reader.join();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo\nthree\n");
    }

    private static LogReader.Options options(
            @Nullable Long tail, @Nullable String since, boolean times, @Nullable Long limit) {
        return new LogReader.Options(false, tail, since == null ? null : Instant.parse(since), times, limit);
    }
}
