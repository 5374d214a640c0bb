package io.smarter.linux;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GroupUsageTest {
    private static final GroupLimits LIMITS = new GroupLimits(512, 50_000, 64 << 20, 100, Map.of("2MB", 4L << 20));

    @TempDir
    private Path root;

    private Path folder(String path) throws IOException {
        return Files.createDirectories(root.resolve(path));
    }

    @Test
    void version1IsReadFromItsHierarchies() throws IOException {
        var cpu = folder("cpu/pod");
        Files.writeString(cpu.resolve("cpuacct.usage"), "7000000000\n");
        Files.writeString(cpu.resolve("cpu.stat"), "nr_periods 10\nnr_throttled 3\nthrottled_time 500\n");
        var memory = folder("memory/pod");
        Files.writeString(memory.resolve("memory.usage_in_bytes"), "5000\n");
        Files.writeString(memory.resolve("memory.limit_in_bytes"), "9223372036854771712\n");
        Files.writeString(
                memory.resolve("memory.stat"),
                "inactive_file 1\ntotal_inactive_file 2000\ntotal_rss 1500\ntotal_cache 3000\ntotal_pgfault 9\n");
        Files.writeString(folder("pids/pod").resolve("pids.current"), "4\n");
        Files.writeString(folder("unified/pod").resolve("cpu.stat"), "usage_usec 1\n");
        var usage = requireNonNull(groups("cpu", "memory", "pids", "unified").usage("pod"));
        assertThat(usage)
                .isEqualTo(new GroupUsage(7_000_000_000L, 0, 0, 10, 3, 500, 5000, 2000, 1500, 3000, 0, 9, 0, 4));
        assertThat(usage.workingSet()).isEqualTo(3000);
    }

    @Test
    void version2IsReadFromOneFolder() throws IOException {
        var pod = folder("unified/kubepods/pod");
        Files.writeString(pod.resolve("cpu.stat"), "usage_usec 7\nuser_usec 5\nsystem_usec 2\nnr_periods 1\n");
        Files.writeString(pod.resolve("memory.current"), "5000\n");
        Files.writeString(pod.resolve("memory.max"), "max\n");
        Files.writeString(pod.resolve("memory.stat"), "anon 1500\nfile 3000\ninactive_file 6000\npgmajfault 1\n");
        Files.writeString(pod.resolve("pids.current"), "4\n");
        var usage = requireNonNull(groups("unified").usage("kubepods/pod"));
        assertThat(usage).isEqualTo(new GroupUsage(7000, 5000, 2000, 1, 0, 0, 5000, 6000, 1500, 3000, 0, 0, 1, 4));
        assertThat(usage.workingSet()).isZero();
        assertThat(groups("unified").usage("kubepods/other")).isNull();
    }

    @Test
    void aProcessIsFoundInAGroupOrBelowIt() throws IOException {
        Files.writeString(folder("memory/pod").resolve("cgroup.procs"), "");
        Files.writeString(folder("memory/pod/one").resolve("cgroup.procs"), "");
        assertThat(groups("memory").process("pod")).isZero();
        Files.writeString(folder("memory/pod/two").resolve("cgroup.procs"), "17\n18\n");
        assertThat(groups("memory").process("pod")).isEqualTo(17);
    }

    @Test
    void limitsAreWrittenToVersion1() throws IOException {
        for (var name : List.of("cpu,cpuacct", "memory", "pids", "hugetlb", "freezer")) folder(name);
        groups("cpu,cpuacct", "memory", "pids", "hugetlb", "freezer").limit("kubepods/pod", LIMITS);
        assertThat(root.resolve("cpu,cpuacct/kubepods/pod/cpu.shares")).hasContent("512");
        assertThat(root.resolve("cpu,cpuacct/kubepods/pod/cpu.cfs_quota_us")).hasContent("50000");
        assertThat(root.resolve("memory/kubepods/pod/memory.limit_in_bytes")).hasContent("67108864");
        assertThat(root.resolve("pids/kubepods/pod/pids.max")).hasContent("100");
        assertThat(root.resolve("hugetlb/kubepods/pod/hugetlb.2MB.limit_in_bytes"))
                .hasContent("4194304");
        assertThat(root.resolve("freezer/kubepods")).doesNotExist();
    }

    @Test
    void limitsAreWrittenToVersion2WithItsControllersPassedDown() throws IOException {
        Files.writeString(folder("unified").resolve("cgroup.controllers"), "cpuset cpu memory pids\n");
        groups("unified").limit("kubepods/pod", LIMITS);
        assertThat(root.resolve("unified/kubepods/cgroup.subtree_control")).hasContent("+pids");
        var pod = root.resolve("unified/kubepods/pod");
        assertThat(pod.resolve("cpu.weight")).hasContent("20");
        assertThat(pod.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(pod.resolve("memory.max")).hasContent("67108864");
        assertThat(pod.resolve("pids.max")).hasContent("100");
        assertThat(pod.resolve("hugetlb.2MB.max")).doesNotExist();
    }

    @Test
    void aLimitThatIsRefusedKeepsNoOtherBack() throws IOException {
        folder("memory/pod/memory.limit_in_bytes");
        folder("pids");
        assertThatIOException()
                .isThrownBy(() -> groups("memory", "pids").limit("pod", LIMITS))
                .withMessageContaining("memory.limit_in_bytes can't be set to 67108864");
        assertThat(root.resolve("pids/pod/pids.max")).hasContent("100");
    }

    private Cgroups groups(String... hierarchies) {
        return new Cgroups(List.of(hierarchies).stream().map(root::resolve).toList());
    }
}
