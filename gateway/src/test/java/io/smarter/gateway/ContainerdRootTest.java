package io.smarter.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.RuntimeEvent;
import io.smarter.cri.v1.AuthConfig;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ContainerMetadata;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.ExecRequest;
import io.smarter.cri.v1.ImageSpec;
import io.smarter.cri.v1.LinuxPodSandboxConfig;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.cri.v1.PodSandboxFilter;
import io.smarter.cri.v1.PodSandboxMetadata;
import io.smarter.linux.Cgroups;
import io.smarter.linux.Mounts;
import io.smarter.linux.Processes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
final class ContainerdRootTest {
    private static final String IMAGE = "localhost/test/busybox:1";
    private static final Duration GRACE = Duration.ofSeconds(1);

    @TempDir
    private Path data;

    private Containerd containerd;
    private StockNetwork network;

    @BeforeEach
    void start() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "running containers needs root");
        for (var program : List.of("/usr/bin/containerd", "/usr/sbin/runc", "/usr/lib/cni/bridge", "/bin/busybox"))
            assumeTrue(Files.isExecutable(Path.of(program)), program + " is missing");
        network = StockNetwork.in(data.resolve("cni"));
        containerd = new Containerd(data, network.folders());
        containerd.start();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (containerd == null) return;
        containerd.purge(GRACE);
        network.remove();
        var folders = ContainerdFolders.of(data);
        assertThat(folders.run()).doesNotExist();
        assertThat(folders.home()).doesNotExist();
        assertThat(Mounts.under(data.toRealPath())).isEmpty();
        assertThat(Mounts.under(folders.run())).isEmpty();
        assertThat(Processes.all())
                .noneMatch(process -> process.command().stream().anyMatch(word -> word.contains(folders.name())));
        Cgroups.mounted().remove("smarter-test");
    }

    private void loadBusybox() throws Exception {
        TestBusybox.load(containerd, data.resolve("busybox.tar"), IMAGE);
    }

    private PodSandboxConfig sandbox(String name) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("test")
                        .setUid(UUID.randomUUID().toString()))
                .setHostname(name)
                .setLogDirectory(data.resolve("logs/" + name).toString())
                .setLinux(LinuxPodSandboxConfig.newBuilder().setCgroupParent("/smarter-test/" + name))
                .build();
    }

    private static ContainerConfig container(String script) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                .setImage(ImageSpec.newBuilder().setImage(IMAGE))
                .addAllCommand(List.of("/bin/sh", "-c", script))
                .setLogPath("main.log")
                .build();
    }

    @Test
    void aPodRunsAndIsTakenAwayWithoutATrace() throws Exception {
        loadBusybox();
        try (var cri = CriClient.connect(containerd.socket())) {
            var events = new LinkedBlockingQueue<RuntimeEvent>();
            try (var _ = cri.events(events::add)) {
                assertThat(next(events)).isInstanceOf(RuntimeEvent.Subscribed.class);
                var sandbox = sandbox("one");
                Files.createDirectories(data.resolve("logs/one"));
                var sandboxId = cri.runPodSandbox(sandbox, "");
                assertThat(next(events)).isEqualTo(new RuntimeEvent.Started(sandboxId));
                var address = cri.podSandboxStatus(sandboxId).getNetwork().getIp();
                assertThat(address).startsWith("10.38.");

                var id = cri.createContainer(sandboxId, container("echo hello; sleep 1000"), sandbox);
                cri.startContainer(id);
                assertThat(next(events)).isEqualTo(new RuntimeEvent.Started(id));
                assertThat(cri.containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
                var log = data.resolve("logs/one/main.log");
                for (int i = 0; Files.size(log) == 0 && i < 500; i++) Thread.sleep(10);
                assertThat(log).content().contains("stdout F hello");

                var answer = cri.execSync(id, List.of("sh", "-c", "echo $HOSTNAME; ip addr; exit 3"), GRACE);
                assertThat(answer.getExitCode()).isEqualTo(3);
                assertThat(answer.getStdout().toString(UTF_8))
                        .startsWith("one\n")
                        .contains(address + "/24");

                var url = cri.exec(ExecRequest.newBuilder()
                        .setContainerId(id)
                        .addCmd("sh")
                        .setStdout(true)
                        .build());
                try (var stream = new Socket(url.getHost(), url.getPort())) {
                    assertThat(stream.getInetAddress().isLoopbackAddress()).isTrue();
                }

                cri.stopContainer(id, Duration.ZERO);
                assertThat(next(events)).isInstanceOfSatisfying(RuntimeEvent.Exited.class, exited -> {
                    assertThat(exited.containerId()).isEqualTo(id);
                    assertThat(exited.exitCode()).isEqualTo(137);
                });
                cri.removeContainer(id);
                cri.stopPodSandbox(sandboxId);
                cri.removePodSandbox(sandboxId);
                assertThat(cri.listPodSandbox(PodSandboxFilter.getDefaultInstance()))
                        .isEmpty();
            }
        }
    }

    private static RuntimeEvent next(LinkedBlockingQueue<RuntimeEvent> events) throws InterruptedException {
        while (true) {
            var event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            if (!(event instanceof RuntimeEvent.Deleted)) return event;
        }
    }

    @Test
    void aPodKeepsRunningWhileContainerdDiesAndTheAgentIsReplaced() throws Exception {
        loadBusybox();
        var folders = ContainerdFolders.of(data);
        try (var cri = CriClient.connect(containerd.socket())) {
            var sandbox = sandbox("two");
            Files.createDirectories(data.resolve("logs/two"));
            var sandboxId = cri.runPodSandbox(sandbox, "");
            var id = cri.createContainer(sandboxId, container("sleep 1000"), sandbox);
            cri.startContainer(id);

            var first = new ContainerdProcess(folders).running().orElseThrow();
            var events = new LinkedBlockingQueue<RuntimeEvent>();
            try (var _ = cri.events(events::add)) {
                assertThat(next(events)).isInstanceOf(RuntimeEvent.Subscribed.class);
                assertThat(first.destroyForcibly()).isTrue();
                assertThat(next(events)).isInstanceOf(RuntimeEvent.Subscribed.class);
            }
            var second = new ContainerdProcess(folders).running().orElseThrow();
            assertThat(second.pid()).isNotEqualTo(first.pid());
            assertThat(cri.containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);

            containerd.close();
            containerd = new Containerd(data, network.folders());
            containerd.start();
            assertThat(new ContainerdProcess(folders).running().orElseThrow().pid())
                    .isEqualTo(second.pid());
            assertThat(cri.containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        }
    }

    @Test
    void whatContainerdHasForgottenIsKilled() throws Exception {
        loadBusybox();
        var folders = ContainerdFolders.of(data);
        Path shim;
        try (var cri = CriClient.connect(containerd.socket())) {
            var sandbox = sandbox("three");
            Files.createDirectories(data.resolve("logs/three"));
            var sandboxId = cri.runPodSandbox(sandbox, "");
            shim = folders.shimSocket(sandboxId);
            cri.startContainer(cri.createContainer(sandboxId, container("sleep 1000"), sandbox));
        }
        assertThat(shim).exists();
        containerd.close();
        ContainerdProcess.stop(new ContainerdProcess(folders).running().orElseThrow());
        Files.delete(folders.root().resolve("io.containerd.metadata.v1.bolt/meta.db"));
        containerd.stop(GRACE);
        assertThat(shim).doesNotExist();
        containerd.stop(GRACE);
    }

    @Test
    void anImageIsPulledFromARegistryOnThisMachine() throws Exception {
        for (var program : List.of("/usr/bin/docker-registry", "/usr/bin/skopeo"))
            assumeTrue(Files.isExecutable(Path.of(program)), program + " is missing");
        loadBusybox();
        int port = freePort();
        var config = Files.writeString(data.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(data.resolve("registry"), port));
        var registry = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("registry.log").toFile())
                .start();
        try (var cri = CriClient.connect(containerd.socket())) {
            awaitPort(port);
            var name = "127.0.0.1:" + port + "/test/busybox:1";
            Command.run(
                    List.of(
                            "skopeo",
                            "copy",
                            "--insecure-policy",
                            "--dest-tls-verify=false",
                            "oci-archive:" + data.resolve("busybox.tar"),
                            "docker://" + name),
                    "");
            assertThat(cri.imageStatus(name)).isEmpty();
            var id = cri.pullImage(name, AuthConfig.getDefaultInstance(), sandbox("any"));
            assertThat(cri.imageStatus(name))
                    .get()
                    .satisfies(image -> assertThat(image.getId()).isEqualTo(id));
            assertThat(cri.imageFsInfo()).isNotEmpty();
            assertThatExceptionOfType(CriException.class)
                    .isThrownBy(() -> cri.pullImage(name + "x", AuthConfig.getDefaultInstance(), sandbox("any")))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CriException.Code.NOT_FOUND));
            cri.removeImage(name);
            assertThat(cri.imageStatus(name)).isEmpty();
        } finally {
            registry.destroy();
            registry.waitFor();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port) throws Exception {
        for (int i = 0; i < 500; i++) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (ConnectException _) {
                Thread.sleep(20);
            }
        }
        throw new AssertionError("nothing listens on port " + port);
    }
}
