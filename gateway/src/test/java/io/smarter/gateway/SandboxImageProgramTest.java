package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.registry.ImageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SandboxImageProgramTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void itWaitsUntilItIsTold(String signal) throws Exception {
        var program =
                Files.write(folder.resolve("pause"), SandboxImageProgram.executable(ImageConfig.hostArchitecture()));
        assumeTrue(program.toFile().setExecutable(true), "the temporary folder takes no executables");
        var pause = new ProcessBuilder(program.toString()).start();
        try {
            awaitWaiting(pause.pid());
            new ProcessBuilder("kill", "-WINCH", Long.toString(pause.pid()))
                    .start()
                    .waitFor();
            assertThat(pause.isAlive()).isTrue();
            new ProcessBuilder("kill", "-" + signal, Long.toString(pause.pid()))
                    .start()
                    .waitFor();
            assertThat(pause.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(pause.exitValue()).isZero();
        } finally {
            pause.destroyForcibly();
        }
    }

    /** Until it sleeps in rt_sigtimedwait, whose number is 128 or 137. */
    private static void awaitWaiting(long pid) throws Exception {
        var call = Path.of("/proc/%d/syscall".formatted(pid));
        for (int i = 0; !Files.readString(call).matches("(128|137) .*\\s*"); i++) {
            assertThat(i).as(Files.readString(call)).isLessThan(2000);
            Thread.sleep(5);
        }
    }

    @Test
    void bothArchitecturesAreElfOfTheSameSize() {
        for (var architecture : new String[] {"amd64", "arm64"}) {
            assertThat(SandboxImageProgram.executable(architecture))
                    .startsWith(0x7f, 'E', 'L', 'F')
                    .hasSize(264);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxImageProgram.executable("riscv64"));
    }
}
