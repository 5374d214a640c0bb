package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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

/** One instance with two gateways, from {@code up} to {@code down}, used as a person would with the real kubectl. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FirstLightTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Path folder = Path.of("");

    private Run run = new Run();
    private Machine before =
            new Machine(java.util.Set.of(), java.util.Set.of(), java.util.Set.of(), java.util.Set.of());

    @BeforeAll
    void up(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Run.needKubectl();
        before = Machine.now();
        run = new Run()
                .with("SMARTER_DATA", folder.resolve("data").toString())
                .with("SMARTER_PORT", "16443")
                .with(
                        "KUBECONFIG",
                        folder.resolve("data/cloud/admin.kubeconfig").toString());
        run.run("./smarter", "up", "--gateways", "2").ok();
        BusyboxImage.write(folder.resolve("busybox.tar"));
        run.run("./smarter", "image", "load", folder.resolve("busybox.tar").toString())
                .ok();
    }

    @AfterAll
    void down() throws Exception {
        run.run("./smarter", "down", "--purge").ok();
        assertThat(Machine.now()).isEqualTo(before);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    @Order(1)
    void upAgainIsHarmless() throws Exception {
        var pids = pids();
        assertThat(run.run("./smarter", "up", "--gateways", "2").ok()).contains("runs already");
        assertThat(pids()).isEqualTo(pids);
    }

    @Test
    @Order(2)
    void statusTellsAddressesAndMemory() throws Exception {
        var status = status();
        assertThat(status.textOrEmpty("cloud", "url")).isEqualTo("https://127.0.0.1:16443");
        assertThat(status.textOrEmpty("cloud", "kubeconfig"))
                .isEqualTo(run.run("./smarter", "kubeconfig").ok().strip());
        assertThat(status.number(0, "cloud", "rssBytes")).isPositive();
        assertThat(status.items("gateways")).hasSize(2).allSatisfy(gateway -> {
            assertThat(gateway.textOrEmpty("runtime")).startsWith("unix:///");
            assertThat(gateway.number(0, "rssBytes")).isPositive();
        });
    }

    @Test
    @Order(3)
    void nodesCarryTheLabelsOfTheContract() throws Exception {
        var node = kubectlJson("get", "node", "gateway-1", "-o", "json");
        assertThat(node.texts("metadata", "labels"))
                .containsEntry("smarter.type", "edge")
                .containsEntry("kubernetes.io/hostname", "gateway-1")
                .containsEntry("kubernetes.io/os", "linux")
                .containsKeys("kubernetes.io/arch", "smarter.nodetype", "smarter.nodemodel");
        assertThat(kubectl("get", "nodes"))
                .contains("gateway-1", "gateway-2", "Ready")
                .doesNotContain("NotReady");
    }

    @Test
    @Order(4)
    void demoReadingsArriveFromEachGateway() throws Exception {
        Run.until("readings of both gateways", PATIENCE, () -> {
            var readings = run.run("./smarter", "demo", "--once").ok();
            return readings.contains("gateway-1") && readings.contains("gateway-2");
        });
    }

    @Test
    @Order(5)
    void labelDeploysAnApplicationAndUnlabelRemovesIt() throws Exception {
        kubectl("apply", "-f", "docs/examples/hello.yaml");
        kubectl("label", "node", "gateway-1", "gateway-2", "hello=enabled");
        kubectl("rollout", "status", "daemonset/hello", "--timeout=60s");
        kubectl("label", "node", "gateway-2", "hello-");
        Run.until("the pod of gateway-2 is gone", PATIENCE, () -> helloPods().size() == 1);
        assertThat(helloPods().getFirst().textOrEmpty("spec", "nodeName")).isEqualTo("gateway-1");
    }

    @Test
    @Order(6)
    void logsExecAndPortForwardGoThroughTheTunnel() throws Exception {
        Run.until(
                "a line is logged", PATIENCE, () -> kubectl("logs", "ds/hello").contains("hello from gateway-1"));
        assertThat(kubectl("logs", "ds/hello", "--tail=1").lines()).hasSize(1);
        assertThat(run.feed("through\n", "kubectl", "exec", "-i", "ds/hello", "--", "cat")
                        .ok())
                .isEqualTo("through\n");
        assertThat(run.run("kubectl", "exec", "ds/hello", "--", "sh", "-c", "exit 7")
                        .status())
                .isEqualTo(7);
        kubectl("exec", "ds/hello", "--", "sh", "-c", "mkdir -p /tmp/w && echo served > /tmp/w/index.html");
        kubectl("exec", "ds/hello", "--", "httpd", "-p", "8080", "-h", "/tmp/w");
        var forward = run.start("kubectl", "port-forward", "ds/hello", "18080:8080");
        try {
            Run.until("the forwarded port serves", PATIENCE, () -> get(18080).endsWith("served\n"));
        } finally {
            forward.destroy();
            forward.waitFor();
        }
    }

    @Test
    @Order(7)
    void rolloutGoesForthAndBack() throws Exception {
        kubectl("set", "env", "daemonset/hello", "GREETING=bonjour");
        kubectl("rollout", "status", "daemonset/hello", "--timeout=60s");
        Run.until("the new words", PATIENCE, () -> kubectl("logs", "ds/hello").contains("bonjour"));
        assertThat(kubectl("rollout", "history", "daemonset/hello")).contains("1", "2");
        kubectl("rollout", "undo", "daemonset/hello");
        kubectl("rollout", "status", "daemonset/hello", "--timeout=60s");
        Run.until("the old words", PATIENCE, () -> kubectl("logs", "ds/hello").contains("hello from"));
    }

    @Test
    @Order(8)
    void killedCloudAndAgentComeBackAndRestartNothing() throws Exception {
        kubectl("create", "configmap", "kept", "--from-literal=a=b");
        var container = helloContainer();
        for (var pid : List.of(status().number(0, "cloud", "pid"), gatewayPid("gateway-1")))
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Run.until("both are gone", PATIENCE, () -> status().at("cloud") == null && gatewayPid("gateway-1") == 0);

        run.run("./smarter", "up", "--gateways", "2").ok();

        assertThat(kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}"))
                .isEqualTo("b");
        kubectl("rollout", "status", "daemonset/hello", "--timeout=60s");
        assertThat(helloContainer()).isEqualTo(container);
        assertThat(kubectl("exec", "ds/hello", "--", "echo", "back")).isEqualTo("back\n");
    }

    @Test
    @Order(9)
    void badInputGetsAStatusThatNamesFieldAndReason() throws Exception {
        var wrongType = run.feed("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"n":1}}""", "kubectl", "create", "--validate=false", "-f", "-");
        assertThat(wrongType.status()).isNotZero();
        assertThat(wrongType.err()).contains("data");
        var badName = run.run("kubectl", "create", "configmap", "Not_A_Name");
        assertThat(badName.err()).contains("metadata.name", "Invalid value");
        assertThat(run.run("kubectl", "get", "nonsense").err()).contains("doesn't have a resource type");
        var unknownField = run.feed("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"dada":{}}""", "kubectl", "create", "-f", "-");
        assertThat(unknownField.err()).contains("unknown field \"dada\"");
    }

    @Test
    @Order(10)
    void tokenJoinsNoOtherGateway() throws Exception {
        var token = run.run("./smarter", "token", "create", "--name", "gateway-9", "--ttl", "1m")
                .ok()
                .strip();
        assertThat(token).startsWith("smt1.");
        var other = run.run(
                "./smarter",
                "gateway",
                "--server",
                "https://127.0.0.1:16443",
                "--token",
                token,
                "--name",
                "gateway-8",
                "--data",
                folder.resolve("other").toString());
        assertThat(other.status()).isNotZero();
        assertThat(other.err()).contains("for another node", "gateway-8");
    }

    @Test
    @Order(11)
    void gatewayRunsItsPodsWithoutTheCloud() throws Exception {
        var runtime = runtime("gateway-1");
        run.run("./smarter", "down").ok();
        var agent = run.start(
                "./smarter",
                "gateway",
                "--server",
                "https://127.0.0.1:16443",
                "--name",
                "gateway-1",
                "--data",
                folder.resolve("data/gateway-1").toString());
        try {
            Run.until("hello runs from disk", PATIENCE, () -> tasks(runtime).contains("RUNNING"));
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    private String tasks(String runtime) throws Exception {
        return run.run("ctr", "--address", runtime, "--namespace", "k8s.io", "tasks", "list")
                .out();
    }

    private String runtime(String gateway) throws Exception {
        return status().items("gateways").stream()
                .filter(one -> one.textOrEmpty("name").equals(gateway))
                .findFirst()
                .orElseThrow()
                .textOrEmpty("runtime")
                .replaceFirst("^unix://", "");
    }

    private String kubectl(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return run.run("", command).ok();
    }

    private Json kubectlJson(String... arguments) throws Exception {
        return Json.parse(kubectl(arguments));
    }

    private Json status() throws Exception {
        return Json.parse(run.run("./smarter", "status", "-o", "json").ok());
    }

    private Map<String, Long> pids() throws Exception {
        var pids = new java.util.TreeMap<String, Long>();
        pids.put("cloud", status().number(0, "cloud", "pid"));
        for (var gateway : status().items("gateways")) pids.put(gateway.textOrEmpty("name"), gateway.number(0, "pid"));
        return pids;
    }

    private long gatewayPid(String name) throws Exception {
        return pids().getOrDefault(name, 0L);
    }

    private List<Json> helloPods() throws Exception {
        return kubectlJson("get", "pods", "-l", "app=hello", "-o", "json").items("items");
    }

    /** Identity and restart count of hello's one container. */
    private String helloContainer() throws Exception {
        var container =
                helloPods().getFirst().items("status", "containerStatuses").getFirst();
        return container.textOrEmpty("containerID") + " " + container.number(-1, "restartCount");
    }

    private static String get(int port) throws InterruptedException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
