package io.smarter.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smarter.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReleaseTest {
    private static final String SHA256 = "0".repeat(64);
    private static final ReleaseFile RUN = new ReleaseFile("run", true, 10, SHA256, 30);

    private static Release release(ReleaseFile... files) {
        return new Release("0.1.0-1", "linux-amd64", Instant.EPOCH, List.of(files));
    }

    private static ReleaseFile file(String path) {
        return new ReleaseFile(path, false, 1, SHA256, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "../x",
                "lib/../../x",
                "lib//x",
                "lib/",
                ".",
                "..",
                "lib/.hidden",
                "a\\b",
                "a b",
                "a\nb",
                "a\0",
                "~",
                "-rf"
            })
    void pathsThatCouldLeadElsewhereAreRefused(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> file(path)).withMessageContaining("path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "-a", "a-", "a b", "a\n", "é"})
    void namesThatAreNoLabelsAreRefused(String version) {
        assertThatIllegalArgumentException().isThrownBy(() -> Release.checkVersion(version));
    }

    @Test
    void listsThatNobodyCouldMeanAreRefused() {
        assertThat(release(RUN, file("lib/a")).size()).isEqualTo(11);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> release(file("lib/a")))
                .withMessageContaining("has no program 'run'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> release(RUN, file("a"), file("a")))
                .withMessageContaining("twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> release(RUN, file("a"), file("a/b")))
                .withMessageContaining("lies in a file");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Release("a", "linux-amd64", Instant.EPOCH, Collections.nCopies(5000, RUN)))
                .withMessageContaining("at most 4096 files");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReleaseFile("a", false, Long.MAX_VALUE, SHA256, 1))
                .withMessageContaining("size of a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> release(
                        RUN,
                        new ReleaseFile("a", false, ReleaseFile.LARGEST, SHA256, 1),
                        new ReleaseFile("b", false, ReleaseFile.LARGEST, SHA256, 1)))
                .withMessageContaining("at most 1073741824 bytes");
    }

    @Test
    void aListIsReadAsItWasWritten() {
        var release = release(RUN, file("lib/server/libjvm.so"));
        assertThat(Release.of(Json.parse(release.json().compact()))).isEqualTo(release);
        assertThatIllegalArgumentException().isThrownBy(() -> Release.of(Json.Obj.EMPTY));
    }
}
