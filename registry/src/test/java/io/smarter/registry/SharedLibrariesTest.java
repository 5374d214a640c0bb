package io.smarter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedLibrariesTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    private Path folder;

    @Test
    void aProgramNamesItsLoaderAndItsLibraries() throws IOException {
        var elf = ElfFile.read(JAVA);

        assertThat(elf.needed()).contains("libjli.so", "libc.so.6");
        assertThat(elf.interpreter())
                .hasValueSatisfying(path -> assertThat(path).startsWith("/lib"));
    }

    @Test
    void whatIsNoElfNeedsNothing() throws IOException {
        assertThat(ElfFile.read(Files.writeString(folder.resolve("a"), "#!/bin/sh\n"))
                        .needed())
                .isEmpty();
        assertThat(ElfFile.read(Files.writeString(folder.resolve("b"), "")).needed())
                .isEmpty();
    }

    @Test
    void halfAnElfIsAnErrorThatNamesTheFile() throws IOException {
        var half = Files.write(folder.resolve("half"), Arrays.copyOf(Files.readAllBytes(JAVA), 100));

        assertThatThrownBy(() -> ElfFile.read(half))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("half");
    }

    @Test
    void whatTheFolderHasItselfIsNotTakenFromTheMachine() throws IOException {
        Files.copy(JAVA, folder.resolve("java"));
        Files.copy(JAVA.resolveSibling("../lib/libjli.so"), folder.resolve("libjli.so"));

        var needed = SharedLibraries.neededBy(folder);

        assertThat(needed.keySet())
                .anyMatch(path -> path.endsWith("/libc.so.6"))
                .noneMatch(path -> path.contains("jli"));
        assertThat(needed.values()).allMatch(Files::isRegularFile);
    }

    @Test
    void aLibraryThatIsNowhereIsNamed() throws IOException {
        Files.copy(JAVA, folder.resolve("java"));

        assertThatThrownBy(() -> SharedLibraries.neededBy(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("needs libjli.so, which is in none of ");
    }
}
