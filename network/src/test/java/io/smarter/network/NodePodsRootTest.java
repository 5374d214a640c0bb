package io.smarter.network;

import static io.smarter.network.NameTableTest.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.cri.RuntimeEvent;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ContainerMetadata;
import io.smarter.cri.v1.ImageSpec;
import io.smarter.cri.v1.LinuxPodSandboxConfig;
import io.smarter.cri.v1.LinuxSandboxSecurityContext;
import io.smarter.cri.v1.Mount;
import io.smarter.cri.v1.NamespaceMode;
import io.smarter.cri.v1.NamespaceOption;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.cri.v1.PodSandboxMetadata;
import io.smarter.dns.RecordType;
import io.smarter.dns.ResourceRecord;
import io.smarter.dns.Zone.Answer;
import io.smarter.json.Json;
import io.smarter.linux.Cgroups;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a real containerd, and pods that it really runs. */
@Tag("root")
@Timeout(180)
class NodePodsRootTest {
    private static final String GROUP = "smarter-names-test";
    private static final List<ServiceObject> SERVICES = List.of(ServiceObject.of(Json.obj(
            "metadata", Json.obj("namespace", "farm", "name", "cams"),
            "spec",
                    Json.obj(
                            "selector", Json.obj("app", "cam"),
                            "ports", Json.arr(Json.obj("name", "rtsp", "port", 554, "targetPort", "rtsp"))))));

    @TempDir
    private Path folder;

    private TestContainerd containerd;
    private NodePods pods;
    private LocalNames names;

