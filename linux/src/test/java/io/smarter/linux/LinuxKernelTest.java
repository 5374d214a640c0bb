package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LinuxKernelTest {
    @Test
    void aFailedCallNamesTargetAndReason() {
        var kernel = new LinuxKernel();
        assertThatIOException()
                .isThrownBy(() -> kernel.mount("none", Path.of("/no/such/folder"), "tmpfs", Set.of(), ""))
                .withMessageStartingWith("mount: /no/such/folder: ");
        assertThatIOException()
                .isThrownBy(() -> kernel.unmount(Path.of("/no/such/folder")))
                .withMessageStartingWith("umount: /no/such/folder: ");
    }
}
