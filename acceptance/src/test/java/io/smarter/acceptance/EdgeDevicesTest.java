package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Applications get the devices of a gateway as its owner's rules say: smarter edge, as {@code up} deploys it, and kernel objects. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EdgeDevicesTest {
    private static final String RULES = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: smarter-device-manager, namespace: kube-system}
            data:
              conf.yaml: |
                - devicematch: ^zram[0-9]+$
                  nummaxdevices: 2
                - name: modem
                  match: {path: ^smt-modem}
                  containerPath: /dev/modem
                  env: {MODEM: "{path}"}
                  onLost: signal
                - name: lock
                  match: {path: ^smt-lock}
                  onLost: restart
                - name: door
                  match: {path: ^smt-door}
                  onLost: stop
                - {match: {path: ^smt-video}, exclusive: desk}
                - {match: {path: ^smt-mic}, exclusive: desk}
            """;
    private static final int NULL = 3;
    private static final int ZERO = 5;

    private final List<Path> made = new ArrayList<>();
    private Edge edge;
    private Path data = Path.of("");

    @BeforeAll
    void up(@TempDir Path folder) throws Exception {
        edge = new Edge(folder, 16463);
        data = folder.resolve("data");
        edge.apply(RULES);
    }

    @AfterAll
    void down() throws Exception {
        for (var file : made) Files.deleteIfExists(file);
        if (edge != null) edge.close();
    }

    private void plug(String name, int minor) throws Exception {
        var file = Path.of("/dev", name);
        edge.run()
                .run("mknod", file.toString(), "c", "1", Integer.toString(minor))
                .ok();
        made.add(file);
    }

    private static void unplug(String name) throws IOException {
        Files.delete(Path.of("/dev", name));
    }

    private String allocatable(String resource) throws Exception {
        return edge.kubectl(
                "get", "node", "gateway-1", "-o", "jsonpath={.status.allocatable.smarter-devices/" + resource + "}");
    }

    private void awaitAllocatable(String resource, String amount) throws Exception {
        Run.until(
                resource + " is " + amount,
                Edge.PATIENCE,
                () -> allocatable(resource).equals(amount));
    }

    private void pod(String name, String resource, String script) throws Exception {
        edge.apply("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
                 "spec":{"nodeName":"gateway-1","terminationGracePeriodSeconds":1,"tolerations":[{"operator":"Exists"}],
                 "containers":[{"name":"app","image":"%s","imagePullPolicy":"IfNotPresent","command":["sh","-c","%s"],
                 "resources":{"limits":{"smarter-devices/%s":1}}}]}}""".formatted(name, BusyboxImage.NAME, script, resource));
    }

    private String exec(String pod, String script) throws Exception {
        return edge.attempt("exec", pod, "--", "sh", "-c", script).ok();
    }

    private boolean hasEvent(String pod, String reason) throws Exception {
        return edge.kubectl(
                        "get", "events", "--field-selector", "involvedObject.name=%s,reason=%s".formatted(pod, reason))
                .contains(reason);
    }

    @Test
    @Order(1)
    void aDeviceOfTheKernelComesAndGoes() throws Exception {
        var number =
                Files.readString(Path.of("/sys/class/zram-control/hot_add")).strip();
        try {
            awaitAllocatable("zram" + number, "2");
        } finally {
            Files.writeString(Path.of("/sys/class/zram-control/hot_remove"), number);
        }
        awaitAllocatable("zram" + number, "0");
    }

    @Test
    @Order(2)
    void anApplicationGetsItsDeviceBackWithoutARestart() throws Exception {
        plug("smt-modem0", NULL);
        pod("dialler", "modem", "trap 'echo hung up' HUP; echo on $MODEM; while true; do sleep 0.1; done");
        edge.awaitReady("dialler");
        assertThat(exec("dialler", "echo x > /dev/modem && stat -c %t:%T /dev/modem"))
                .isEqualTo("1:3\n");
        unplug("smt-modem0");
        Run.until(
                "it is told",
                Edge.PATIENCE,
                () -> edge.kubectl("logs", "dialler").equals("on /dev/modem\nhung up\n"));
        Run.until("an event tells", Edge.PATIENCE, () -> hasEvent("dialler", "DeviceLost"));
        awaitAllocatable("modem", "0");
        plug("smt-modem0", ZERO);
        Run.until(
                "it is back",
                Edge.PATIENCE,
                () -> exec("dialler", "stat -c %t:%T /dev/modem").equals("1:5\n"));
        assertThat(exec("dialler", "head -c 3 /dev/modem | tr '\\0' z")).isEqualTo("zzz");
        Run.until("an event tells", Edge.PATIENCE, () -> hasEvent("dialler", "DeviceReturned"));
        assertThat(edge.jsonpath("dialler", "{.status.containerStatuses[0].restartCount}"))
                .isEqualTo("0");
    }

    @Test
    @Order(3)
    void aRuleMayHaveItRestartedOrStopped() throws Exception {
        plug("smt-lock0", NULL);
        plug("smt-door0", NULL);
        pod("locker", "lock", "trap 'exit 0' TERM; while true; do sleep 0.1; done");
        pod("porter", "door", "trap 'exit 0' TERM; while true; do sleep 0.1; done");
        edge.awaitReady("locker");
        edge.awaitReady("porter");
        unplug("smt-lock0");
        plug("smt-lock0", NULL);
        Run.until(
                "it was restarted or got it back",
                Edge.PATIENCE,
                () -> hasEvent("locker", "DeviceLost") || hasEvent("locker", "DeviceReturned"));
        unplug("smt-door0");
        Run.until(
                "the pod has ended",
                Edge.PATIENCE,
                () -> !edge.kubectl("get", "pods").contains("porter"));
    }

    @Test
    @Order(4)
    void ofAGroupOneContainerHoldsAny() throws Exception {
        plug("smt-video0", NULL);
        plug("smt-mic0", NULL);
        awaitAllocatable("smt-mic0", "1");
        pod("camera", "smt-video0", "sleep 100000");
        edge.awaitReady("camera");
        awaitAllocatable("smt-mic0", "0");
        assertThat(allocatable("smt-video0")).isEqualTo("1");
        pod("recorder", "smt-mic0", "sleep 100000");
        Run.until(
                "it waits",
                Edge.PATIENCE,
                () -> edge.jsonpath("recorder", "{.status.containerStatuses[0].state.waiting.reason}")
                        .equals("WaitingForDevices"));
        edge.kubectl("delete", "pod", "camera", "--timeout=30s");
        edge.awaitReady("recorder");
    }

    @Test
    @Order(5)
    void podsKeepTheirDevicesWhoeverIsKilled() throws Exception {
        var container = "{.status.containerStatuses[0].containerID}";
        var before = edge.jsonpath("dialler", container);
        edge.killAgent();
        for (var program : ProcessHandle.allProcesses().toList()) if (isEdge(program)) program.destroyForcibly();
        edge.up();
        awaitAllocatable("modem", "1");
        edge.kubectl("rollout", "status", "-n", "kube-system", "daemonset/smarter-edge", "--timeout=60s");
        pod("later", "zram0", "sleep 100000");
        edge.awaitReady("later");
        assertThat(edge.jsonpath("dialler", container)).isEqualTo(before);
        assertThat(edge.kubectl("get", "pods", "-A")).doesNotContain("UnexpectedAdmissionError");
    }

    private boolean isEdge(ProcessHandle program) {
        try {
            var command = Files.readString(Path.of("/proc", Long.toString(program.pid()), "cmdline"));
            return command.contains("io.smarter.edge.EdgeMain") && command.contains(data.toString());
        } catch (IOException e) {
            return false;
        }
    }
}