    @BeforeEach
    void start() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "running containers needs root");
        for (var program : List.of("/usr/bin/containerd", "/usr/sbin/runc", "/usr/lib/cni/loopback", "/bin/busybox"))
            assumeTrue(Files.isExecutable(Path.of(program)), program + " is missing");
        pods = new NodePods();
        var settings = new NameSettings(
                "cluster.local",
                List.of(ip("10.39.0.1")),
                List.of(IpBlock.of("10.39.0.0/16").orElseThrow()),
                ip("169.254.0.2"),
                InetAddress.getLocalHost().getHostName());
        names = new LocalNames(settings, pods, () -> SERVICES);
        pods.follow(List.of(folder + "/*/containerd.sock"));
        var run = Files.createDirectory(folder.resolve("run"));
        containerd = new TestContainerd(run);
        Thread.ofPlatform().daemon().start(this::serve);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (containerd != null) containerd.close();
        if (pods != null) pods.close();
        Cgroups.mounted().remove(GROUP);
    }

    /** Answers for the plugin as a CNI server does. */
    private void serve() {
        int next = 2;
        try {
            while (true) {
                var words = containerd.asked().split("[ ;=]");
                if (words[0].equals("DEL")) {
                    pods.detached(words[1]);
                    containerd.answer("done");
                } else {
                    var arguments = List.of(words);
                    var address = "10.39.0." + next++;
                    pods.attached(
                            words[1],
                            after(arguments, "K8S_POD_NAMESPACE"),
                            after(arguments, "K8S_POD_NAME"),
                            after(arguments, "K8S_POD_UID"),
                            List.of(ip(address)));
                    containerd.answer(address);
                }
            }
        } catch (IOException _) {
            // the folder is gone
        }
    }

    private static String after(List<String> words, String word) {
        return words.get(words.indexOf(word) + 1);
    }

    @Test
    void anApplicationsFirstInstructionFindsItsNameAndItsEndTakesItAway() throws Exception {
        var first = new ArrayList<Long>();
        var last = new ArrayList<Long>();
        var own = new ArrayList<Long>();
        var ended = new ConcurrentHashMap<String, Long>();
        try (var _ = containerd.cri.events(event -> {
            if (event instanceof RuntimeEvent.Exited exited) ended.put(exited.containerId(), System.nanoTime());
        })) {
            for (int i = 0; i < 5; i++) {
                var sandbox = sandbox("cam-x" + i, "Cam" + i, Map.of("app", "cam"), NamespaceMode.POD);
                var id = containerd.cri.runPodSandbox(sandbox, "");
                var pipe = folder.resolve("t" + i);
                TestNetns.run("", "mkfifo", pipe.toString());
                var container = containerd.cri.createContainer(id, container(pipe), sandbox);
                var address = pod(id).addresses().getFirst().getHostAddress();
                Thread.ofPlatform().start(() -> {
                    try {
                        containerd.cri.startContainer(container);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                assertThat(Files.readString(pipe)).isEqualTo("here\n"); // its first instruction
                long begun = System.nanoTime();
                assertThat(resolve("cam" + i + ".farm.svc.cluster.local")).isEqualTo(address);
                assertThat(resolve("cam" + i)).isEqualTo(address);
                first.add(millis(begun));

                long asked = System.nanoTime();
                ProcessHandle.of(processOf(id)).orElseThrow().destroyForcibly();
                int number = i;
                await(() -> resolve("cam" + number).equals("none"));
                last.add(millis(asked));
                await(() -> ended.containsKey(id));
                own.add(millis(Objects.requireNonNull(ended.get(id))));
                containerd.cri.stopPodSandbox(id);
                containerd.cri.removePodSandbox(id);
                assertThat(pods.current()).isEmpty();
            }
        }
        System.out.printf(
                "ms to find a name at the first instruction %s; until it is gone after the kill %s, after the event %s%n",
                first, last, own);
        assertThat(first.stream().sorted().toList().get(2))
                .as("median of %s ms", first)
                .isLessThan(50);
        assertThat(own.stream().sorted().toList().get(2))
                .as("median of %s ms", own)
                .isLessThanOrEqualTo(100);
    }

    @Test
    void theRuntimeTellsLabelsPortsAndWhoIsOnTheNodesNetwork() throws Exception {
        var sandbox =
                sandbox("cam-x", "cam1", Map.of("app", "cam", "io.kubernetes.pod.name", "cam-x"), NamespaceMode.POD);
        var id = containerd.cri.runPodSandbox(sandbox, "");
        await(() -> pod(id).labels() != null);
        assertThat(pod(id).labels()).containsExactly(Map.entry("app", "cam"));
        assertThat(pod(id).hostname()).isEqualTo("cam1");
        var pipe = folder.resolve("t");
        TestNetns.run("", "mkfifo", pipe.toString());
        containerd.cri.startContainer(containerd.cri.createContainer(id, container(pipe), sandbox));
        await(() -> resolve("_rtsp._tcp.cams.farm.svc.cluster.local").equals("8554@cam1.cams.farm.svc.cluster.local"));

        var own = sandbox("collector-x", "", Map.of("name", "collector"), NamespaceMode.NODE);
        var host = containerd.cri.runPodSandbox(own, "");
        await(() -> resolve("collector").equals("10.39.0.1"));
        assertThat(resolve("collector-x.farm.svc.cluster.local")).isEqualTo("10.39.0.1");
        assertThat(resolve(InetAddress.getLocalHost().getHostName()))
                .as("the node's name")
                .isEqualTo("none");
        containerd.cri.stopPodSandbox(host);
        await(() -> resolve("collector").equals("none"));

        try (var later = new NodePods()) {
            later.follow(List.of(containerd.socket.toString()));
            await(() -> later.current().equals(pods.current())); // one that starts later finds the same
        }
    }

    private static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }

    private NodePod pod(String sandbox) {
        return pods.current().stream()
                .filter(pod -> pod.sandbox().equals(sandbox))
                .findFirst()
                .orElseThrow();
    }

    private long processOf(String sandbox) throws IOException {
        var info = containerd.cri.podSandboxDetails(sandbox).getInfoMap().getOrDefault("info", "{}");
        return Json.parse(info).number(0, "pid");
    }

    private PodSandboxConfig sandbox(String name, String hostname, Map<String, String> labels, NamespaceMode network) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("farm")
                        .setUid("uid-" + name))
                .setHostname(hostname)
                .setLogDirectory(folder.resolve("logs").toString())
                .putAllLabels(labels)
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent("/" + GROUP + "/" + name)
                        .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                                .setNamespaceOptions(
                                        NamespaceOption.newBuilder().setNetwork(network))))
                .build();
    }

    private static ContainerConfig container(Path pipe) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                .setImage(ImageSpec.newBuilder().setImage(TestContainerd.IMAGE))
                .addAllCommand(List.of("/bin/sh", "-c", "echo here > /t/pipe; sleep 1000"))
                .addMounts(Mount.newBuilder().setContainerPath("/t/pipe").setHostPath(pipe.toString()))
                .putAnnotations("io.kubernetes.container.ports", "[{\"name\":\"rtsp\",\"containerPort\":8554}]")
                .setLogPath("main.log")
                .build();
    }

    private String resolve(String name) {
        if (!(names.lookup(name, name.startsWith("_") ? RecordType.SRV : RecordType.A, ip("10.39.0.1"))
                instanceof Answer.Found(var records))) return "none";
        return String.join(
                " ",
                records.stream()
                        .map(record -> switch (record) {
                            case ResourceRecord.Address address ->
                                address.address().getHostAddress();
                            case ResourceRecord.Service service -> service.port() + "@" + service.target();
                            default -> "other";
                        })
                        .toList());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertThat(i).as("waiting").isLessThan(10_000);
            Thread.sleep(1);
        }
    }
}
