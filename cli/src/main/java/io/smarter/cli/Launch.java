package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.client.PatchType;
import io.smarter.gateway.Containerd;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The steps of {@code up}. Each looks first whether its work is done already, so that running them again is harmless. */
final class Launch {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final Path MACHINES_KUBELET = Path.of("/var/lib/kubelet");
    private static final String INTAKE = "/telemetry/v1/readings";
    /** Held here, as nobody else does; a containerd that is started is told in a step. */
    private static final Logger RUNTIMES = Logger.getLogger("io.smarter.gateway");

    private static final String DEMO_NAMESPACE = "smarter-demo";

    private final Instance instance;
    private final Distribution distribution;
    private final Terminal terminal;

    Launch(Instance instance, Distribution distribution, Terminal terminal) {
        this.instance = instance;
        this.distribution = distribution;
        this.terminal = terminal;
    }

    /** Starts the cloud and waits until it answers. */
    void cloud(int port) throws Exception {
        var cloud = instance.cloud();
        if (cloud.process().isPresent()) {
            terminal.print("ok  cloud runs already");
            return;
        }
        terminal.step("start the cloud", () -> {
            createFolder(instance.cloudFolder());
            cloud.start(distribution.command(
                    "cloud", List.of("--data", instance.cloudFolder().toString(), "--listen", "127.0.0.1:" + port)));
            return waitFor(cloud, "the cloud answers", () -> answers(instance));
        });
    }

