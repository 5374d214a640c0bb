package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumesTest {
    @TempDir
    private Path folder;

    private final Map<String, Json.Obj> objects = new HashMap<>();
    private final List<Path> mounted = new ArrayList<>();
    private final Tmpfs tmpfs = new Tmpfs() {
        @Override
        public void mount(Path at, long size) {
            mounted.add(at);
        }

        @Override
        public void ensure(Path at) {
            mounted.add(at);
        }

        @Override
        public void unmount(Path at) {
            mounted.remove(at);
        }

        @Override
        public boolean isMounted(Path at) {
            return mounted.contains(at);
        }
    };

    private Volumes volumes() {
        return new Volumes(
                folder.resolve("pod"),
                folder.resolve("memory/pod"),
                tmpfs,
                (kind, _, name) -> objects.get(kind + "/" + name));
    }

    @Test
    void showsAConfigMapAndItsNextVersionWhole() throws Exception {
        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "1", "b", "2")));
        var volumes = volumes();
        volumes.setUp(fields("""
                {"name":"v","configMap":{"name":"c","defaultMode":384}}"""));
        var path = volumes.path("v", "");
        assertThat(path.resolve("a")).hasContent("1");
        assertThat(Files.readSymbolicLink(path.resolve("a"))).hasToString("..data/a");
        assertThat(Files.getAttribute(path.resolve("a"), "unix:mode")).isEqualTo(0100600);
        assertThat(volumes.isReadOnly("v")).isTrue();

        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "3")));
        volumes.setUp(fields("""
                {"name":"v","configMap":{"name":"c","defaultMode":384}}"""));
        assertThat(path.resolve("a")).hasContent("3");
        assertThat(path.resolve("b")).doesNotExist();
        try (var entries = Files.list(path)) {
            assertThat(entries.map(entry -> String.valueOf(entry.getFileName()))
                            .filter(name -> name.startsWith("..") && !name.equals("..data")))
                    .hasSize(1);
        }
    }

    @Test
    void keepsSecretsInMemory() throws Exception {
        objects.put("Secret/s", Json.obj("data", Json.obj("k", "aGk=")));
        var volumes = volumes();
        volumes.setUp(fields("""
                {"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"deep/er/k"}]}}"""));
        assertThat(volumes.path("v", "").resolve("deep/er/k")).hasContent("hi");
        assertThat(mounted).containsExactly(folder.resolve("memory"));
        assertThat(volumes.path("v", "")).startsWith(folder.resolve("memory"));
        volumes.remove();
        assertThat(folder.resolve("pod")).doesNotExist();
        assertThat(folder.resolve("memory")).isEmptyDirectory();
    }

    @Test
    void joinsProjectedSources() throws Exception {
        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "1")));
        var volumes = volumes();
        volumes.setUp(fields("""
                {"name":"v","projected":{"sources":[{"configMap":{"name":"c"}},
                  {"downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}},
                                           {"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}}"""));
        var path = volumes.path("v", "");
        assertThat(path.resolve("a")).hasContent("1");
        assertThat(path.resolve("name")).hasContent("p");
        assertThat(path.resolve("labels")).hasContent("app=\"x\"");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","configMap":{"name":"none"}}""")))
                .hasMessage("MountVolume.SetUp failed for volume \"v\" : configmap \"none\" not found");
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","hostPath":{"path":"/proc/self/status","type":"Directory"}}""")))
                .hasMessageEndingWith("hostPath type check failed: /proc/self/status is not a directory");
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","nfs":{"server":"x"}}""")))
                .hasMessageEndingWith("volume type 'nfs' is not supported");
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","hostPath":{"path":"/proc/none/file","type":"FileOrCreate"}}""")))
                .hasMessageEndingWith("/proc/none/file can't be made, its folder is missing");
    }

    @Test
    void aVolumeThatFailsKeepsNoOtherBack() {
        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "1")));
        var volumes = volumes();
        assertThatThrownBy(() -> volumes.setUp(fields("""
                        {"name":"u","configMap":{"name":"none"}}""", """
                        {"name":"v","configMap":{"name":"c"}}"""))).hasMessageContaining("\"none\" not found");
        assertThat(folder.resolve("pod/volumes/v/a")).hasContent("1");
    }

    @Test
    void makesSubPathsButNotOutsideTheVolume() throws Exception {
        var volumes = volumes();
        volumes.setUp(fields("""
                {"name":"v","emptyDir":{}}"""));
        var volume = volumes.path("v", "");
        assertThat(volumes.path("v", "x/y"))
                .isDirectory()
                .isEqualTo(volume.toRealPath().resolve("x/y"));
        assertThatThrownBy(() -> volumes.path("v", "../other")).hasMessageStartingWith("subPath: must stay");
        assertThatThrownBy(() -> volumes.path("v", "/etc")).hasMessageStartingWith("subPath: must stay");
        Files.createSymbolicLink(volume.resolve("out"), folder);
        assertThatThrownBy(() -> volumes.path("v", "out/z")).hasMessageStartingWith("subPath: must stay");
        assertThat(folder.resolve("z")).doesNotExist();
    }

    @Test
    void refusesPathsOfItemsThatLeaveTheVolume() throws IOException {
        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "1")));
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","configMap":{"name":"c","items":[{"key":"a","path":"x/../../y"}]}}""")))
                .hasMessageContaining("must be relative and stay in the volume");
    }

    private static Fields fields(String... volumes) {
        var pod = new Pod(Json.obj(
                "metadata", Json.obj("name", "p", "namespace", "farm", "uid", "u", "labels", Json.obj("app", "x")),
                "spec", Json.obj("volumes", Stream.of(volumes).map(Json::parse).toList())));
        return new Fields(pod, new Fields.Node("n", "192.0.2.7", 1000, 1), List.of());
    }
}
