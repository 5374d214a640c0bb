package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code smarter why} on the gateway, through the cloud, and without a cloud. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class WhyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Path folder = Path.of("");
    private Run run = new Run();

    @BeforeAll
    void up(@TempDir Path temporary) throws Exception {
        folder = temporary;
        run = new Run().with("SMARTER_DATA", folder.resolve("data").toString()).with("SMARTER_PORT", "16451");
        run.run("./smarter", "up", "--no-demo").ok();
        BusyboxImage.write(folder.resolve("busybox.tar"));
        run.run("./smarter", "image", "load", folder.resolve("busybox.tar").toString())
                .ok();
        try (var api = new ApiClient(ClientConfig.kubeconfig(kubeconfig()))) {
            start(api, "crash", List.of("sh", "-c", "exit 3"), "");
            start(api, "lacking", List.of("sleep", "1000"), "missing");
            api.create(Resource.DAEMON_SETS, "default", gated());
        }
        Run.until("the crash is waited with", PATIENCE, () -> why("pod/crash").contains("back-off"));
    }

    @AfterAll
    void down() throws Exception {
        run.run("./smarter", "down", "--purge").ok();
    }

    private Path kubeconfig() {
        return folder.resolve("data/cloud/admin.kubeconfig");
    }

    private String why(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("./smarter", "why"));
        command.addAll(List.of(arguments));
        return run.run("", command).out();
    }

    @Test
    @Order(1)
    void theAgentSaysWhatAPodWaitsForAndUntilWhen() throws Exception {
        assertThat(why("pod/crash"))
                .startsWith("Not running: container app ended with exit code 3")
                .contains(
                        "next try at",
                        "in touch with the cloud",
                        "What happened",
                        "Exited",
                        "tail -n 20 /var/log/pods/");
        assertThat(why("lacking")).startsWith("Not running: ").contains("secret \"missing\" not found");
        var socket = folder.resolve("data/gateway-1/local/agent.sock");
        assertThat(Files.getAttribute(socket, "unix:mode")).isEqualTo(0140600);
    }

    @Test
    @Order(2)
    void theSameIsSaidThroughTheCloud() throws Exception {
        var json = Json.parse(why(
                "pod/crash",
                "-c",
                "app",
                "-o",
                "json",
                "--data",
                "/nowhere",
                "--kubeconfig",
                kubeconfig().toString()));
        assertThat(json.text("verdict")).contains("exit code 3");
        assertThat(json.text("node")).isEqualTo("gateway-1");
        assertThat(json.items("containers").getFirst().number(0, "restarts")).isPositive();
        assertThat(json.items("timeline")).isNotEmpty();
    }

    @Test
    @Order(3)
    void whoIsNotKnownIsLookedForAmongDaemonSets() throws Exception {
        var result = run.run("./smarter", "why", "pod/gated-x7k2p");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).contains("gateway-1 lacks gate=open, which DaemonSet gated selects by");
    }

    @Test
    @Order(4)
    void withoutACloudTheAgentSaysIt() throws Exception {
        var status = Json.parse(run.run("./smarter", "status", "-o", "json").ok());
        var cloud = ProcessHandle.of(status.number(0, "cloud", "pid")).orElseThrow();
        cloud.destroyForcibly();
        Run.until("the link is down", PATIENCE, () -> why("pod/crash").contains("no link to the cloud"));
        assertThat(why("pod/crash")).contains("exit code 3");
        assertThat(why("pod/other"))
                .contains("cannot be reached", "known on gateway-1: default/crash, default/lacking");
    }

    // ---- objects

    private static void start(ApiClient api, String name, List<String> command, String secret) throws IOException {
        var container = Json.obj(
                "name", "app", "image", BusyboxImage.NAME, "imagePullPolicy", "IfNotPresent", "command", command);
        var volumes = secret.isEmpty()
                ? List.<Json>of()
                : List.<Json>of(Json.obj("name", "s", "secret", Json.obj("secretName", secret)));
        var spec = Json.obj(
                "nodeName",
                "gateway-1",
                "containers",
                List.of(container),
                "volumes",
                volumes,
                "tolerations",
                List.of(Map.of("operator", "Exists")));
        api.create(Resource.PODS, "default", Json.obj("metadata", Json.obj("name", name), "spec", spec));
    }

    private static Json.Obj gated() {
        var labels = Map.of("app", "gated");
        var pod = Json.obj(
                "nodeSelector",
                Map.of("gate", "open"),
                "containers",
                List.of(Json.obj("name", "app", "image", BusyboxImage.NAME)));
        return Json.obj(
                "metadata",
                Json.obj("name", "gated"),
                "spec",
                Json.obj(
                        "selector",
                        Json.obj("matchLabels", labels),
                        "template",
                        Json.obj("metadata", Json.obj("labels", labels), "spec", pod)));
    }
}
