package io.smarter.deviceplugin;

import static io.smarter.deviceplugin.TestPlugin.device;
import static io.smarter.deviceplugin.TestPods.CAMERA;
import static io.smarter.deviceplugin.TestPods.container;
import static io.smarter.deviceplugin.TestPods.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.api.Pod;
import io.smarter.cri.GrpcChannel;
import io.smarter.cri.deviceplugin.DevicePluginOptions;
import io.smarter.cri.podresources.AllocatableResourcesRequest;
import io.smarter.cri.podresources.AllocatableResourcesResponse;
import io.smarter.cri.podresources.GetPodResourcesRequest;
import io.smarter.cri.podresources.GetPodResourcesResponse;
import io.smarter.cri.podresources.ListPodResourcesRequest;
import io.smarter.cri.podresources.ListPodResourcesResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DevicePluginsTest {
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final Admission GRANTED = new Admission.Granted();

    @TempDir
    private Path root;

    private final MemoryStore store = new MemoryStore();
    private final TestNode node = new TestNode();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Instant now = Instant.EPOCH;
    private Path folder;
    private DevicePlugins devices;

    /** A node that notes what it hears. */
    private static final class TestNode implements DevicePlugins.Node {
        final BlockingQueue<DeviceChange> changes = new LinkedBlockingQueue<>();
        final Set<String> offers = new HashSet<>();
        volatile List<Pod> pods = List.of();

        @Override
        public List<Pod> pods() {
            return pods;
        }

        @Override
        public boolean offers(String resource) {
            return offers.contains(resource);
        }

        @Override
        public void changed(DeviceChange change) {
            changes.add(change);
        }
    }

    @BeforeEach
    void begin() throws IOException {
        folder = root.resolve("device-plugins");
        devices = start("boot-1", GRACE);
    }

    @AfterEach
    void end() throws Exception {
        while (!open.isEmpty()) open.pop().close();
    }

    private DevicePlugins start(String boot, Duration grace) throws IOException {
        var started = new DevicePlugins(node, new Ledger(store, boot), () -> now, grace);
        open.push(started);
        started.serve(root);
        return started;
    }

    private TestPlugin plugin(String resource) throws IOException {
        var plugin = TestPlugin.of(folder, resource);
        open.push(plugin);
        return plugin;
    }

    /** Cameras of these names, known to the node. */
    private TestPlugin cameras(String... ids) throws Exception {
        var plugin = plugin(CAMERA).offer(ids).register();
        await(() -> count(CAMERA).allocatable() == ids.length);
        return plugin;
    }

    private DeviceCount count(String resource) {
        return devices.counts().getOrDefault(resource, new DeviceCount(-1, -1, true));
    }

    /** Waits for a state that one of the node's changes brings about. */
    private void await(BooleanSupplier state) throws InterruptedException {
        while (!state.getAsBoolean())
            assertThat(node.changes.poll(10, TimeUnit.SECONDS))
                    .as("another change")
                    .isNotNull();
    }

    private @Nullable String held(String uid, String container) {
        var health = devices.held(uid, container).get(CAMERA);
        return health == null ? null : health.toString();
    }

    private static String message(Admission admission) {
        return switch (admission) {
            case Admission.Granted _ -> "granted";
            case Admission.Waiting(var message) -> message;
            case Admission.Refused(var message) -> "refused: " + message;
        };
    }

    // ---- what the node has

    @Test
    void unhealthyDevicesCountInCapacityAlone() throws Exception {
        var plugin = cameras("a", "b");
        plugin.offer(device("a", true), device("b", false), device("c", false));
        await(() -> count(CAMERA).equals(new DeviceCount(3, 1, false)));
        plugin.offer("b");
        await(() -> count(CAMERA).equals(new DeviceCount(1, 1, false)));
    }

    @Test
    void lostAndFoundDevicesAreTold() throws Exception {
        var plugin = cameras("a", "b");
        plugin.offer("a");
        assertThat(awaitLoss()).isEqualTo(new DeviceChange(CAMERA, Set.of("b"), Set.of()));
        plugin.offer("a", "b");
        await(() -> count(CAMERA).allocatable() == 2);
        plugin.close();
        assertThat(awaitLoss()).isEqualTo(new DeviceChange(CAMERA, Set.of("a", "b"), Set.of()));
        assertThat(count(CAMERA)).isEqualTo(new DeviceCount(2, 0, false));
        cameras("a", "b");
    }

    private DeviceChange awaitLoss() throws InterruptedException {
        while (true) {
            var change = node.changes.poll(10, TimeUnit.SECONDS);
            assertThat(change).as("loss of devices").isNotNull();
            if (!change.lost().isEmpty()) return change;
        }
    }

    @Test
    void aResourceWhosePluginDoesNotComeBackIsWithdrawn() throws Exception {
        devices.close();
        devices = start("boot-1", Duration.ofMillis(200));
        cameras("a").close();
        await(() -> count(CAMERA).equals(new DeviceCount(0, 0, true)));
        cameras("a");
    }

    @Test
    void aNewPluginTakesTheOldOnesPlace() throws Exception {
        var first = cameras("a");
        Files.move(folder.resolve("camera.sock"), folder.resolve("old.sock"));
        cameras("a", "b");
        first.close();
        assertThat(devices.admit(pod("u1", 2))).isEqualTo(GRANTED);
    }

    @Test
    void pluginsWithProblemsHearOfThem() throws Exception {
        assertThatThrownBy(() -> plugin("kubernetes.io/lens").register())
                .hasMessageContaining("domain other than kubernetes.io");
        var gone = TestPlugin.of(folder, CAMERA);
        gone.close();
        assertThatThrownBy(gone::register).hasMessageContaining("nobody answers at " + folder);
    }

    @Test
    void aStartMakesTheSocketAnewAndRemovesThoseOfBefore() throws Exception {
        cameras("a");
        assertThatThrownBy(() -> start("boot-1", GRACE)).hasMessageContaining("another kubelet or gateway answers");
        Files.writeString(folder.resolve("note"), "stays");
        devices.close();
        devices = start("boot-1", GRACE);
        assertThat(folder.resolve("camera.sock")).doesNotExist();
        assertThat(folder.resolve("note")).exists();
        assertThat(count(CAMERA)).isEqualTo(new DeviceCount(0, 0, false));
        cameras("a");
    }

    // ---- who gets it

    @Test
    void aPodGetsDevicesAndKeepsThem() throws Exception {
        var plugin = cameras("a", "b");
        assertThat(devices.admit(pod("u1", 1))).isEqualTo(GRANTED);
        assertThat(devices.admit(pod("u1", 1))).isEqualTo(GRANTED);
        assertThat(plugin.calls).containsExactly("allocate [a]");
        assertThat(devices.allotted(pod("u1", 1), "app"))
                .singleElement()
                .satisfies(response -> assertThat(response.getEnvsMap()).containsEntry("DEVICES", "a"));
        assertThat(devices.admit(pod("u2", 2)))
                .isEqualTo(new Admission.Waiting(
                        "smarter.io/camera: 2 wanted for container app, 1 of 2 healthy ones free"));
        devices.free("u1");
        assertThat(devices.admit(pod("u2", 2))).isEqualTo(GRANTED);
    }

    @Test
    void twoPodsNeverGetTheSameDevice() throws Exception {
        cameras("a", "b", "c", "d", "e", "f", "g", "h");
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            var pod = pod("u" + i, 1);
            threads.add(Thread.ofVirtual().start(() -> devices.admit(pod)));
        }
        for (var thread : threads) thread.join();
        var all = new HashSet<String>();
        for (int i = 0; i < 8; i++) devices.held("u" + i, "app").values().forEach(held -> all.addAll(held.keySet()));
        assertThat(all).hasSize(8);
    }

    @Test
    void aPodThatLacksOneThingHoldsNothing() throws Exception {
        cameras("a");
        var both = pod("u1", List.of(), List.of(container("app", Map.of(CAMERA, 1, "smarter.io/mic", 1))));
        assertThat(message(devices.admit(both))).contains("smarter.io/mic: no device plugin");
        assertThat(devices.admit(pod("u2", 1))).isEqualTo(GRANTED);
    }

    @Test
    void aFailedAllocationCostsNobodyADevice() throws Exception {
        var plugin = cameras("a");
        plugin.refusal = "lens is dirty";
        assertThat(message(devices.admit(pod("u1", 1)))).contains("lens is dirty");
        plugin.refusal = "";
        assertThat(devices.admit(pod("u2", 1))).isEqualTo(GRANTED);
    }

    @Test
    void nothingIsGrantedThatIsNotOnDisk() throws Exception {
        cameras("a");
        store.full = true;
        assertThat(message(devices.admit(pod("u1", 1)))).contains("disk is full");
        assertThat(held("u1", "app")).isNull();
        store.full = false;
        assertThat(devices.admit(pod("u2", 1))).isEqualTo(GRANTED);
    }

    @Test
    void pluginsThatWishChooseAndPrepare() throws Exception {
        var options = DevicePluginOptions.newBuilder()
                .setGetPreferredAllocationAvailable(true)
                .setPreStartRequired(true)
                .build();
        var plugin = new TestPlugin(folder, CAMERA, options);
        open.push(plugin);
        plugin.offer("a", "b", "c").register();
        await(() -> count(CAMERA).allocatable() == 3);
        plugin.preference = ids -> List.of("c");
        assertThat(devices.admit(pod("u1", 1))).isEqualTo(GRANTED);
        devices.beforeStart(pod("u1", 1), "app");
        assertThat(plugin.calls).containsExactly("prefer 1 of [a, b, c] with []", "allocate [c]", "start [c]");
        plugin.close();
        await(() -> count(CAMERA).allocatable() == 0);
        assertThatThrownBy(() -> devices.beforeStart(pod("u1", 1), "app")).hasMessageContaining("plugin is gone");
    }

    @Test
    void onlyPodsThatCouldRunElsewhereAreRefused() throws Exception {
        var pod = pod("u1", 1);
        var ours = TestPods.ofDaemonSet(pod("u2", 1));
        assertThat(devices.admit(pod)).isInstanceOf(Admission.Waiting.class);
        assertThat(devices.admit(ours)).isInstanceOf(Admission.Waiting.class);
        now = now.plus(Admissions.PATIENCE);
        assertThat(devices.admit(pod))
                .isEqualTo(new Admission.Refused("smarter.io/camera: no device plugin has registered for it"));
        assertThat(devices.admit(ours)).isInstanceOf(Admission.Waiting.class);
    }

    @Test
    void whatTheNodeOffersByItselfNeedsNoPlugin() throws IOException {
        node.offers.add(CAMERA);
        assertThat(devices.admit(pod("u1", 1))).isEqualTo(GRANTED);
        node.offers.clear();
        assertThat(devices.admit(pod("u1", 1)))
                .as("after a restart without a link")
                .isEqualTo(GRANTED);
    }

    // ---- restarts

    @Test
    void anotherAgentFindsWhatWasAllocated() throws Exception {
        cameras("a", "b");
        devices.admit(pod("u1", 1));
        devices.close();
        devices = start("boot-1", GRACE);
        assertThat(held("u1", "app")).isEqualTo("{a=UNKNOWN}");
        assertThat(devices.admit(pod("u1", 1))).as("without its plugin").isEqualTo(GRANTED);
        assertThat(message(devices.admit(pod("u2", 1)))).contains("has not registered again");
        cameras("a", "b");
        assertThat(devices.admit(pod("u2", 1))).isEqualTo(GRANTED);
        assertThat(held("u1", "app")).isEqualTo("{a=HEALTHY}");
        assertThat(held("u2", "app")).isEqualTo("{b=HEALTHY}");
    }

    @Test
    void afterARebootPluginsPrepareTheSameDevicesAgain() throws Exception {
        cameras("a", "b", "c");
        devices.admit(pod("u0", 1));
        devices.admit(pod("u1", 1));
        devices.close();
        devices = start("boot-2", GRACE);
        assertThat(message(devices.admit(pod("u1", 1)))).contains("has not registered again");
        now = now.plus(Admissions.PATIENCE);
        assertThat(devices.admit(pod("u1", 1))).as("it held devices").isInstanceOf(Admission.Waiting.class);
        var plugin = cameras("a", "b", "c");
        assertThat(devices.admit(pod("u1", 1))).isEqualTo(GRANTED);
        assertThat(plugin.calls).containsExactly("allocate [b]");
    }

    @Test
    void whatPodsGaveBackStaysFree() throws Exception {
        cameras("a");
        devices.admit(pod("u1", 1));
        assertThat(devices.holders()).containsExactly("u1");
        devices.free("u1");
        devices.close();
        devices = start("boot-1", GRACE);
        assertThat(devices.holders()).isEmpty();
    }

    // ---- monitors

    @Test
    void monitorsSeeWhoHoldsWhat() throws Exception {
        var plugin = plugin(CAMERA)
                .offer(device("a", true, 0, 1), device("b", true), device("c", false))
                .register();
        await(() -> count(CAMERA).capacity() == 3);
        node.pods = List.of(pod("u1", 1), pod("u2", 0));
        devices.admit(pod("u1", 1));
        assertThat(plugin.calls).containsExactly("allocate [a]");
        try (var monitor = new GrpcChannel(root.resolve("pod-resources/kubelet.sock"))) {
            var list = monitor.unary(
                    "/v1.PodResourcesLister/List",
                    ListPodResourcesRequest.getDefaultInstance(),
                    ListPodResourcesResponse.parser(),
                    GRACE);
            assertThat(list.getPodResourcesList()).hasSize(2);
            var get = monitor.unary(
                    "/v1.PodResourcesLister/Get",
                    GetPodResourcesRequest.newBuilder()
                            .setPodName("pod-u1")
                            .setPodNamespace("farm")
                            .build(),
                    GetPodResourcesResponse.parser(),
                    GRACE);
            assertThat(get.getPodResources()).isEqualTo(list.getPodResources(0));
            var held = get.getPodResources().getContainers(0).getDevicesList();
            assertThat(held).extracting(entry -> entry.getDeviceIds(0)).containsExactly("a", "a");
            assertThat(held)
                    .extracting(entry -> entry.getTopology().getNodes(0).getID())
                    .containsExactly(0L, 1L);
            var all = monitor.unary(
                    "/v1.PodResourcesLister/GetAllocatableResources",
                    AllocatableResourcesRequest.getDefaultInstance(),
                    AllocatableResourcesResponse.parser(),
                    GRACE);
            assertThat(all.getDevicesList())
                    .extracting(entry -> entry.getDeviceIds(0))
                    .containsExactlyInAnyOrder("a", "a", "b");
        }
    }
}
