package io.smarter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.linux.ContainerDevices.Node;
import io.smarter.linux.DeviceGroups.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceGroupsTest {
    @TempDir
    private Path folder;

    @TempDir
    private Path process;

    static Stream<Arguments> groups() {
        return Stream.of(
                argumentSet(
                        "version 1",
                        List.of("5:devices:/kubepods/pod1/c1", "1:cpu:/"),
                        new Place(true, "/kubepods/pod1/c1")),
                argumentSet("controllers together", List.of("5:pids,devices:/a:b"), new Place(true, "/a:b")),
                argumentSet("both", List.of("5:devices:/one", "0::/two"), new Place(true, "/one")),
                argumentSet(
                        "version 2",
                        List.of("1:name=systemd:/x", "0::/kubepods.slice/c.scope"),
                        new Place(false, "/kubepods.slice/c.scope")));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void theGroupOfDevicesIsFound(List<String> lines, Place place) throws IOException {
        assertThat(DeviceGroups.place(lines)).isEqualTo(place);
    }

    @Test
    void aProcessWithoutAGroupIsAnError() {
        assertThatIOException().isThrownBy(() -> DeviceGroups.place(List.of("1:cpu:/", "broken")));
    }

    @Test
    void aGroupIsFoundWhereItIsMounted() throws IOException {
        var ours = new Place(false, "/");
        var nodes = folder.resolve("node");
        var own = new Mounts.Mount("/", folder.resolve("own"), "cgroup2", "cgroup2");
        var node = new Mounts.Mount("/../..", nodes, "cgroup2", "cgroup2");
        var other = new Mounts.Mount("/", folder.resolve("other"), "cgroup", "cgroup");
        Files.writeString(process.resolve("cgroup"), "0::/../../kubepods/pod1\n");
        try (var open = OpenFolder.open(process)) {
            assertThat(new DeviceGroups(List.of(other, own, node), ours).of(open))
                    .isEqualTo(new ProgrammedDevices(nodes.resolve("kubepods/pod1")));
            assertThatIOException()
                    .isThrownBy(() -> new DeviceGroups(List.of(other, own), ours).of(open))
                    .withMessageContaining("/../../kubepods/pod1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5:devices:/", "5:devices:/gone (deleted)", "5:devices:/system/smarter"})
    void theGroupOfTheNodeOfTheEndedAndOursAreNeverChanged(String line) throws IOException {
        Files.writeString(process.resolve("cgroup"), line + "\n");
        var ours = new Place(true, "/system/smarter");
        try (var open = OpenFolder.open(process)) {
            assertThatIOException()
                    .isThrownBy(() -> new DeviceGroups(Mounts.all(), ours).of(open))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dev/null", "/", "/dev/../etc/x", "/dev/./x", "/a\0b"})
    void badPathsAreRefused(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Node(path, false, 1, 3, "rw", 0, 0, 0666));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wr", "x", "rwx", "rr"})
    void badPermissionsAreRefused(String permissions) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Node("/dev/x", false, 1, 3, permissions, 0, 0, 0666))
                .withMessageContaining("rwm");
    }
}
