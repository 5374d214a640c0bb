package io.smarter.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.api.Pod;
import io.smarter.cri.CriClient;
import io.smarter.deviceplugin.DevicePlugins;
import io.smarter.json.Json;
import io.smarter.linux.Cgroups;
import io.smarter.linux.LinuxKernel;
import io.smarter.resources.ImageGarbage;
import io.smarter.resources.Observations;
import io.smarter.resources.Pressure;
import io.smarter.resources.Readings;
import io.smarter.resources.Signal.Condition;
import io.smarter.resources.Summary;
import io.smarter.resources.Threshold;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node uses and what it gives up, with containers that run in a containerd. */
@Tag("root")
final class ShortageRootTest {
    private static final String IMAGE = "localhost/test/busybox:1";
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final long CRITICAL = 2_000_001_000;

    @TempDir
    private Path data;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final FakeCloud cloud = new FakeCloud();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private Containerd containerd;
    private StockNetwork network;
    private CriClient cri;
    private Pods pods;
    private PodPlaces places;
    private Readings readings;
    private Readings.Places where;

    @BeforeEach
    void start() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "running containers needs root");
        for (var program : List.of("/usr/bin/containerd", "/usr/sbin/runc", "/usr/lib/cni/bridge", "/bin/busybox"))
            assumeTrue(Files.isExecutable(Path.of(program)), program + " is missing");
        network = StockNetwork.in(data.resolve("cni"));
        containerd = new Containerd(data, network.folders());
        containerd.start();
        TestBusybox.load(containerd, data.resolve("busybox.tar"), IMAGE);
        cri = opened(CriClient.connect(containerd.socket()));
        pods = opened(new Pods(services()));
        open.push(cri.events(_ -> pods.wakeAll()));
        pods.begin();
        places = new PodPlaces(pods, services(), cri, "edge1", 2);
        where = new Readings.Places("edge1", Path.of("/proc"), data, data);
        readings = new Readings(where, Cgroups.mounted(), InstantSource.system());
    }

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) open.pop().close();
        if (containerd == null) return;
        containerd.purge(GRACE);
        network.remove();
        for (var pod : List.of("kubepods/burstable", "kubepods/besteffort", "kubepods"))
            Cgroups.mounted().removeIfUnused(pod);
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private NodeServices services() throws Exception {
        var configs = new ConfigFolder(data.resolve("configs"), cloud, new NodeKey(data.resolve("identity")));
        var node = new Fields.Node("edge1", "192.0.2.7", 1000, 1L << 30);
        return new NodeServices(
                new CriRuntime(cri, "edge1"),
                cloud,
                new PodConfigs(node, configs, new Dns(data, ClusterDns.NONE), data.resolve("logs"), Map.of()),
                configs,
                new PodFiles(data.resolve("pods")),
                opened(new StatusReports(cloud::writeStatus)),
                (pod, container, kind, reason, message) -> events.add(reason + " " + message),
                new MemoryFolders(new LinuxKernel()),
                new PodGroups(Cgroups.mounted(), 50),
                new PodDevices(opened(new DevicePlugins(
                        new DeviceNode(), new DeviceFile(data.resolve("devices")), "boot", InstantSource.system()))),
                () -> "",
                data.resolve("volumes"),
                data.resolve("secrets"),
                InstantSource.system());
    }

    private ImageCollector images(Duration leastAge) {
        var settings = new ImageGarbage.Settings(85, 80, leastAge);
        NodeEvents told = (kind, reason, message) -> events.add(reason + " " + message);
        return new ImageCollector(cri, pods, data, settings, told, InstantSource.system());
    }

    private Shortage shortage(String hard) throws Exception {
        var settings = new Pressure.Settings(Threshold.hard(hard), Map.of(), Duration.ofMinutes(5), Duration.ZERO);
        var observations = new Observations(where, Cgroups.mounted(), settings.signals());
        NodeEvents told = (kind, reason, message) -> events.add(reason + " " + message);
        var parts = new Shortage.Parts(
                places, readings, observations, images(Duration.ZERO), told, () -> events.add("conditions"));
        return new Shortage(parts, settings, InstantSource.system());
    }

    private static Pod pod(String name, String script, Json.Obj more) {
        var container = Json.obj(
                "name",
                "main",
                "image",
                IMAGE,
                "command",
                List.of("/bin/sh", "-c", script),
                "volumeMounts",
                List.of(Json.obj("name", "cache", "mountPath", "/cache")));
        if (more.has("resources")) container = container.with("resources", more.object("resources"));
        var volume = Json.obj("name", "cache", "emptyDir", more.object("emptyDir"));
        return new Pod(Json.obj(
                "metadata",
                Json.obj("name", name, "namespace", "test", "uid", "u-" + name),
                "spec",
                Json.obj(
                        "priority",
                        more.number(0, "priority"),
                        "restartPolicy",
                        "Always",
                        "terminationGracePeriodSeconds",
                        1,
                        "containers",
                        List.of(container),
                        "volumes",
                        List.of(volume))));
    }

    private PodWorker run(Pod pod) throws Exception {
        pods.wanted(pod);
        await(
                "pod runs",
                () -> places.running(false).stream()
                        .anyMatch(place -> place.pod().uid().equals(pod.uid())));
        return requireNonNull(pods.of(pod));
    }

    /** Longer than the minute in which containerd counts images once. */
    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.call()) {
            if (System.nanoTime() > end) throw new AssertionError("not in time: " + what);
            Thread.sleep(20);
        }
    }

    private Json.Obj failed() throws InterruptedException {
        while (true) {
            var status = requireNonNull(cloud.statuses.poll(20, TimeUnit.SECONDS), "no status that says Failed");
            if ("Failed".equals(status.text("phase"))) return status;
        }
    }

    @Test
    void aPodThatFillsItsVolumeAboveTheLimitIsEvictedAndItsVolumeGivenBack() throws Exception {
        var worker = run(pod(
                "filler",
                "dd if=/dev/zero of=/cache/file bs=1M count=3; sleep 1000",
                Json.obj("emptyDir", Json.obj("sizeLimit", "1Mi"))));
        var volume = data.resolve("volumes/u-filler/volumes/cache");
        await(
                "the volume is full",
                () -> Files.exists(volume.resolve("file")) && Files.size(volume.resolve("file")) == 3 << 20);
        assertThat(shortage("").look()).isEqualTo(Duration.ofSeconds(1));
        var status = failed();
        assertThat(status.text("reason")).isEqualTo("Evicted");
        assertThat(status.text("message")).isEqualTo("Usage of EmptyDir volume \"cache\" exceeds the limit \"1Mi\". ");
        assertThat(status.items("conditions"))
                .anyMatch(one -> "DisruptionTarget".equals(one.text("type"))
                        && "TerminationByKubelet".equals(one.text("reason")));
        assertThat(status.items("containerStatuses").getFirst().at("state", "terminated"))
                .isNotNull();
        await("the volume is given back", () -> !Files.exists(volume));
        assertThat(events).contains("Evicted Usage of EmptyDir volume \"cache\" exceeds the limit \"1Mi\". ");
        assertThat(new PodFiles(data.resolve("pods")).read())
                .singleElement()
                .satisfies(kept -> assertThat(kept.phase()).isEqualTo("Failed"));
        assertThat(worker.evict("again", Duration.ZERO)).isFalse();
    }

    @Test
    void aNodeThatRunsShortGivesUpOnePodAtATimeAndTakesNoMore() throws Exception {
        run(pod("small", "sleep 1000", Json.obj("priority", 1)));
        run(pod("important", "sleep 1000", Json.obj("priority", 10)));
        run(pod("system", "sleep 1000", Json.obj("priority", CRITICAL)));
        var shortage = shortage("pid.available<100%");
        pods.admitBy(shortage::refusal);
        shortage.look();
        assertThat(shortage.conditions()).containsExactly(Condition.PIDS);
        assertThat(events).contains("conditions", "EvictionThresholdMet Attempting to reclaim pids");
        assertThat(failed().textOrEmpty("message"))
                .startsWith("The node was low on resource: pids. Threshold quantity: ");
        assertThat(places.running(false))
                .hasSize(2)
                .noneMatch(place -> place.pod().name().equals("small"));
        shortage.look();
        assertThat(places.running(false))
                .singleElement()
                .satisfies(place -> assertThat(place.pod().name()).isEqualTo("system"));
        shortage.look();
        assertThat(places.running(false)).hasSize(1);

        cloud.statuses.clear();
        pods.wanted(pod("late", "sleep 1000", Json.Obj.EMPTY));
        assertThat(failed().text("message")).isEqualTo("Pod was rejected: The node had condition: [PIDPressure]. ");
    }

    @Test
    void aFullDiskTakesImagesThatNothingUsesBeforeItTakesPods() throws Exception {
        TestBusybox.load(containerd, data.resolve("other.tar"), "localhost/test/other:1");
        run(pod("one", "sleep 1000", Json.Obj.EMPTY));
        assertThat(images(Duration.ofHours(1)).free(Long.MAX_VALUE)).isZero();
        assertThat(cri.listImages()).hasSize(3);
        assertThat(images(Duration.ZERO).free(Long.MAX_VALUE)).isPositive();
        assertThat(cri.imageStatus("localhost/test/other:1")).isEmpty();
        assertThat(cri.imageStatus(IMAGE)).isPresent();
        assertThat(cri.imageStatus(SandboxImage.NAME)).isPresent();
    }

    @Test
    void whatIsUsedIsToldOfNodePodsAndContainers() throws Exception {
        var resources =
                Json.obj("requests", Json.obj("cpu", "250m", "memory", "16Mi"), "limits", Json.obj("memory", "64Mi"));
        run(pod(
                "busy",
                "dd if=/dev/zero of=/cache/file bs=1M count=2; dd if=/dev/zero of=/layer bs=1M count=1;"
                        + " while true; do :; done",
                Json.obj("resources", resources)));
        var volume = data.resolve("volumes/u-busy/volumes/cache/file");
        await("the volume is written", () -> Files.exists(volume) && Files.size(volume) == 2 << 20);
        await("the runtime has counted its images", () -> places.images() > 0);
        var summary = Summary.of(readings.read(places.running(true), places.images(), true), true);
        var node = summary.object("node");
        assertThat(node.number(0, "cpu", "usageNanoCores")).isPositive();
        assertThat(node.number(0, "memory", "workingSetBytes")).isPositive();
        assertThat(node.number(0, "runtime", "imageFs", "usedBytes")).isPositive();
        var pod = summary.items("pods").getFirst();
        assertThat(pod.number(0, "cpu", "usageNanoCores")).isGreaterThan(50_000_000);
        assertThat(pod.text("network", "name")).isEqualTo("eth0");
        assertThat(pod.number(0, "process_stats", "process_count")).isGreaterThanOrEqualTo(2);
        assertThat(pod.items("volume")).anySatisfy(one -> {
            assertThat(one.text("name")).isEqualTo("cache");
            assertThat(one.number(0, "usedBytes")).isBetween(2L << 20, 3L << 20);
        });
        var container = pod.items("containers").getFirst();
        assertThat(container.number(0, "memory", "workingSetBytes")).isPositive();
        assertThat(container.number(-1, "memory", "availableBytes")).isBetween(1L, 64L << 20);

        var group = requireNonNull(Cgroups.mounted().usage("kubepods/burstable/podu-busy"));
        assertThat(group.memoryLimit()).isEqualTo(64L << 20);
        assertThat(group.tasks()).isPositive();
    }
}
