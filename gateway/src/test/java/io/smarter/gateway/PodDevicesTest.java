package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.smarter.api.Pod;
import io.smarter.cri.GrpcChannel;
import io.smarter.cri.GrpcServer;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.deviceplugin.AllocateRequest;
import io.smarter.cri.deviceplugin.AllocateResponse;
import io.smarter.cri.deviceplugin.CDIDevice;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.cri.deviceplugin.Device;
import io.smarter.cri.deviceplugin.DevicePluginOptions;
import io.smarter.cri.deviceplugin.DeviceSpec;
import io.smarter.cri.deviceplugin.Empty;
import io.smarter.cri.deviceplugin.ListAndWatchResponse;
import io.smarter.cri.deviceplugin.Mount;
import io.smarter.cri.deviceplugin.RegisterRequest;
import io.smarter.deviceplugin.DevicePlugins;
import io.smarter.json.Json;
import io.smarter.linux.LinuxKernel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pods that want devices, with a plugin that is one, and a runtime that is none. */
@Timeout(60)
final class PodDevicesTest {
    private static final String CAMERA = "smarter.io/camera";

    @TempDir
    private Path data;

    private final FakeRuntime runtime = new FakeRuntime();
    private final FakeCloud cloud = new FakeCloud();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<ListAndWatchResponse> told = new LinkedBlockingQueue<>();
    private volatile Duration ahead = Duration.ZERO;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) open.pop().close();
    }

    private static Pod pod(String uid) {
        var pod = PlanSamples.pod("Always", List.of(), "app");
        var container = Json.obj(
                "name",
                "app",
                "image",
                "img",
                "env",
                List.of(Json.obj("name", "MINE", "value", "kept")),
                "resources",
                Json.obj("limits", Json.obj(CAMERA, "1")));
        var tree = pod.tree().withAt(Json.of(uid), "metadata", "uid").withAt(Json.arr(container), "spec", "containers");
        return new Pod(tree);
    }

    private Instant now() {
        return Instant.now().plus(ahead);
    }

    private Pods gateway() throws IOException {
        var node = new DeviceNode();
        var file = new DeviceFile(data.resolve("devices.json"));
        var devices = opened(new DevicePlugins(node, file, "boot", this::now));
        var settings = new GatewaySettings(URI.create("https://127.0.0.1:1"), null, "edge1", data, null, Map.of());
        var object =
                new NodeObject(settings, new NodeFacts(settings.host()), "containerd://1", devices::counts, Set::of);
        cloud.objects.put("Node/edge1", object.node());
        var reports = opened(new NodeReports(cloud, object, List.of(() -> ""), InstantSource.system()));
        var pods = opened(new Pods(services(new PodDevices(devices))));
        pods.begin();
        node.serve(devices, pods, reports, data.resolve("kubelet"));
        return pods;
    }

    private NodeServices services(PodDevices devices) {
        var configs = new ConfigFolder(data.resolve("configs"), cloud, new NodeKey(data.resolve("identity")));
        var node = new Fields.Node("edge1", "192.0.2.7", 1000, 1L << 30);
        return new NodeServices(
                runtime,
                cloud,
                new PodConfigs(node, configs, new Dns(data, ClusterDns.NONE), data.resolve("logs"), Map.of()),
                configs,
                new PodFiles(data.resolve("pods")),
                opened(new StatusReports(cloud::writeStatus)),
                (pod, container, kind, reason, message) -> events.add(reason + " " + message),
                new MemoryFolders(new LinuxKernel()),
                group -> {},
                devices,
                () -> "",
                data.resolve("volumes"),
                data.resolve("secrets"),
                InstantSource.system());
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    // ---- the plugin

    private void plugin() throws IOException {
        var folder = data.resolve("kubelet/device-plugins");
        var service = "/v1beta1.DevicePlugin/";
        opened(GrpcServer.listen(
                folder.resolve("camera.sock"),
                Map.of(
                        service + "GetDevicePluginOptions",
                        Method.unary(Empty.parser(), _ -> DevicePluginOptions.getDefaultInstance()),
                        service + "ListAndWatch",
                        (_, answers) -> {
                            while (true) answers.send(told.take());
                        },
                        service + "Allocate",
                        Method.unary(AllocateRequest.parser(), PodDevicesTest::allocate))));
        var request = RegisterRequest.newBuilder()
                .setVersion("v1beta1")
                .setEndpoint("camera.sock")
                .setResourceName(CAMERA);
        try (var kubelet = new GrpcChannel(folder.resolve("kubelet.sock"))) {
            kubelet.unary("/v1beta1.Registration/Register", request.build(), Empty.parser(), Duration.ofSeconds(10));
        }
    }

    private void tell(String health) {
        told.add(ListAndWatchResponse.newBuilder()
                .addDevices(Device.newBuilder().setID("front").setHealth(health))
                .build());
    }

    private static MessageLite allocate(AllocateRequest request) {
        return AllocateResponse.newBuilder()
                .addContainerResponses(ContainerAllocateResponse.newBuilder()
                        .putEnvs("CAMERA", request.getContainerRequests(0).getDevicesIds(0))
                        .putEnvs("MINE", "overruled")
                        .putAnnotations("lens", "wide")
                        .addMounts(Mount.newBuilder()
                                .setContainerPath("/lib/camera")
                                .setHostPath("/opt/camera")
                                .setReadOnly(true))
                        .addMounts(Mount.newBuilder()
                                .setContainerPath("/etc/hosts")
                                .setHostPath("/tmp/evil"))
                        .addDevices(DeviceSpec.newBuilder()
                                .setContainerPath("/dev/camera")
                                .setHostPath("/dev/null")
                                .setPermissions("rw"))
                        .addCdiDevices(CDIDevice.newBuilder().setName("smarter.io/camera=front")))
                .build();
    }

    // ---- facts

    @Test
    void aPodWaitsForItsDevicesAndGetsThem() throws Exception {
        var pods = gateway();
        pods.wanted(pod("u1"));
        var waiting = status(status -> PodDevices.WAITING.equals(reason(status)));
        assertThat(app(waiting).text("state", "waiting", "message"))
                .isEqualTo("smarter.io/camera: no device plugin has registered for it");
        plugin();
        var since = Instant.now();
        tell("Healthy");
        assertThat(awaitIn(runtime.calls, "start app-0")).isNotNull();
        assertThat(Duration.between(since, Instant.now())).as("no back-off").isLessThan(Duration.ofSeconds(2));
        var config = Objects.requireNonNull(runtime.configs.get("app-0"));
        assertThat(config.getEnvsList())
                .extracting(env -> env.getKey() + "=" + env.getValue())
                .contains("CAMERA=front", "MINE=kept")
                .doesNotContain("MINE=overruled");
        assertThat(config.getDevicesList())
                .extracting(device ->
                        device.getHostPath() + ":" + device.getContainerPath() + ":" + device.getPermissions())
                .containsExactly("/dev/null:/dev/camera:rw");
        assertThat(config.getMountsList())
                .extracting(mount -> mount.getHostPath() + (mount.getReadonly() ? ":ro" : ""))
                .contains("/opt/camera:ro")
                .doesNotContain("/tmp/evil");
        assertThat(config.getAnnotationsMap()).containsEntry("lens", "wide");
        assertThat(config.getCDIDevices(0).getName()).isEqualTo("smarter.io/camera=front");
    }

    @Test
    void aPodThatMightRunElsewhereFailsAfterAWhile() throws Exception {
        var pods = gateway();
        pods.wanted(pod("u1"));
        status(status -> PodDevices.WAITING.equals(reason(status)));
        ahead = Duration.ofMinutes(5);
        var failed = status(status -> "Failed".equals(status.text("phase")));
        assertThat(failed.text("reason")).isEqualTo("UnexpectedAdmissionError");
        assertThat(failed.text("message")).contains("no device plugin has registered");
        assertThat(Files.readString(data.resolve("pods/u1.json"))).contains("UnexpectedAdmissionError");
        pods.wanted(pod("u1"));
        plugin();
        tell("Healthy");
        assertThat(awaitIn(runtime.calls, "stop sandbox")).isNotNull();
        assertThat(runtime.configs).isEmpty();
    }

    @Test
    void healthIsInThePodsStatusAndInTheNode() throws Exception {
        var pods = gateway();
        plugin();
        tell("Healthy");
        pods.wanted(pod("u1"));
        status(status -> health(status).equals("[front=Healthy]"));
        awaitPatch("\"allocatable\":.*\"smarter.io/camera\":\"1\"");
        tell("Sick");
        status(status -> health(status).equals("[front=Unhealthy]"));
        awaitPatch("\"capacity\":.*\"smarter.io/camera\":\"1\".*\"allocatable\":.*\"smarter.io/camera\":\"0\"");
        assertThat(awaitIn(events, "DeviceUnhealthy Device front of smarter.io/camera: health is Unhealthy"))
                .isNotNull();
        tell("Healthy");
        assertThat(awaitIn(events, "DeviceHealthy Device front of smarter.io/camera: health is Healthy"))
                .isNotNull();
    }

    @Test
    void devicesOfAPodThatIsGoneGoToTheNextOne() throws Exception {
        var pods = gateway();
        plugin();
        tell("Healthy");
        pods.wanted(pod("u1"));
        assertThat(awaitIn(runtime.calls, "start app-0")).isNotNull();
        assertThat(Files.readString(data.resolve("devices.json"))).contains("front");
        pods.wanted(PlanSamples.deleted(pod("u1"), 1));
        assertThat(awaitIn(runtime.calls, "forget")).isNotNull();
        assertThat(Files.readString(data.resolve("devices.json"))).doesNotContain("front");
    }

    @Test
    void anAgentWithoutItsPluginStartsWhatHeldDevices() throws Exception {
        gateway().wanted(pod("u1"));
        plugin();
        tell("Healthy");
        assertThat(awaitIn(runtime.calls, "start app-0")).isNotNull();
        stop();
        runtime.exit("app-0", 1);
        gateway();
        assertThat(awaitIn(runtime.calls, "start app-1")).isNotNull();
        var config = Objects.requireNonNull(runtime.configs.get("app-1"));
        assertThat(config.getDevicesCount()).isEqualTo(1);
    }

    // ---- waiting

    private Json.Obj status(Predicate<Json.Obj> wanted) throws InterruptedException {
        while (true) {
            var status = cloud.statuses.poll(20, TimeUnit.SECONDS);
            assertThat(status).as("another status").isNotNull();
            if (wanted.test(status)) return status;
        }
    }

    private static Json app(Json.Obj status) {
        return status.items("containerStatuses").getFirst();
    }

    private static String reason(Json.Obj status) {
        return String.valueOf(app(status).text("state", "waiting", "reason"));
    }

    private static String health(Json.Obj status) {
        return app(status).items("allocatedResourcesStatus").stream()
                .flatMap(resource -> resource.items("resources").stream())
                .map(device -> device.textOrEmpty("resourceID") + "=" + device.textOrEmpty("health"))
                .toList()
                .toString();
    }

    private void awaitPatch(String pattern) throws InterruptedException {
        while (true) {
            var call = cloud.calls.poll(20, TimeUnit.SECONDS);
            assertThat(call).as("patch of " + pattern).isNotNull();
            if (call.matches("patch Node .*" + pattern + ".*")) return;
        }
    }

    private static String awaitIn(BlockingQueue<String> queue, String wanted) throws InterruptedException {
        while (true) {
            var next = queue.poll(20, TimeUnit.SECONDS);
            assertThat(next).as(wanted).isNotNull();
            if (wanted.equals(next)) return next;
        }
    }
}
