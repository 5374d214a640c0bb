package io.smarter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuntimeImageTest {
    @TempDir
    private Path folder;

    @Test
    void aJvmReadsTheArgumentsAsTheyWere() throws Exception {
        var tricky = "%4$s: 'x' \"y\" \\z # %n";
        var program = Files.writeString(
                folder.resolve("Show.java"),
                "void main(String[] given) { IO.print(System.getProperty(\"a\") + given[0]); }");
        var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        var file = Files.writeString(
                folder.resolve("arguments"),
                RuntimeImage.arguments(new String[] {java, "-Da=" + tricky, program.toString()}));
        var process = new ProcessBuilder(java, "@" + file, "more")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(said).isEqualTo(tricky + "more");
    }
}
