package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CgroupsTest {
    @TempDir
    private Path root;

    @Test
    void aGroupGoesWithThoseBelowItFromEveryHierarchy() throws IOException {
        var cpu = Files.createDirectories(root.resolve("cpu"));
        var memory = Files.createDirectories(root.resolve("memory"));
        Files.createDirectories(cpu.resolve("kubepods/pod1/container"));
        Files.createDirectories(memory.resolve("kubepods/pod1"));
        new Cgroups(List.of(cpu, memory, root.resolve("not-there"))).remove("kubepods/pod1");
        assertThat(cpu.resolve("kubepods")).isEmptyDirectory();
        assertThat(memory.resolve("kubepods")).isEmptyDirectory();
    }

    @Test
    void aGroupInUseDoesNotKeepTheOthers() throws IOException {
        var busy = Files.createDirectories(root.resolve("busy"));
        var idle = Files.createDirectories(root.resolve("idle/pod1")).getParent();
        Files.writeString(Files.createDirectories(busy.resolve("pod1")).resolve("a-real-file"), "");
        assertThatIOException().isThrownBy(() -> new Cgroups(List.of(busy, idle)).remove("pod1"));
        assertThat(idle).isEmptyDirectory();
    }

    @Test
    void aSharedGroupGoesOnceNothingIsBelowIt() throws IOException {
        var used = Files.createDirectories(root.resolve("used/kubepods/pod2"));
        var unused = Files.createDirectories(root.resolve("unused/kubepods"));
        new Cgroups(List.of(root.resolve("used"), root.resolve("unused"))).removeIfUnused("kubepods");
        assertThat(used).exists();
        assertThat(unused).doesNotExist();
    }

    @Test
    void theRootAndWhatIsOutsideAreRefused() {
        var groups = new Cgroups(List.of(root));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.remove(""));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.remove("../x"));
    }
}
