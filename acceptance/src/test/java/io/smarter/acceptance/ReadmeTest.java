package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README's first session, run in order by one shell, as a reader would type them. */
@Tag("root")
final class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder = Path.of("");

    private Run run() {
        return new Run().with("SMARTER_DATA", folder.resolve("data").toString()).with("SMARTER_PORT", "17443");
    }

    @AfterEach
    void stopWhatTheReaderLeft() throws Exception {
        run().run("./smarter", "down", "--purge").ok();
    }

    @Test
    void firstSessionRunsAsWritten() throws Exception {
        Run.needKubectl();
        var readme = Files.readString(Run.HOME.resolve("README.md"));
        var script =
                BLOCK.matcher(readme).results().map(block -> block.group(1)).collect(Collectors.joining("\n"));
        assertThat(script).contains("kubectl rollout undo");
        var archive = folder.resolve("busybox.tar");
        BusyboxImage.write(archive);
        var loaded = script.replaceFirst("\n", "\n./smarter image load " + archive + "\n");

        var result = run().run("sh", "-ex", "-c", loaded);

        result.ok();
        assertThat(result.out()).contains("rolled out").contains("hello from gateway-1");
    }
}
