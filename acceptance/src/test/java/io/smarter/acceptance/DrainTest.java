package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** A machine that goes down: pods end by priority, and run again after its next start without a cloud. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DrainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> PODS = List.of("app", "stubborn", "system", "own-gateway-1");

    /** Milliseconds that the applications' phase may take: its four seconds, and the time of the runtime. */
    private static final long LONGEST = 9_000;

    private final Map<String, String> uids = new HashMap<>();
    private Path folder = Path.of("");
    private Run run = new Run();
    private @Nullable LoneGateway gateway;
    private LoneGateway.@Nullable Agent agent;

    @BeforeAll
    void up(@TempDir Path temporary) throws Exception {
        folder = temporary;
        run = new Run().with("SMARTER_DATA", folder.resolve("data").toString()).with("SMARTER_PORT", "16450");
        run.run("./smarter", "up", "--no-demo").ok();
        BusyboxImage.write(folder.resolve("busybox.tar"));
        run.run("./smarter", "image", "load", folder.resolve("busybox.tar").toString())
                .ok();
        gateway = LoneGateway.takeOver(run, folder.resolve("data"));
        start();
        try (var api = client()) {
            start(api, "app", "", "date >/marks/app.term; sleep 1; date >/marks/app.end; exit 0");
            start(api, "stubborn", "", "date >/marks/stubborn.term");
            start(api, "system", "system-node-critical", "date >/marks/system.term; exit 0");
            startStatic(api, "own");
        }
        Run.until("all run", PATIENCE, () -> running() == PODS.size());
    }

    @AfterAll
    void down() throws Exception {
        if (agent != null) agent.close();
        run.run("./smarter", "down", "--purge").ok();
    }

    private LoneGateway gateway() {
        return Objects.requireNonNull(gateway);
    }

    private void start(String... more) throws IOException {
        var options = new ArrayList<>(List.of("--shutdown-grace-period-by-pod-priority", "0=4s,2000000000=3s"));
        options.addAll(List.of(more));
        agent = gateway().start("", options.toArray(String[]::new));
    }

    private void stop() throws IOException {
        Objects.requireNonNull(agent).close();
    }

    private ApiClient client() throws IOException {
        return new ApiClient(ClientConfig.kubeconfig(folder.resolve("data/cloud/admin.kubeconfig")));
    }

    @Test
    @Order(1)
    void podsEndByPriorityWithinTheirPhases() throws Exception {
        long start = System.currentTimeMillis();
        var out = run.run("./smarter", "drain").ok();
        assertThat(out.lines().filter(line -> line.contains("default/")))
                .hasSize(4)
                .last()
                .isEqualTo("ended: pod default/system");
        assertThat(running()).isZero();
        assertThat(mark("app.end")).isGreaterThanOrEqualTo(mark("app.term") + 900);
        assertThat(mark("system.term"))
                .as("the system's pods wait for the others")
                .isBetween(Math.max(mark("app.end"), mark("stubborn.term") + 2_000), start + LONGEST);
        try (var api = client()) {
            var ready = condition(api.get(Resource.NODES, "", "gateway-1"));
            assertThat(ready.text("status")).isEqualTo("False");
            assertThat(ready.text("message")).isEqualTo("node is shutting down");
            for (var pod : PODS) {
                var there = api.get(Resource.PODS, "default", pod);
                assertThat(there.text("status", "reason")).isEqualTo("Terminated");
                assertThat(there.text("status", "phase")).isEqualTo("Running");
                assertThat(condition(there).text("status")).isEqualTo("False");
            }
        }
    }

    @Test
    @Order(2)
    void theyRunAgainAfterTheNextStartWithoutACloud() throws Exception {
        stop();
        var status = Json.parse(run.run("./smarter", "status", "-o", "json").ok());
        var cloud = ProcessHandle.of(status.number(0, "cloud", "pid")).orElseThrow();
        cloud.destroyForcibly();
        Run.until("the cloud is gone", PATIENCE, () -> !cloud.isAlive());
        start("--drain-on-stop");
        Run.until("all run again", PATIENCE, () -> running() == PODS.size());
    }

    @Test
    @Order(3)
    void theCloudSeesThemRunWhenItIsBack() throws Exception {
        run.run("./smarter", "up", "--gateways", "0", "--no-demo").ok();
        try (var api = client()) {
            for (var pod : PODS)
                Run.until(pod + " is ready", PATIENCE, () -> {
                    var there = api.get(Resource.PODS, "default", pod);
                    return "True".equals(condition(there).text("status")) && there.text("status", "reason") == null;
                });
        }
    }

    @Test
    @Order(4)
    void anAgentThatDrainsOnStopTakesItsPodsAlong() throws Exception {
        stop();
        assertThat(running()).isZero();
    }

    // ---- the cluster

    private int running() throws IOException {
        int running = 0;
        for (var uid : uids.values()) running += gateway().running(uid).size();
        return running;
    }

    private long mark(String name) throws IOException {
        return Files.getLastModifiedTime(folder.resolve("marks").resolve(name)).toMillis();
    }

    private static Json condition(Json.Obj object) {
        return object.items("status", "conditions").stream()
                .filter(condition -> "Ready".equals(condition.text("type")))
                .findFirst()
                .orElse(Json.Obj.EMPTY);
    }

    private void start(ApiClient api, String name, String priority, String atEnd) throws IOException {
        var pod = api.create(Resource.PODS, "default", pod(name, priority, atEnd));
        uids.put(name, pod.textOrEmpty("metadata", "uid"));
    }

    /** A pod that the node runs on its own; returns when the cloud shows it. */
    private void startStatic(ApiClient api, String name) throws Exception {
        var manifests = Files.createDirectories(folder.resolve("data/gateway-1/manifests"));
        var pod = pod(name, "", "exit 0").with("apiVersion", Json.of("v1")).with("kind", Json.of("Pod"));
        var file = Files.writeString(manifests.resolve("." + name), pod.compact());
        Files.move(file, manifests.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE);
        Run.until("the cloud shows it", PATIENCE, () -> mirror(api, name) != null);
        var shown = Objects.requireNonNull(mirror(api, name));
        uids.put(name, shown.textOrEmpty("metadata", "annotations", "kubernetes.io/config.hash"));
    }

    private static @Nullable Json mirror(ApiClient api, String name) throws IOException {
        try {
            return api.get(Resource.PODS, "default", name + "-gateway-1");
        } catch (ApiException e) {
            if (e.notFound()) return null;
            throw e;
        }
    }

    /** A pod that does something at SIGTERM; if that does not end it, it goes on. */
    private Json.Obj pod(String name, String priority, String atEnd) {
        var container = Json.obj(
                "name",
                "app",
                "image",
                BusyboxImage.NAME,
                "imagePullPolicy",
                "IfNotPresent",
                "command",
                List.of("sh", "-c", "trap '%s' TERM; while true; do sleep 1 & wait $!; done".formatted(atEnd)),
                "volumeMounts",
                List.of(Json.obj("name", "marks", "mountPath", "/marks")));
        var marks = Json.obj("path", folder.resolve("marks").toString(), "type", "DirectoryOrCreate");
        var spec = Json.obj(
                "nodeName",
                "gateway-1",
                "terminationGracePeriodSeconds",
                300,
                "priorityClassName",
                priority.isEmpty() ? null : priority,
                "containers",
                List.of(container),
                "volumes",
                List.of(Json.obj("name", "marks", "hostPath", marks)),
                "tolerations",
                List.of(Map.of("operator", "Exists")));
        return Json.obj("metadata", Json.obj("name", name), "spec", spec);
    }
}
