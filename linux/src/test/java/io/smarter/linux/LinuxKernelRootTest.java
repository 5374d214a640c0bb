package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
final class LinuxKernelRootTest {
    @TempDir
    private Path folder;

    @Test
    void aFileSystemIsMountedAndTakenOff() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        var kernel = new LinuxKernel();
        kernel.mount("here", folder, "tmpfs", Set.of(Kernel.MountFlag.NO_DEV), "size=64k");
        try {
            assertThat(Mounts.under(folder)).containsExactly(new Mounts.Mount("/", folder, "tmpfs", "here"));
        } finally {
            Mounts.remove(folder, kernel);
        }
        assertThat(Mounts.under(folder)).isEmpty();
    }
}
