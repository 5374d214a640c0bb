package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.gateway.CniFolders;
import io.smarter.gateway.Containerd;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import io.smarter.pki.PkiRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that loses its power and its link, and whose certificate expires before the link is back. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LongAbsenceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int PORT = 16447;
    private static final String NAME = "gateway-1";

    private final List<Process> programs = new ArrayList<>();
    private Path data = Path.of("");
    private Run run = new Run();

    @BeforeAll
    void up(@TempDir Path folder) throws Exception {
        Run.needKubectl();
        data = folder.resolve("data");
        run = new Run()
                .with("SMARTER_DATA", data.toString())
                .with("SMARTER_PORT", Integer.toString(PORT))
                .with("KUBECONFIG", data.resolve("cloud/admin.kubeconfig").toString());
        run.run("./smarter", "up", "--no-demo").ok();
        BusyboxImage.write(folder.resolve("busybox.tar"));
        run.run("./smarter", "image", "load", folder.resolve("busybox.tar").toString())
                .ok();
    }

    @AfterAll
    void down() throws Exception {
        for (var program : programs) program.destroy();
        for (var program : programs) program.waitFor();
        run.run("./smarter", "down", "--purge").ok();
    }

    @Test
    void itsPodsRunFromDiskAndNothingIsStartedWhenTheLinkIsBack() throws Exception {
        deploy();
        cutPower();
        expireCertificate();
        var booted = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        start(
                "gateway",
                "--server",
                "https://127.0.0.1:" + PORT,
                "--name",
                NAME,
                "--data",
                gateway().toString());
        Run.until("the container runs from disk", PATIENCE, () -> !running().isEmpty());
        var container = running();

        start("cloud", "--data", data.resolve("cloud").toString(), "--listen", "127.0.0.1:" + PORT);
        Run.until("the cloud knows what runs", PATIENCE, () -> known().equals(container + " true"));
        assertThat(certificateEnd()).isAfter(Instant.now().plus(Duration.ofDays(300)));
        assertThat(running()).isEqualTo(container);
        Run.until("the cloud knows when that was started", PATIENCE, () -> startedSince(booted));
        assertThat(kubectl("exec", "kept", "--", "cat", "/key/value", "/settings/value"))
                .isEqualTo("onetwo");
    }

    private void deploy() throws Exception {
        kubectl("create", "secret", "generic", "key", "--from-literal=value=one");
        kubectl("create", "configmap", "settings", "--from-literal=value=two");
        var mounts = Json.arr(
                Json.obj("name", "key", "mountPath", "/key"), Json.obj("name", "settings", "mountPath", "/settings"));
        var volumes = Json.arr(
                Json.obj("name", "key", "secret", Json.obj("secretName", "key")),
                Json.obj("name", "settings", "configMap", Json.obj("name", "settings")));
        var container = Json.obj(
                "name",
                "c",
                "image",
                BusyboxImage.NAME,
                "command",
                Json.arr("sleep", "100000"),
                "volumeMounts",
                mounts);
        var spec = Json.obj("nodeName", NAME, "volumes", volumes, "containers", Json.arr(container));
        var pod = Json.obj("apiVersion", "v1", "kind", "Pod", "metadata", Json.obj("name", "kept"), "spec", spec);
        run.feed(pod.compact(), "kubectl", "create", "-f", "-").ok();
        kubectl("wait", "--for=condition=Ready", "pod/kept", "--timeout=60s");
        assertThat(new String(
                        Files.readAllBytes(gateway().resolve("configs/Secret_default_key.json")),
                        StandardCharsets.ISO_8859_1))
                .doesNotContain(Base64.getEncoder().encodeToString("one".getBytes(StandardCharsets.UTF_8)));
    }

    private void cutPower() throws Exception {
        var status = Json.parse(run.run("./smarter", "status", "-o", "json").ok());
        for (long pid : List.of(
                status.number(0, "cloud", "pid"),
                status.items("gateways").getFirst().number(0, "pid"))) {
            var program = ProcessHandle.of(pid).orElseThrow();
            program.destroyForcibly();
            program.onExit().get();
        }
        containerd().cutPower();
        assertThat(gateway().resolve("secrets")).isEmptyDirectory();
    }

    /** As if it had been away for a year: a certificate as the cloud gives them, for the same key, of which the time is over. */
    private void expireCertificate() throws Exception {
        var identity = gateway().resolve("identity");
        var own = Pem.identity(identity.resolve("node.crt"), identity.resolve("node.key"));
        var keys = new KeyPair(own.chain().getFirst().getPublicKey(), own.key());
        var csr = Pem.csr(keys, "system:node:" + NAME, List.of("system:nodes")).getBytes(StandardCharsets.US_ASCII);
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
        var expired = Pki.open(data.resolve("cloud"), listen, List.of())
                .sign(
                        PkiRequest.ofBase64(Base64.getEncoder().encodeToString(csr)),
                        List.of("digital signature", "client auth"),
                        Duration.ofMinutes(-1));
        Files.writeString(identity.resolve("node.crt"), Pem.text(expired));
        assertThat(certificateEnd()).isBefore(Instant.now());
    }

    private Instant certificateEnd() throws Exception {
        return Pem.certificates(gateway().resolve("identity/node.crt"))
                .getFirst()
                .getNotAfter()
                .toInstant();
    }

    private Path gateway() {
        return data.resolve(NAME);
    }

    private CniFolders cni() {
        return new CniFolders(data.resolve("cni/net.d"), data.resolve("cni/bin"));
    }

    private Containerd containerd() {
        return new Containerd(gateway(), cni());
    }

    private void start(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("./smarter"));
        command.addAll(Arrays.asList(arguments));
        if (arguments[0].equals("gateway"))
            command.addAll(List.of(
                    "--kubelet-dir",
                    gateway().resolveSibling("kubelet/" + Edge.GATEWAY).toString(),
                    "--cni-conf-dir",
                    cni().config().toString(),
                    "--cni-bin-dir",
                    cni().programs().toString()));
        programs.add(run.start(command.toArray(String[]::new)));
    }

    /** The ids of the containers that run, but for that of the sandbox; empty where there are none. */
    private String running() throws Exception {
        var socket = containerd().socket().toString();
        var containers = run.run(
                        "ctr",
                        "--address",
                        socket,
                        "--namespace",
                        "k8s.io",
                        "containers",
                        "list",
                        "labels.\"io.cri-containerd.kind\"==container,labels.\"io.kubernetes.pod.namespace\"==default",
                        "-q")
                .out()
                .lines()
                .toList();
        var tasks = run.run("ctr", "--address", socket, "--namespace", "k8s.io", "tasks", "list")
                .out();
        return String.join(
                " ",
                containers.stream()
                        .filter(id -> tasks.lines().anyMatch(line -> line.startsWith(id) && line.contains("RUNNING")))
                        .toList());
    }

    /** Which container the cloud takes for the pod's, and whether it is ready. */
    private String known() throws Exception {
        var path = "jsonpath={.status.containerStatuses[0].containerID} {.status.containerStatuses[0].ready}";
        return run.run("kubectl", "get", "pod", "kept", "-o", path).out().replaceFirst("^containerd://", "");
    }

    private boolean startedSince(Instant time) throws Exception {
        var events = Json.parse(
                kubectl("get", "events", "--field-selector=involvedObject.name=kept,reason=Started", "-o", "json"));
        return events.items("items").stream()
                .anyMatch(event ->
                        !Instant.parse(event.textOrEmpty("lastTimestamp")).isBefore(time));
    }

    private String kubectl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(Arrays.asList(arguments));
        return run.run("", command).ok();
    }
}
