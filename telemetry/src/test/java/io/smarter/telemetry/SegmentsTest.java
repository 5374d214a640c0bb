package io.smarter.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentsTest {
    private static final Limits SMALL = new Limits(10, 3, 100, 4);

    @TempDir
    private Path folder;

    @Test
    void aFullSegmentIsFollowedByAnotherAndTheOldestGoes() throws IOException {
        try (var segments = Segments.open(folder, SMALL)) {
            for (int i = 1; i <= 5; i++)
                segments.append("line-%d\n".formatted(i).getBytes(UTF_8));

            assertThat(segments.last(9))
                    .extracting(Files::readString)
                    .containsExactly("line-3\n", "line-4\n", "line-5\n");
        }
        assertThat(folder).isDirectoryNotContaining("glob:**/readings-*2.ndjson");
    }

    static Stream<Arguments> torn() {
        return Stream.of(
                argumentSet("nothing written", "", ""),
                argumentSet("whole lines", "a\nb\n", "a\nb\n"),
                argumentSet("torn last line", "a\nb\n{\"no", "a\nb\n"),
                argumentSet("only a torn line", "{\"no", ""),
                argumentSet("torn line longer than a block", "a\n" + "x".repeat(9000), "a\n"),
                argumentSet("torn line ends at a block", "a\n" + "x".repeat(4096), "a\n"));
    }

    @ParameterizedTest
    @MethodSource("torn")
    void aTornLineIsCutAtOpen(String found, String kept) throws IOException {
        var file = Files.writeString(folder.resolve("readings-0000000000000007.ndjson"), found);

        try (var segments = Segments.open(folder, Limits.DEFAULT)) {
            segments.append("next\n".getBytes(UTF_8));
        }

        assertThat(file).hasContent(kept + "next\n");
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        Files.writeString(folder.resolve("readings-old.ndjson"), "mine");

        Segments.open(folder, SMALL).close();

        assertThat(folder.resolve("readings-old.ndjson")).hasContent("mine");
    }
}
