package io.smarter.acceptance;

import static java.lang.System.Logger.Level.INFO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.client.Informer;
import io.smarter.client.ListOptions;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A real gateway and containerd, and a device plugin that shares out a real device. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DevicesTest {
    private static final System.Logger LOG = System.getLogger("devices");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CHANGES = Integer.getInteger("smarter.device.changes", 20);
    private static final String AMOUNT = "{.status.allocatable.smarter\\.io/fuse}";

    private Path folder = Path.of("");
    private Run run = new Run();
    private @Nullable FusePlugin plugin;

    @BeforeAll
    void up(@TempDir Path temporary) throws Exception {
        assumeThat(Path.of("/dev/fuse")).exists();
        Run.needKubectl();
        folder = temporary;
        run = new Run()
                .with("SMARTER_DATA", folder.resolve("data").toString())
                .with("SMARTER_PORT", "16447")
                .with("KUBECONFIG", kubeconfig().toString());
        run.run("./smarter", "up", "--no-demo").ok();
        BusyboxImage.write(folder.resolve("busybox.tar"));
        run.run("./smarter", "image", "load", folder.resolve("busybox.tar").toString())
                .ok();
    }

    @AfterAll
    void down() throws Exception {
        if (plugin != null) plugin.close();
        run.run("./smarter", "down", "--purge").ok();
    }

    private Path kubeconfig() {
        return folder.resolve("data/cloud/admin.kubeconfig");
    }

    private FusePlugin plugin() {
        return Objects.requireNonNull(plugin);
    }

    private void register(Map<String, Boolean> devices) throws IOException {
        plugin = FusePlugin.register(folder.resolve("data/kubelet/gateway-1/device-plugins"), devices);
    }

    @Test
    @Order(1)
    void aPodWaitsForAPluginAndGetsItsDevice() throws Exception {
        start("first");
        Run.until("first waits", PATIENCE, () -> waits("first").equals("WaitingForDevices"));
        register(Map.of("one", true, "two", true));
        kubectl("wait", "--for=condition=Ready", "pod/first", "--timeout=60s");
        assertThat(kubectl("get", "node", "gateway-1", "-o", "jsonpath=" + AMOUNT))
                .isEqualTo("2");
        assertThat(kubectl("exec", "first", "--", "sh", "-c", "test -c /dev/fuse && : <>/dev/fuse && echo $FUSE"))
                .isEqualTo("one\n");
        assertThat(health("first")).isEqualTo("one Healthy");
    }

    @Test
    @Order(2)
    void aKilledAgentKnowsWhoHoldsWhat() throws Exception {
        var container = container("first");
        ProcessHandle.of(gatewayPid()).orElseThrow().destroyForcibly();
        Run.until("the agent is gone", PATIENCE, () -> gatewayPid() == 0);
        plugin().close();
        run.run("./smarter", "up", "--no-demo").ok();
        start("second");
        Run.until("second waits", PATIENCE, () -> waits("second").equals("WaitingForDevices"));
        register(Map.of("one", true, "two", true));
        kubectl("wait", "--for=condition=Ready", "pod/second", "--timeout=60s");
        assertThat(kubectl("exec", "second", "--", "sh", "-c", "echo $FUSE")).isEqualTo("two\n");
        assertThat(container("first")).isEqualTo(container);
        assertThat(health("first")).isEqualTo("one Healthy");
    }

    @Test
    @Order(3)
    void aContainerThatRestartsKeepsItsDevice() throws Exception {
        // Which may end the command, too, before it can tell how it ended itself.
        run.run("", List.of("kubectl", "exec", "first", "--", "kill", "1"));
        Run.until("first runs again", PATIENCE, () -> container("first").endsWith(" 1 true"));
        assertThat(kubectl("exec", "first", "--", "sh", "-c", "echo $FUSE")).isEqualTo("one\n");
        start("third");
        Run.until("third waits", PATIENCE, () -> waits("third").equals("WaitingForDevices"));
        kubectl("delete", "pod", "second", "--wait");
        kubectl("wait", "--for=condition=Ready", "pod/third", "--timeout=60s");
        assertThat(kubectl("exec", "third", "--", "sh", "-c", "echo $FUSE")).isEqualTo("two\n");
    }

    /** From the moment at which the plugin tells it to the one at which a client of the cloud sees the Node changed. */
    @Test
    @Order(4)
    void theNodeSaysSoonWhatAPluginSays() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        var millis = new long[CHANGES];
        try (var api = new ApiClient(ClientConfig.kubeconfig(kubeconfig()));
                var nodes = Informer.start(
                        api, Resource.NODES, null, ListOptions.ALL, (_, _, now) -> seen.add(allocatable(now)))) {
            nodes.awaitSync(PATIENCE);
            for (int i = 0; i < CHANGES; i++) {
                boolean healthy = i % 2 == 1;
                seen.clear();
                long start = System.nanoTime();
                plugin().tell(Map.of("one", true, "two", healthy));
                await(seen, healthy ? "2" : "1");
                millis[i] = (System.nanoTime() - start) / 1_000_000;
            }
        }
        Arrays.sort(millis);
        LOG.log(
                INFO,
                "health to Node, {0} changes: p50 {1} ms, p99 {2} ms",
                CHANGES,
                millis[CHANGES / 2],
                millis[CHANGES - 1]);
        assertThat(millis[CHANGES / 2]).as("milliseconds, p50").isLessThan(300);
        plugin().tell(Map.of("one", false, "two", true));
        Run.until("first's device is unhealthy", PATIENCE, () -> health("first").equals("one Unhealthy"));
        Run.until("an event tells", PATIENCE, () -> kubectl("get", "events").contains("DeviceUnhealthy"));
    }

    private static String allocatable(Json.@Nullable Obj now) {
        var amount = now == null ? null : now.text("status", "allocatable", FusePlugin.RESOURCE);
        return String.valueOf(amount);
    }

    private static void await(LinkedBlockingQueue<String> seen, String amount) throws InterruptedException {
        while (true) {
            var next = seen.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a Node with " + amount).isNotNull();
            if (next.equals(amount)) return;
        }
    }

    // ---- the cluster

    private void start(String name) throws Exception {
        var container = Json.obj(
                "name",
                "app",
                "image",
                BusyboxImage.NAME,
                "imagePullPolicy",
                "IfNotPresent",
                "command",
                List.of("sh", "-c", "trap exit TERM; while true; do sleep 1 & wait $!; done"),
                "resources",
                Json.obj("limits", Json.obj(FusePlugin.RESOURCE, "1")));
        var pod = Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Json.obj("name", name),
                "spec",
                Json.obj(
                        "nodeName",
                        "gateway-1",
                        "terminationGracePeriodSeconds",
                        1,
                        "containers",
                        List.of(container),
                        "tolerations",
                        List.of(Json.obj("operator", "Exists"))));
        run.feed(pod.compact(), "kubectl", "apply", "-f", "-").ok();
    }

    private String waits(String pod) throws Exception {
        return jsonpath(pod, "{.status.containerStatuses[0].state.waiting.reason}");
    }

    private String health(String pod) throws Exception {
        var device = "{.status.containerStatuses[0].allocatedResourcesStatus[0].resources[0]";
        return jsonpath(pod, device + ".resourceID} " + device + ".health}");
    }

    private String container(String pod) throws Exception {
        var status = "{.status.containerStatuses[0]";
        return jsonpath(pod, status + ".containerID} " + status + ".restartCount} " + status + ".ready}");
    }

    private String jsonpath(String pod, String path) throws Exception {
        return kubectl("get", "pod", pod, "-o", "jsonpath=" + path);
    }

    private String kubectl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return run.run("", command).ok();
    }

    private long gatewayPid() throws Exception {
        var status = Json.parse(run.run("./smarter", "status", "-o", "json").ok());
        return status.items("gateways").stream()
                .mapToLong(gateway -> gateway.number(0, "pid"))
                .sum();
    }
}
