package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VolumesTest {
    @TempDir
    private Path folder;

    private final Map<String, Json.Obj> objects = new HashMap<>();
    private final List<Path> mounted = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    private final Tmpfs tmpfs = new Tmpfs() {
        @Override
        public void mount(Path at, long size) {
            mounted.add(at);
            sizes.add(size);
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

    private final FakeCloud cloud = new FakeCloud();
    private final PodTokens tokens = new PodTokens(cloud, () -> Instant.ofEpochSecond(1), () -> {});

    private Volumes volumes() {
        return new Volumes(
                folder.resolve("pod"),
                folder.resolve("memory/pod"),
                tmpfs,
                (kind, _, name) -> objects.get(kind + "/" + name),
                tokens);
    }

    @Test
    void showsAConfigMapAndItsNextVersionWhole() throws Exception {
        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "1", "b", "2")));
        var volumes = volumes();
        volumes.setUp(fields("""
                {"name":"v","configMap":{"name":"c","defaultMode":384}}"""), false);
        var path = volumes.path("v", "");
        assertThat(path.resolve("a")).hasContent("1");
        assertThat(Files.readSymbolicLink(path.resolve("a"))).hasToString("..data/a");
        assertThat(Files.getAttribute(path.resolve("a"), "unix:mode")).isEqualTo(0100600);
        assertThat(volumes.isReadOnly("v")).isTrue();

        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "3")));
        volumes.setUp(fields("""
                {"name":"v","configMap":{"name":"c","defaultMode":384}}"""), false);
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
                {"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"deep/er/k"}]}}"""), false);
        assertThat(volumes.path("v", "").resolve("deep/er/k")).hasContent("hi");
        assertThat(mounted).containsExactly(folder.resolve("memory"));
        assertThat(volumes.path("v", "")).startsWith(folder.resolve("memory"));
        volumes.remove();
        assertThat(folder.resolve("pod")).doesNotExist();
        assertThat(folder.resolve("memory")).isEmptyDirectory();
    }

    static Stream<Arguments> sizesInMemory() {
        return Stream.of(
                argumentSet("as large as the node's", "{}", "", 1L << 30),
                argumentSet("as large as it says", "{}", ",\"sizeLimit\":\"1Mi\"", 1L << 20),
                argumentSet("as large as the pod's", "{\"memory\":\"16Mi\"}", "", 16L << 20),
                argumentSet("no larger than that", "{\"memory\":\"16Mi\"}", ",\"sizeLimit\":\"1Gi\"", 16L << 20));
    }

    @ParameterizedTest
    @MethodSource("sizesInMemory")
    void aVolumeInMemoryIsBounded(String limits, String more, long size) throws Exception {
        var fields = fields("{\"name\":\"v\",\"emptyDir\":{\"medium\":\"Memory\"%s}}".formatted(more));
        var container = Json.obj("name", "a", "resources", Json.obj("limits", Json.parse(limits)));
        var pod = new Pod(fields.pod().tree().withAt(Json.arr(container), "spec", "containers"));
        volumes().setUp(new Fields(pod, fields.node(), List.of()), false);
        assertThat(sizes).containsExactly(size);
    }

    @Test
    void joinsProjectedSources() throws Exception {
        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "1")));
        var volumes = volumes();
        volumes.setUp(fields("""
                {"name":"v","projected":{"sources":[{"configMap":{"name":"c"}},
                  {"downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}},
                                           {"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}}"""), false);
        var path = volumes.path("v", "");
        assertThat(path.resolve("a")).hasContent("1");
        assertThat(path.resolve("name")).hasContent("p");
        assertThat(path.resolve("labels")).hasContent("app=\"x\"");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","configMap":{"name":"none"}}"""), false))
                .hasMessage("MountVolume.SetUp failed for volume \"v\" : configmap \"none\" not found");
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","hostPath":{"path":"/proc/self/status","type":"Directory"}}"""), false))
                .hasMessageEndingWith("hostPath type check failed: /proc/self/status is not a directory");
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","nfs":{"server":"x"}}"""), false))
                .hasMessageEndingWith("volume type 'nfs' is not supported");
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","projected":{"sources":[{"podCertificate":{"signerName":"a.b/c"}}]}}"""), false))
                .hasMessage(
                        "MountVolume.SetUp failed for volume \"v\" : projected source podCertificate: not supported");
        assertThatThrownBy(() -> volumes().setUp(fields("""
                        {"name":"v","hostPath":{"path":"/proc/none/file","type":"FileOrCreate"}}"""), false))
                .hasMessageEndingWith("/proc/none/file can't be made, its folder is missing");
    }

    @Test
    void aVolumeThatFailsKeepsNoOtherBack() {
        objects.put("ConfigMap/c", Json.obj("data", Json.obj("a", "1")));
        var volumes = volumes();
        assertThatThrownBy(() -> volumes.setUp(fields("""
                        {"name":"u","configMap":{"name":"none"}}""", """
                        {"name":"v","configMap":{"name":"c"}}"""), false)).hasMessageContaining("\"none\" not found");
        assertThat(folder.resolve("pod/volumes/v/a")).hasContent("1");
    }

    @Test
    void makesSubPathsButNotOutsideTheVolume() throws Exception {
        var volumes = volumes();
        volumes.setUp(fields("""
                {"name":"v","emptyDir":{}}"""), false);
        var volume = volumes.path("v", "");
        assertThat(volumes.path("v", "x/y"))
                .isDirectory()
                .isEqualTo(volume.toRealPath().resolve("x/y"));
        assertThat((int) Files.getAttribute(volume.resolve("x"), "unix:mode") & 07777)
                .isEqualTo(0755);
        assertThat((int) Files.getAttribute(volume.resolve("x/y"), "unix:mode") & 07777)
                .isEqualTo(0777);
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
                        {"name":"v","configMap":{"name":"c","items":[{"key":"a","path":"x/../../y"}]}}"""), false))
                .hasMessageContaining("must be relative and stay in the volume");
    }

    static Stream<Arguments> owners() {
        return Stream.of(
                argumentSet("nobody in particular", "{}", "{}", 0644, 0, 0),
                argumentSet("its user", "{'runAsUser':1000}", "{}", 0600, 1000, 0),
                argumentSet("its group", "{'fsGroup':2000}", "{}", 0640, 0, 2000),
                argumentSet("both", "{'runAsUser':1000,'fsGroup':2000}", "{}", 0640, 1000, 2000),
                argumentSet("its container's user", "{}", "{'runAsUser':1000}", 0600, 1000, 0));
    }

    @ParameterizedTest
    @MethodSource("owners")
    void aTokenBelongsToWhoRuns(String pod, String container, int mode, int user, int group) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "giving files away needs root");
        var fields = fields(TOKEN);
        var spec = fields.pod()
                .spec()
                .with("securityContext", Json.parse(pod.replace('\'', '"')))
                .with(
                        "containers",
                        Json.arr(Json.obj("name", "c", "securityContext", Json.parse(container.replace('\'', '"')))));
        var owned = new Fields(new Pod(fields.pod().tree().with("spec", spec)), fields.node(), List.of());
        fetch(owned);
        var volumes = volumes();
        volumes.setUp(owned, false);
        var file = volumes.path("v", "").resolve("sub/token");
        assertThat((int) Files.getAttribute(file, "unix:mode") & 0777).isEqualTo(mode);
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(user);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(group);
        assertThat(volumes.path("v", "")).startsWith(folder.resolve("memory"));
    }

    private static final String TOKEN = """
            {"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"sub/token"}},
              {"downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}}]}}]}}""";

    private void fetch(Fields fields) throws InterruptedException {
        tokens.refresh(fields.pod());
        tokens.await(Duration.ofSeconds(10));
    }

    @Test
    void aTokenComesLateAndIsReplacedInOneStep() throws Exception {
        var volumes = volumes();
        var fields = fields(TOKEN);
        assertThatThrownBy(() -> volumes.setUp(fields, false))
                .hasMessage("MountVolume.SetUp failed for volume \"v\" : failed to fetch token: "
                        + "the cloud has not answered yet");
        volumes.setUp(fields, true);
        var path = volumes.path("v", "");
        assertThat(path.resolve("name")).hasContent("p");
        assertThat(path.resolve("sub")).doesNotExist();
        var before = Files.readSymbolicLink(path.resolve("..data"));

        fetch(fields);
        volumes.setUp(fields, false);
        assertThat(path.resolve("sub/token")).hasContent(TokenTest.token(1, 3600));
        assertThat(path.resolve(before)).doesNotExist();
        assertThat(Files.readSymbolicLink(path.resolve("sub"))).hasToString("..data/sub");
    }

    @Test
    void aClaimIsGivenToThePodsGroupOnce() throws Exception {
        int group = (Integer) Files.getAttribute(folder, "unix:gid");
        var file = Files.createFile(
                Files.createDirectory(folder.resolve("storage")).resolve("file"));
        var claim = Json.obj(
                "metadata", Json.obj("uid", "c1"),
                "spec", Json.obj("volumeName", "pv"),
                "status", Json.obj("phase", "Bound"));
        var local = Json.obj("path", folder.resolve("storage").toString());
        objects.put("PersistentVolumeClaim/c", claim);
        objects.put(
                "PersistentVolume/pv", Json.obj("spec", Json.obj("claimRef", Json.obj("uid", "c1"), "local", local)));
        var fields = fields("""
                {"name":"v","persistentVolumeClaim":{"claimName":"c"}}""");
        var pod = fields.pod().tree().withAt(Json.obj("fsGroup", group), "spec", "securityContext");
        var owned = new Fields(new Pod(pod), fields.node(), List.of());
        var volumes = volumes();
        volumes.setUp(owned, false);
        assertThat((int) Files.getAttribute(file, "unix:mode") & 0777).isEqualTo(0664);
        Files.setAttribute(file, "unix:mode", 0600);
        volumes.setUp(owned, false);
        assertThat((int) Files.getAttribute(file, "unix:mode") & 0777).isEqualTo(0600);
    }

    private static Fields fields(String... volumes) {
        var pod = new Pod(Json.obj(
                "metadata", Json.obj("name", "p", "namespace", "farm", "uid", "u", "labels", Json.obj("app", "x")),
                "spec", Json.obj("volumes", Stream.of(volumes).map(Json::parse).toList())));
        return new Fields(pod, new Fields.Node("n", "192.0.2.7", 1000, 1L << 30), List.of());
    }
}
