package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MountsTest {
    @Test
    void aLineOfMountinfoIsReadWithItsEscapes() {
        var lines = List.of(
                "36 35 98:0 /mnt1 /mnt/a\\040b rw,noatime master:1 - ext3 /dev/root rw,errors=continue",
                "37 35 0:4 net:[4026532281] /run/netns/x rw shared:1 - nsfs nsfs rw",
                "torn");
        assertThat(Mounts.parse(lines))
                .containsExactly(
                        new Mounts.Mount("/mnt1", Path.of("/mnt/a b"), "ext3", "/dev/root"),
                        new Mounts.Mount("net:[4026532281]", Path.of("/run/netns/x"), "nsfs", "nsfs"));
    }

    @Test
    void thisMachineHasProcMounted() throws IOException {
        assertThat(Mounts.all()).extracting(Mounts.Mount::fileSystem).contains("proc");
        assertThat(Mounts.under(Path.of("/proc")).getLast().target()).isEqualTo(Path.of("/proc"));
    }
}