    private static void createFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            var reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new CliException("--data: %s can't be made: %s: %s".formatted(folder, e.getFile(), reason), e);
        }
    }

    private static boolean answers(Instance instance) throws IOException {
        if (!Files.isReadable(instance.kubeconfig())) return false;
        try (var api = new ApiClient(instance.admin())) {
            return api.raw("GET", "/readyz", "application/json", new byte[0]).status() == 200;
        }
    }

    /** Has the cloud put edge on every gateway. */
    void edge() throws Exception {
        terminal.step("deploy edge", () -> {
            try (var api = new ApiClient(instance.admin())) {
                instance.edge().apply(api);
            }
            return true;
        });
    }

    /**
     * Joins and starts a gateway and waits until its node is ready.
     *
     * @param edge whether its pods' network is to be edge's; somebody else's may come whenever it likes
     */
    void gateway(String name, boolean edge) throws Exception {
        var gateway = instance.gateway(name);
        var running = gateway.process();
        if (running.isPresent()) {
            awaitGateway(name, running.get().info().startInstant().orElse(Instant.EPOCH), edge);
            terminal.print("ok  %s runs already".formatted(name));
            return;
        }
        terminal.step("start " + name, () -> {
            var started = Instant.now();
            var folder = instance.gatewayFolder(name);
            checkCloud(name, folder.resolve("identity/ca.crt"));
            var arguments = new ArrayList<>(List.of(
                    "--server", instance.admin().server().toString(), "--name", name, "--data", folder.toString()));
            arguments.addAll(List.of("--cni-conf-dir", instance.cni().config().toString()));
            arguments.addAll(List.of("--cni-bin-dir", instance.cni().programs().toString()));
            arguments.addAll(List.of("--kubelet-dir", kubelet(name).toString()));
            boolean joined = Files.exists(folder.resolve("identity/node.crt"));
            if (!joined || instance.notices(name).all().containsKey("certificate"))
                arguments.addAll(
                        List.of("--token", TokenCommand.create(instance.admin(), name, Duration.ofMinutes(10))));
            if (edge) prepareRuntime(name);
            gateway.start(distribution.command("gateway", arguments));
            return awaitGateway(name, started, edge);
        });
    }

    /** The folder of the machine's kubelet is one gateway's, under two names: edge finds those of all gateways in one place. */
    private Path kubelet(String name) throws IOException {
        var folder = instance.kubelets().resolve(name);
        if (!instance.isOfThisMachine(name)) return Files.createDirectories(folder);
        Files.createDirectories(instance.kubelets());
        if (!Files.isSymbolicLink(folder)) Files.createSymbolicLink(folder, MACHINES_KUBELET);
        return Files.createDirectories(MACHINES_KUBELET);
    }

    /** Gives a gateway's runtime the image before there is an agent, which would look for it at once and then not for a while. */
    private void prepareRuntime(String name) throws IOException, InterruptedException {
        RUNTIMES.setLevel(Level.WARNING);
        try (var runtime = instance.containerd(name)) {
            runtime.start();
            runtime.load(distribution.edgeImage());
        }
    }

    /** A gateway that joined another cloud trusts this one never. */
    private void checkCloud(String name, Path authority) throws IOException {
        var own = instance.cloudFolder().resolve("pki/ca.crt");
        if (Files.exists(authority) && Files.mismatch(authority, own) >= 0)
            throw new CliException(
                    "%s belongs to another cloud than the one in %s; remove %s, or all with: smarter down --purge"
                            .formatted(name, instance.cloudFolder(), instance.gatewayFolder(name)));
    }

    /** Waits until a gateway that was started at a time runs pods and the cloud knows: what it said before is of no use. */
    private boolean awaitGateway(String name, Instant started, boolean edge) throws Exception {
        var gateway = instance.gateway(name);
        var runtime = instance.runtime(name);
        waitFor(gateway, name + " has its runtime", () -> Files.exists(runtime) && Containerd.answers(runtime));
        var since = started.truncatedTo(ChronoUnit.SECONDS);
        var status = edge ? "True" : "";
        try (var api = new ApiClient(instance.admin())) {
            return waitFor(gateway, name + " is ready", () -> saidSince(api, name, status, since));
        }
    }

    private static boolean saidSince(ApiClient api, String node, String status, Instant start) throws IOException {
        try {
            return saidSince(api.get(Resource.NODES, "", node), status, start);
        } catch (ApiException e) {
            if (e.notFound()) return false;
            throw e;
        }
    }

    /**
     * Whether a Node said at a time or later that it is ready.
     *
     * @param status {@code True}, or empty for whatever it said of that
     */
    static boolean saidSince(Json.Obj node, String status, Instant start) {
        return node.items("status", "conditions").stream()
                .filter(condition -> condition.textOrEmpty("type").equals("Ready"))
                .filter(condition ->
                        status.isEmpty() || condition.textOrEmpty("status").equals(status))
                .map(condition -> condition.textOrEmpty("lastHeartbeatTime"))
                .anyMatch(time -> !time.isEmpty() && !Instant.parse(time).isBefore(start));
    }

    /** Gives every gateway the demo's image and label, deploys it, and waits for its first reading. */
    void demo() throws Exception {
        terminal.step("load the demo image", () -> {
            for (var name : instance.gateways()) ImageCommand.load(instance.runtime(name), distribution.demoImage());
            return true;
        });
        try (var api = new ApiClient(instance.admin())) {
            terminal.step("deploy the demo by a label", () -> {
                for (var manifest : Manifests.in("demo")) Manifests.apply(api, ownFolder(manifest));
                Manifests.apply(api, intakeSecret());
                for (var name : instance.gateways()) {
                    var label = Json.obj("metadata", Map.of("labels", Map.of("smarter-demo", "enabled")));
                    api.patch(Resource.NODES, "", name, PatchType.MERGE, label);
                }
                return true;
            });
            var started = Instant.now();
            terminal.step(
                    "first reading in the cloud",
                    () -> waitFor(instance.cloud(), "a reading arrives", () -> readingSince(api, started)));
        }
    }

    private static boolean readingSince(ApiClient api, Instant start) throws IOException {
        return DemoCommand.readings(api).items("readings").stream()
                .anyMatch(reading -> Instant.parse(reading.textOrEmpty("time")).isAfter(start));
    }

    /** A manifest of which the parts meet in the instance's own folder, so that several instances may share a machine. */
    private Json.Obj ownFolder(Json.Obj manifest) {
        var volumes = manifest.items("spec", "template", "spec", "volumes").stream()
                .map(volume -> volume instanceof Json.Obj object && object.has("hostPath")
                        ? object.withAt(Json.of(instance.demoFolder().toString()), "hostPath", "path")
                        : volume)
                .toList();
        return volumes.isEmpty() ? manifest : manifest.withAt(Json.arr(volumes), "spec", "template", "spec", "volumes");
    }

    private Json.Obj intakeSecret() throws IOException {
        var pki = instance.cloudFolder().resolve("pki");
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", "intake", "namespace", DEMO_NAMESPACE),
                "data",
                Map.of(
                        "url", base64((instance.admin().server() + INTAKE).getBytes(StandardCharsets.UTF_8)),
                        "ca.crt", base64(Files.readAllBytes(pki.resolve("ca.crt"))),
                        "token", base64(Files.readAllBytes(pki.resolve("intake.token")))));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Waits for a condition while a program runs; when the program ends first, its last words are the error. */
    static boolean waitFor(Daemon daemon, String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        IOException last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.call()) return true;
            } catch (IOException e) {
                last = e;
            }
            if (daemon.process().isEmpty())
                throw new CliException("%s ended; its last words in %s:%n%s"
                        .formatted(daemon.name(), daemon.log(), daemon.lastLines(10)));
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
        throw new CliException(
                "waited %d s until %s; see %s".formatted(PATIENCE.toSeconds(), what, daemon.log()), last);
    }
}
