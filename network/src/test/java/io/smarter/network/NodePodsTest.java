package io.smarter.network;

import static io.smarter.network.NameTableTest.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.cri.v1.ContainerEventType;
import io.smarter.dns.RecordType;
import io.smarter.dns.ResourceRecord;
import io.smarter.dns.Zone.Answer;
import io.smarter.json.Json;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodePodsTest {
    private static final List<InetAddress> ADDRESS = List.of(ip("10.39.0.5"));
    private static final Json.Obj CAM1 = Json.obj("config", Json.obj("hostname", "cam1"));

    @TempDir
    private Path folder;

    private NodePods pods;
    private LocalNames names;

    @BeforeEach
    void open() {
        pods = new NodePods();
        var settings = new NameSettings(
                "cluster.local",
                List.of(ip("10.39.0.1")),
                List.of(IpBlock.of("10.39.0.0/16").orElseThrow()),
                ip("169.254.0.2"),
                "node");
        names = new LocalNames(settings, pods, List::of);
    }

    @AfterEach
    void close() throws Exception {
        pods.close();
    }

    @Test
    void aPodIsHereFromAttachedToDetached() {
        var told = new ArrayList<Integer>();
        pods.onChange(() -> told.add(pods.current().size()));
        pods.attached("s1", "farm", "cam-x", "u1", ADDRESS);
        assertThat(pods.current())
                .containsExactly(new NodePod("s1", "farm", "cam-x", "u1", "cam-x", null, false, ADDRESS, List.of()));
        assertThat(resolve("cam-x.farm.svc.cluster.local")).isEqualTo("10.39.0.5");
        pods.detached("s1");
        pods.detached("s1");
        assertThat(pods.current()).isEmpty();
        assertThat(resolve("cam-x.farm.svc.cluster.local")).isEqualTo("none");
        assertThat(told).containsExactly(1, 0);
    }

    @Test
    void theRuntimeTellsWhatThereWasAndWhatStarts() throws Exception {
        try (var runtime = new FakeRuntime(folder.resolve("c.sock"))) {
            runtime.run(
                    "s1", "farm", "cam-x", Map.of("app", "cam", "io.kubernetes.pod.name", "cam-x"), CAM1, "10.39.0.5");
            runtime.container(
                    "c1",
                    "s1",
                    "[{\"name\":\"rtsp\",\"containerPort\":8554,\"protocol\":\"TCP\"},{\"containerPort\":1}]");
            pods.follow(List.of(folder.resolve("c.sock").toString()));
            var expected = new NodePod(
                    "s1",
                    "farm",
                    "cam-x",
                    "uid-cam-x",
                    "cam1",
                    Map.of("app", "cam"),
                    false,
                    ADDRESS,
                    List.of(new NamedPort("rtsp", "TCP", 8554)));
            await(() -> pods.current().equals(List.of(expected)));

            pods.attached("s2", "farm", "cam-y", "u2", List.of(ip("10.39.0.6")));
            runtime.tell(ContainerEventType.CONTAINER_STARTED_EVENT, "s2");
            Thread.sleep(20); // the runtime does not answer for it yet
            runtime.run(
                    "s2",
                    "farm",
                    "cam-y",
                    Map.of(),
                    Json.obj("runtimeSpec", Json.obj("hostname", "CAM2")),
                    "10.39.0.6");
            await(() -> pod("s2").hostname().equals("CAM2"));
            assertThat(resolve("cam2")).isEqualTo("10.39.0.6");

            runtime.container("c2", "s2", "[{\"name\":\"web\",\"containerPort\":80}]");
            runtime.tell(ContainerEventType.CONTAINER_STARTED_EVENT, "c2");
            await(() -> pod("s2").ports().equals(List.of(new NamedPort("web", "TCP", 80))));

            runtime.run("s3", "farm", "agent", Map.of("name", "collector"), Json.Obj.EMPTY, "");
            runtime.tell(ContainerEventType.CONTAINER_STARTED_EVENT, "s3");
            await(() -> resolve("collector").equals("10.39.0.1"));
        }
    }

    @Test
    void aPodIsGoneWhenItsSandboxEnds() throws Exception {
        try (var runtime = new FakeRuntime(folder.resolve("c.sock"))) {
            runtime.run("s1", "farm", "cam-x", Map.of(), CAM1, "10.39.0.5");
            pods.attached("s1", "farm", "cam-x", "u1", ADDRESS);
            pods.follow(List.of(folder + "/*.sock"));
            await(() -> resolve("cam1").equals("10.39.0.5"));
            runtime.sandboxes.remove("s1");
            runtime.tell(ContainerEventType.CONTAINER_STOPPED_EVENT, "s1");
            await(() -> pods.current().isEmpty());
        }
    }

    @Test
    void aDetachedPodDoesNotComeBack() throws Exception {
        var socket = folder.resolve("c.sock");
        try (var runtime = new FakeRuntime(socket)) {
            runtime.run("s1", "farm", "cam-x", Map.of(), CAM1, "10.39.0.5");
            runtime.run("s2", "farm", "cam-y", Map.of(), Json.Obj.EMPTY, "10.39.0.6");
            pods.follow(List.of(socket.toString()));
            await(() -> pods.current().size() == 2);
            pods.detached("s1");
            runtime.stop();
            runtime.run("s3", "farm", "cam-z", Map.of(), Json.Obj.EMPTY, "10.39.0.7");
            runtime.restart();
            await(() -> resolve("cam-z").equals("10.39.0.7"));
            assertThat(resolve("cam1")).isEqualTo("none");
        }
    }

    @Test
    void whatEndsWhileTheRuntimeIsAwayIsNoticed() throws Exception {
        var socket = folder.resolve("c.sock");
        try (var runtime = new FakeRuntime(socket)) {
            runtime.run("s1", "farm", "cam-x", Map.of(), CAM1, "10.39.0.5");
            runtime.run("s2", "farm", "cam-y", Map.of(), Json.Obj.EMPTY, "10.39.0.6");
            pods.follow(List.of(socket.toString()));
            await(() -> pods.current().size() == 2);
            runtime.stop();
            runtime.sandboxes.remove("s1");
            assertThat(resolve("cam1")).as("it may run on").isEqualTo("10.39.0.5");
            runtime.restart();
            await(() -> resolve("cam1").equals("none"));
            assertThat(resolve("cam-y")).isEqualTo("10.39.0.6");
        }
    }

    @Test
    void aRuntimeIsFoundWhenItAppearsAndItsPodsGoWithItsFolder() throws Exception {
        var home = folder.resolve("one/run");
        pods.follow(List.of(folder + "/*/run/c.sock", folder.resolve("c.sock").toString()));
        Files.createDirectories(home);
        try (var runtime = new FakeRuntime(home.resolve("c.sock"));
                var other = new FakeRuntime(folder.resolve("c.sock"))) {
            runtime.run("s1", "farm", "cam-x", Map.of(), CAM1, "10.39.0.5");
            other.run("s2", "shop", "web", Map.of(), Json.Obj.EMPTY, "10.39.0.6");
            await(() -> resolve("cam1").equals("10.39.0.5") && resolve("web").equals("10.39.0.6"));
            runtime.stop();
            Files.delete(home);
            await(() -> resolve("cam1").equals("none"));
            assertThat(resolve("web")).isEqualTo("10.39.0.6");
        }
    }

    @Test
    void whoLooksForANameHasTheRuntimeAsked() throws Exception {
        try (var runtime = new FakeRuntime(folder.resolve("c.sock"))) {
            runtime.run("s0", "farm", "other", Map.of(), Json.Obj.EMPTY, "10.39.0.9");
            pods.follow(List.of(folder.resolve("c.sock").toString()));
            await(() -> resolve("other").equals("10.39.0.9"));
            pods.attached("s1", "farm", "cam-x", "u1", ADDRESS);
            assertThat(resolve("cam1")).as("its application cannot run yet").isEqualTo("none");
            runtime.run("s1", "farm", "cam-x", Map.of(), CAM1, "10.39.0.5"); // and its event is late
            assertThat(resolve("cam1")).isEqualTo("10.39.0.5");
            int asked = runtime.asked.get();
            assertThat(resolve("nobody")).isEqualTo("none");
            assertThat(runtime.asked).as("all is known").hasValue(asked);
        }
    }

    @Test
    void aRuntimeThatHangsIsWaitedForOnceForEachPod() throws Exception {
        try (var runtime = new FakeRuntime(folder.resolve("c.sock"))) {
            runtime.run("s0", "farm", "other", Map.of(), Json.Obj.EMPTY, "10.39.0.9");
            pods.follow(List.of(folder.resolve("c.sock").toString()));
            await(() -> resolve("other").equals("10.39.0.9"));
            runtime.silence = new CountDownLatch(1);
            pods.attached("s1", "farm", "cam-x", "u1", ADDRESS);
            assertThat(millis(() -> resolve("cam1"))).isBetween(NodePods.PATIENCE.toMillis(), 3000L);
            assertThat(millis(() -> resolve("cam1"))).isLessThan(NodePods.PATIENCE.toMillis());
            assertThat(millis(() -> resolve("other"))).isLessThan(NodePods.PATIENCE.toMillis());
            runtime.run("s1", "farm", "cam-x", Map.of(), CAM1, "10.39.0.5");
            runtime.silence.countDown();
            await(() -> resolve("cam1").equals("10.39.0.5"));
        }
    }

    private static long millis(Runnable task) {
        long begun = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    private NodePod pod(String sandbox) {
        return pods.current().stream()
                .filter(pod -> pod.sandbox().equals(sandbox))
                .findFirst()
                .orElseThrow();
    }

    private String resolve(String name) {
        if (!(names.lookup(name, RecordType.A, ip("10.39.0.1")) instanceof Answer.Found(var records))) return "none";
        return String.join(
                " ",
                records.stream()
                        .map(record -> record instanceof ResourceRecord.Address address
                                ? address.address().getHostAddress()
                                : "other")
                        .toList());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertThat(i).as("waiting").isLessThan(2000);
            Thread.sleep(5);
        }
    }
}
