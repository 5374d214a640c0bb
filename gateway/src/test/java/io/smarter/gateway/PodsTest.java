package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Pod;
import io.smarter.deviceplugin.DevicePlugins;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodsTest {
    private static final Pod POD = PlanSamples.pod("Always", List.of(), "app");

    @TempDir
    private Path data;

    private final FakeRuntime runtime = new FakeRuntime();
    private final FakeCloud cloud = new FakeCloud();
    private final Queue<String> notes = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Path file;
    private Pods pods;

    @BeforeEach
    void start() throws IOException {
        file = data.resolve("pods/u1.json");
        pods = pods();
    }

    @AfterEach
    void stop() throws Exception {
        for (var part : open) part.close();
    }

    private Pods pods() throws IOException {
        var node = new Fields.Node("edge1", "192.0.2.7", 1000, 1L << 30);
        var configs = new ConfigFolder(data.resolve("configs"), cloud, new NodeKey(data.resolve("identity")));
        var reports = new StatusReports(cloud::writeStatus);
        var events = new EventLog() {
            @Override
            public void record(Pod pod, String container, Kind kind, String reason, String message) {
                told.add(reason + ": " + message);
            }

            @Override
            public void note(Pod pod, String container, Instant at, String reason, String message) {
                notes.add(reason + ": " + message);
            }
        };
        Tmpfs tmpfs = new Tmpfs() {
            @Override
            public void mount(Path at, long size) {}

            @Override
            public void ensure(Path at) {}

            @Override
            public void unmount(Path at) {}

            @Override
            public boolean isMounted(Path at) {
                return false;
            }
        };
        var services = new NodeServices(
                runtime,
                cloud,
                new PodConfigs(node, configs, new Dns(data, ClusterDns.NONE), data.resolve("logs"), Map.of()),
                configs,
                new PodFiles(data.resolve("pods")),
                reports,
                events,
                tmpfs,
                group -> {},
                devices(),
                runtime::networkTrouble,
                data.resolve("volumes"),
                data.resolve("secrets"),
                InstantSource.system());
        var started = new Pods(services);
        open.add(started);
        open.add(reports);
        return started;
    }

    /** Devices without a plugin. */
    private PodDevices devices() throws IOException {
        return new PodDevices(new DevicePlugins(
                new DeviceNode(), new DeviceFile(data.resolve("devices.json")), "boot", InstantSource.system()));
    }

    @Test
    void runsAPodOnlyAfterItIsOnDisk() throws Exception {
        var there = new ArrayList<Boolean>();
        runtime.beforeSandbox = () -> there.add(Files.exists(file));
        pods.wanted(POD);
        await(runtime.calls, "start app-0");
        assertThat(there).containsExactly(true);
        assertThat(awaitPhase("Running").text("podIP")).isEqualTo("10.39.0.5");
    }

    @Test
    void holdsBackAPodWithoutANetworkUntilThereIsOne() throws Exception {
        runtime.networkTrouble = "NetworkReady=false";
        pods.wanted(POD);
        await(told, "NetworkNotReady: network is not ready: NetworkReady=false");
        assertThat(runtime.calls).doesNotContain("sandbox");
        runtime.networkTrouble = "";
        pods.networkUp();
        await(runtime.calls, "start app-0");
    }

    @Test
    void runsAPodOnTheHostsNetworkWithoutAnother() throws Exception {
        runtime.networkTrouble = "NetworkReady=false";
        pods.wanted(new Pod(POD.tree().withAt(Json.of(true), "spec", "hostNetwork")));
        await(runtime.calls, "start app-0");
    }

    @Test
    void startsAContainerAgainThatEnded() throws Exception {
        pods.wanted(POD);
        await(runtime.calls, "start app-0");
        runtime.exit("app-0", 3);
        pods.ended("app-0");
        await(runtime.calls, "start app-1");
    }

    @Test
    void leavesNothingOfADeletedPod() throws Exception {
        pods.wanted(POD);
        await(runtime.calls, "start app-0");
        pods.wanted(PlanSamples.deleted(POD, 1));
        await(runtime.calls, "stop app-0");
        await(runtime.calls, "remove sandbox");
        await(cloud.calls, "remove p");
        await(runtime.calls, "forget");
        assertThat(file).doesNotExist();
        assertThat(data.resolve("volumes/u1")).doesNotExist();
        assertThat(data.resolve("logs")).isEmptyDirectory();
    }

    @Test
    void endsAPodOnlyWhenNothingIsBeingMade() throws Exception {
        var making = new CountDownLatch(1);
        var more = new CountDownLatch(1);
        runtime.beforeContainer = () -> {
            making.countDown();
            await(more);
        };
        pods.wanted(POD);
        making.await();
        pods.wanted(PlanSamples.deleted(POD, 1));
        more.countDown();
        await(runtime.calls, "remove sandbox");
        await(runtime.calls, "forget");
        assertThat(runtime.observe("u1").instances()).isEmpty();
        assertThat(data.resolve("logs")).isEmptyDirectory();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void goesOnFromDiskWithoutACloud() throws Exception {
        cloud.unreachable = true;
        DataFolder.write(file, POD.tree().bytes());
        pods.begin();
        await(runtime.calls, "start app-0");
        pods.close();
        cloud.unreachable = false;
        pods = pods();
        pods.begin();
        awaitPhase("Running");
        assertThat(runtime.calls).doesNotContain("sandbox", "start app-0");
    }

    private static final Pod WITH_TOKEN = new Pod(POD.tree().withAt(Json.parse("""
                    [{"name":"t","projected":{"sources":[{"serviceAccountToken":{"path":"token"}}]}}]"""), "spec", "volumes"));

    private Path token() {
        return data.resolve("secrets/u1/t/token");
    }

    @Test
    void aPodThatRanBeforeGetsItsTokenWhenTheLinkIsBack() throws Exception {
        cloud.unreachable = true;
        DataFolder.write(file, WITH_TOKEN.tree().bytes());
        pods.begin();
        await(runtime.calls, "start app-0");
        assertThat(token()).doesNotExist();
        cloud.unreachable = false;
        pods.linkUp();
        awaitToken();
        assertThat(runtime.calls).doesNotContain("stop app-0");
    }

    @Test
    void aNewPodWaitsForItsToken() throws Exception {
        cloud.refused = "serviceaccounts \"default\" not found";
        pods.wanted(WITH_TOKEN);
        assertThat(cloud.asked.poll(10, TimeUnit.SECONDS))
                .extracting(request -> request.text("spec", "boundObjectRef", "uid"))
                .isEqualTo("u1");
        awaitPhase("Pending");
        assertThat(runtime.calls).isEmpty();
        cloud.refused = null;
        pods.linkUp();
        await(runtime.calls, "start app-0");
        assertThat(token()).exists();
    }

    /** What an agent before us showed is still in memory. */
    @Test
    void anAgentThatComesBackShowsTheTokensThatAreThere() throws Exception {
        cloud.life = 1_000_000_000_000L;
        pods.wanted(WITH_TOKEN);
        await(runtime.calls, "start app-0");
        pods.close();
        var shown = Files.readString(token());
        cloud.asked.clear();
        cloud.unreachable = true;
        Files.writeString(data.resolve("secrets/u1/t/..data/more"), "left by hand");
        pods = pods();
        pods.begin();
        for (int i = 0; Files.exists(data.resolve("secrets/u1/t/..data/more")) && i < 1000; i++) Thread.sleep(10);
        assertThat(data.resolve("secrets/u1/t/..data/more")).doesNotExist();
        assertThat(token()).hasContent(shown);
    }

    private void awaitToken() throws InterruptedException {
        for (int i = 0; !Files.exists(token()) && i < 1000; i++) Thread.sleep(10);
        assertThat(token()).exists();
    }

    @Test
    void adoptsAPodWhoseFileWasLost() throws Exception {
        pods.wanted(POD);
        await(runtime.calls, "start app-0");
        pods.close();
        Files.writeString(file, "half a po");
        pods = pods();
        pods.begin();
        pods.wanted(POD);
        pods.only(Set.of("u1"));
        awaitPhase("Running");
        assertThat(runtime.calls).doesNotContain("sandbox", "stop app-0", "start app-0");
    }

    @Test
    void endsWhatNobodyKnows() throws Exception {
        pods.wanted(POD);
        await(runtime.calls, "start app-0");
        pods.close();
        Files.delete(file);
        pods = pods();
        pods.begin();
        pods.only(Set.of());
        await(runtime.calls, "stop app-0");
        await(runtime.calls, "remove sandbox");
        await(runtime.calls, "forget");
    }

    /** As when the agent before ended after it forgot a pod, and before it forgot what that referred to. */
    @Test
    void forgetsWhatNoPodRefersTo() throws Exception {
        var left = data.resolve("configs/Secret_farm_password.json");
        DataFolder.write(left, "{}".getBytes(StandardCharsets.UTF_8));
        pods.begin();
        assertThat(left).doesNotExist();
    }

    @Test
    void endsWhatTheCloudHasNoMore() throws Exception {
        DataFolder.write(file, POD.tree().bytes());
        pods.begin();
        await(runtime.calls, "start app-0");
        pods.only(Set.of("another"));
        await(runtime.calls, "forget");
        assertThat(file).doesNotExist();
        assertThat(cloud.calls).doesNotContain("remove p");
    }

    @Test
    void saysWhyAnImageIsMissing() throws Exception {
        pods.wanted(
                new Pod(POD.tree().withAt(Json.arr(Json.obj("name", "app", "image", "other")), "spec", "containers")));
        await(runtime.calls, "pull other ");
        while (true) {
            var status = cloud.statuses.poll(10, TimeUnit.SECONDS);
            assertThat(status).isNotNull();
            var waiting = status.items("containerStatuses").getFirst().object("state", "waiting");
            if ("ErrImagePull".equals(waiting.text("reason"))) {
                assertThat(waiting.text("message")).isEqualTo("no such image");
                return;
            }
        }
    }

    @Test
    void waitsForAConfigMapThatIsMissing() throws Exception {
        var from = Json.obj("configMapKeyRef", Json.obj("name", "settings", "key", "k"));
        var container =
                Json.obj("name", "app", "image", "img", "env", List.of(Json.obj("name", "K", "valueFrom", from)));
        pods.wanted(new Pod(POD.tree().withAt(Json.arr(container), "spec", "containers")));
        await(runtime.calls, "sandbox");
        var reference = new ConfigFolder.Reference("ConfigMap", "farm", "settings");
        pods.configChanged(reference, Json.obj("data", Json.obj("k", "v")));
        await(runtime.calls, "start app-0");
        assertThat(data.resolve("configs/ConfigMap_farm_settings.json")).exists();
    }

    @Test
    void watchesWhatIsMissingUntilItIsThere() throws Exception {
        var reference = new ConfigFolder.Reference("Secret", "farm", "settings");
        var watched = new LinkedBlockingQueue<Boolean>();
        pods.onReferences(() -> watched.add(pods.watched().contains(reference)));
        var from = Json.obj("secretKeyRef", Json.obj("name", "settings", "key", "k"));
        var container =
                Json.obj("name", "app", "image", "img", "env", List.of(Json.obj("name", "K", "valueFrom", from)));
        pods.wanted(new Pod(POD.tree().withAt(Json.arr(container), "spec", "containers")));
        await(watched, true);
        pods.configChanged(reference, Json.obj("data", Json.obj("k", "dg==")));
        await(runtime.calls, "start app-0");
        await(watched, false);
    }

    /** The pod comes while the node begins to go down: after that looked which pods there are, and before it is one. */
    @Test
    void noPodSlipsPastAShutdown() throws Exception {
        DataFolder.write(file, POD.tree().bytes());
        var coming = pods;
        var begins = Thread.ofPlatform().unstarted(() -> begin(coming));
        synchronized (coming) {
            begins.start();
            while (begins.getState() != Thread.State.BLOCKED && begins.isAlive()) Thread.onSpinWait();
            coming.hold();
        }
        begins.join();
        assertThat(coming.all().getFirst().awaitHalt(Duration.ofSeconds(10))).isTrue();
        assertThat(runtime.calls).isEmpty();
    }

    private static final Pod STATIC =
            new Pod(POD.tree().withAt(Json.obj(StaticPod.SOURCE, "file"), "metadata", "annotations"));

    @Test
    void aStaticPodThatWasRefusedIsAskedForAnewAtTheNextStart() throws Exception {
        var refusal = GivenUp.refused("OutOfcpu", "no room");
        pods.admitBy(_ -> refusal);
        pods.wanted(STATIC);
        assertThat(awaitPhase("Failed").text("reason")).isEqualTo("OutOfcpu");
        pods.close();
        pods = pods();
        pods.begin();
        await(runtime.calls, "start app-0");
        awaitPhase("Running");
        assertThat(Json.parse(Files.readAllBytes(file)).at("status")).isNull();
    }

    @Test
    void thatAManifestIsGoneIsNotedOnce() throws Exception {
        var statics = new StaticPods(pods, () -> {});
        statics.wanted(Map.of(STATIC.key(), STATIC));
        await(runtime.calls, "start app-0");
        var making = new CountDownLatch(1);
        runtime.beforeStop = () -> await(making);
        statics.wanted(Map.of());
        statics.wanted(Map.of());
        making.countDown();
        await(runtime.calls, "forget");
        assertThat(notes).containsOnlyOnce("Gone: its manifest is gone or says something else");
    }

    @Test
    void theNamesOfPortsAreLeftWithTheRuntime() throws Exception {
        var ports = Json.arr(Json.obj("name", "web", "containerPort", 80));
        var container = POD.containers().getFirst().tree().with("ports", ports);
        pods.wanted(new Pod(POD.tree().withAt(Json.arr(container), "spec", "containers")));
        await(runtime.calls, "start app-0");
        assertThat(Objects.requireNonNull(runtime.configs.get("app-0")).getAnnotationsMap())
                .containsEntry("io.kubernetes.container.ports", ports.compact());
    }

    @Test
    void aContainerIsStoppedWithTheSignalThatItAsksFor() throws Exception {
        assertThat(callsOfEnd(POD, "SIGUSR1"))
                .contains("signal 10 to app-0, 30 s")
                .doesNotContain("stop app-0");
    }

    @Test
    void aSignalThatNobodySendsIsToldOf() throws Exception {
        runtime.signals = false;
        assertThat(callsOfEnd(POD, "SIGUSR1")).contains("stop app-0");
        assertThat(told)
                .contains("StopSignalIgnored: Container app is stopped as its image says: nobody here sends SIGUSR1");
    }

    private List<String> callsOfEnd(Pod pod, String signal) throws Exception {
        var container = pod.containers().getFirst().tree().with("lifecycle", Json.obj("stopSignal", signal));
        var asking = new Pod(pod.tree().withAt(Json.arr(container), "spec", "containers"));
        pods.wanted(asking);
        await(runtime.calls, "start app-0");
        pods.wanted(PlanSamples.deleted(asking, 30));
        var calls = new ArrayList<String>();
        while (!calls.contains("forget")) calls.add(runtime.calls.poll(10, TimeUnit.SECONDS));
        return calls;
    }

    private static void begin(Pods pods) {
        try {
            pods.begin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Json.Obj awaitPhase(String phase) throws InterruptedException {
        while (true) {
            var status = cloud.statuses.poll(10, TimeUnit.SECONDS);
            assertThat(status).describedAs("status of phase " + phase).isNotNull();
            if (phase.equals(status.text("phase"))) return status;
        }
    }

    private static <T> void await(BlockingQueue<T> calls, T call) throws InterruptedException {
        while (true) {
            var next = calls.poll(10, TimeUnit.SECONDS);
            assertThat(next).describedAs("call " + call).isNotNull();
            if (call.equals(next)) return;
        }
    }
}
