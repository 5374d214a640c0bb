package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.client.ListOptions;
import io.smarter.cloud.Cloud;
import io.smarter.cloud.CloudSettings;
import io.smarter.cri.CriException;
import io.smarter.cri.GrpcChannel;
import io.smarter.cri.dra.Claim;
import io.smarter.cri.dra.NodePrepareResourceResponse;
import io.smarter.cri.dra.NodePrepareResourcesRequest;
import io.smarter.cri.dra.NodePrepareResourcesResponse;
import io.smarter.cri.dra.NodeUnprepareResourcesRequest;
import io.smarter.cri.dra.NodeUnprepareResourcesResponse;
import io.smarter.cri.pluginregistration.InfoRequest;
import io.smarter.cri.pluginregistration.PluginInfo;
import io.smarter.cri.pluginregistration.RegistrationStatus;
import io.smarter.cri.pluginregistration.RegistrationStatusResponse;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims on real device files: a cloud, the devices part in a process that is killed, and what a kubelet asks of it. */
@Tag("root")
@Timeout(180)
final class ClaimsRootTest {
    private static final String RULES = """
            - match: {path: ^ttyACM}
              count: 2
              containerPath: /dev/modem
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private DevicesSettings settings;
    private Cloud cloud;
    private ApiClient client;
    private Process node;

    @BeforeEach
    void begin() throws Exception {
        settings = ClaimsNode.settings(folder);
        Files.createDirectories(settings.dev());
        Files.createDirectories(folder.resolve("rules"));
        Files.writeString(settings.rules(), RULES);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        cloud = Cloud.start(CloudSettings.of(folder.resolve("cloud"), address));
        client = new ApiClient(ClientConfig.kubeconfig(cloud.kubeconfig()));
        for (var manifest : List.of("k8s/edge.yaml", "k8s-dra/dra.yaml"))
            create(Files.readString(Path.of("../edge", manifest)));
        logIn();
        client.create(
                Resource.NODES,
                "",
                Json.obj("apiVersion", "v1", "kind", "Node", "metadata", Json.obj("name", "node-1")));
        node = start();
    }

    @AfterEach
    void end() {
        kill();
        client.close();
        cloud.close();
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** Makes all that is in a manifest. */
    private void create(String manifest) throws IOException {
        for (var document : Yaml.parseAll(manifest.getBytes(UTF_8))) {
            var object = (Json.Obj) document;
            var namespace = object.textOrEmpty("metadata", "namespace");
            var kind = object.textOrEmpty("kind");
            var plural = kind.toLowerCase(Locale.ROOT) + (kind.endsWith("s") ? "es" : "s");
            var type = Resource.in(object.textOrEmpty("apiVersion"), plural, kind, !namespace.isEmpty());
            client.create(type, namespace, object);
        }
    }

    /** The node has the rights that the manifests give, and no others. */
    private void logIn() throws IOException {
        var request = Json.obj("apiVersion", "authentication.k8s.io/v1", "kind", "TokenRequest", "spec", Json.obj());
        var token = client.create(Resource.SERVICE_ACCOUNTS, "kube-system", "smarter-edge", "token", request)
                .textOrEmpty("status", "token");
        var ca = Yaml.parse(Files.readAllBytes(cloud.kubeconfig()))
                .items("clusters")
                .getFirst()
                .textOrEmpty("cluster", "certificate-authority-data");
        var account = Files.createDirectories(folder.resolve("account"));
        Files.writeString(account.resolve("token"), token);
        Files.write(account.resolve("ca.crt"), Base64.getMimeDecoder().decode(ca));
    }

    private String port() {
        return Integer.toString(cloud.address().getPort());
    }

    private Process start() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClaimsNode.class.getName(),
                        folder.toString(),
                        port())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("node.log").toFile()))
                .start();
    }

    /** With SIGKILL, of which it hears nothing. */
    private void kill() {
        node.destroyForcibly();
        node.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1beta1"})
    void aClaimIsMetAndStaysSoThroughKills(String version) throws Exception {
        plug("ttyACM0");
        var slice = awaitSlices(all -> all.size() == 1).getFirst();
        assertThat(slice.object("metadata").items("ownerReferences").getFirst().textOrEmpty("kind"))
                .isEqualTo("Node");
        assertThat(slice.items("spec", "devices")).hasSize(2);
        var name = slice.items("spec", "devices").getFirst().textOrEmpty("name");

        var dra = register();
        var uid = allocate("modem", name);
        var prepared = prepare(dra, version, "modem", uid);
        assertThat(prepared.getError()).isEmpty();
        var id = prepared.getDevices(0).getCdiDeviceIds(0);
        assertThat(id).isEqualTo("devices.smarter.io/claim=%s.serial.%s".formatted(uid, name));
        var document = document(uid);
        assertThat(document.textOrEmpty("kind") + "="
                        + document.items("devices").getFirst().textOrEmpty("name"))
                .isEqualTo(id);
        var given = document.items("devices").getFirst().items("containerEdits", "deviceNodes");
        assertThat(given)
                .containsExactly(Json.obj("path", "/dev/modem", "hostPath", "/dev/ttyACM0", "permissions", "rw"));

        kill();
        node = start();
        dra = register();
        assertThat(document(uid)).isEqualTo(document);
        assertThat(prepare(dra, version, "modem", uid)).isEqualTo(prepared);
        kill();
        node = start();
        dra = register();
        unprepare(dra, version, "modem", uid);
        unprepare(dra, version, "modem", uid);
        assertThat(file(uid)).doesNotExist();
        var after = slices().getFirst();
        assertThat(after.textOrEmpty("metadata", "resourceVersion"))
                .as("nothing is told twice")
                .isEqualTo(slice.textOrEmpty("metadata", "resourceVersion"));
    }

    @Test
    void slicesFollowTheDevicesAndOutliveWhoRemovesThem() throws Exception {
        plug("ttyACM0");
        awaitSlices(all -> devices(all) == 2);
        plug("ttyACM1");
        plug("ttyACM2");
        var told = awaitSlices(all -> devices(all) == 6);
        assertThat(told.getFirst().number(0, "spec", "pool", "generation")).isLessThanOrEqualTo(3);

        var name = told.getFirst().textOrEmpty("metadata", "name");
        client.delete(SlicePlan.SLICES, "", name, Json.Obj.EMPTY);
        awaitSlices(all -> devices(all) == 6);

        for (var gone : List.of("ttyACM0", "ttyACM1"))
            Files.delete(settings.dev().resolve(gone));
        awaitSlices(all -> devices(all) == 2);
        Files.delete(settings.dev().resolve("ttyACM2"));
        awaitSlices(List::isEmpty);

        plug("ttyACM2");
        awaitSlices(all -> devices(all) == 2);
        kill();
        Devices.remove(settings, ClaimsNode.cluster(folder, port()));
        assertThat(slices()).isEmpty();
    }

    @Test
    void aClaimOnADeviceThatIsGoneIsRefusedAlone() throws Exception {
        plug("ttyACM0");
        plug("ttyACM1");
        var devices = awaitSlices(all -> devices(all) == 4).getFirst().items("spec", "devices");
        Files.delete(settings.dev().resolve("ttyACM0"));
        awaitSlices(all -> devices(all) == 2);
        var gone = allocate("gone", devices.getFirst().textOrEmpty("name"));
        var there = allocate("there", devices.getLast().textOrEmpty("name"));
        var request = NodePrepareResourcesRequest.newBuilder()
                .addClaims(claim("gone", gone))
                .addClaims(claim("there", there))
                .addClaims(claim("none", "u"));
        try (var channel = new GrpcChannel(register())) {
            var answers = ask(channel, "v1", request.build()).getClaimsMap();
            assertThat(Objects.requireNonNull(answers.get(gone)).getError()).endsWith("ttyACM0 is not there");
            assertThat(Objects.requireNonNull(answers.get("u")).getError()).contains("\"none\" not found");
            assertThat(Objects.requireNonNull(answers.get(there)).getError()).isEmpty();
        }
    }

    @Test
    void theExampleOfTheGuideIsAccepted() throws Exception {
        var guide = Files.readString(Path.of("../docs/devices.md"));
        var section = guide.substring(guide.indexOf("\n## With claims\n"));
        int start = section.indexOf("```\n") + 4;
        var example = section.substring(start, section.indexOf("```", start));
        create(example.replaceAll("(?m)^metadata:$", "metadata:\n  namespace: default"));
        var claims = client.list(
                Resource.in("resource.k8s.io/v1", "resourceclaimtemplates", "ResourceClaimTemplate", true),
                "default",
                ListOptions.ALL);
        assertThat(claims.items()).hasSize(1);
    }

    // ---- the cluster

    private List<Json.Obj> slices() throws Exception {
        return client.list(
                        SlicePlan.SLICES,
                        null,
                        ListOptions.fields("spec.nodeName=node-1,spec.driver=devices.smarter.io"))
                .items();
    }

    private static int devices(List<Json.Obj> slices) {
        return slices.stream()
                .mapToInt(one -> one.items("spec", "devices").size())
                .sum();
    }

    private List<Json.Obj> awaitSlices(Predicate<List<Json.Obj>> condition) throws Exception {
        await(() -> condition.test(slices()));
        return slices();
    }

    /** What a scheduler does with a claim, there being none. */
    private String allocate(String name, String device) throws Exception {
        var request = Json.obj("name", "serial", "exactly", Json.obj("deviceClassName", "devices.smarter.io"));
        var made = client.create(
                ClaimDriver.CLAIMS,
                "default",
                Json.obj(
                        "apiVersion",
                        "resource.k8s.io/v1",
                        "kind",
                        "ResourceClaim",
                        "metadata",
                        Json.obj("name", name, "namespace", "default"),
                        "spec",
                        Json.obj("devices", Json.obj("requests", Json.arr(request)))));
        var result = PreparedClaimTest.result("serial", device);
        var allocation = Json.obj("devices", Json.obj("results", Json.arr(result)));
        client.updateStatus(ClaimDriver.CLAIMS, made.withAt(allocation, "status", "allocation"));
        return made.textOrEmpty("metadata", "uid");
    }

    // ---- the kubelet

    /** Finds the plugin as a kubelet does; gives the socket to ask. */
    private Path register() throws Exception {
        var socket = settings.kubelet().resolve("plugins_registry/devices.smarter.io-reg.sock");
        await(() -> Files.exists(socket) && info(socket) != null);
        var info = Objects.requireNonNull(info(socket));
        assertThat(List.of(info.getType(), info.getName())).containsExactly("DRAPlugin", "devices.smarter.io");
        assertThat(info.getSupportedVersionsList()).containsExactly("v1.DRAPlugin", "v1beta1.DRAPlugin");
        try (var channel = new GrpcChannel(socket)) {
            channel.unary(
                    "/pluginregistration.Registration/NotifyRegistrationStatus",
                    RegistrationStatus.newBuilder().setPluginRegistered(true).build(),
                    RegistrationStatusResponse.parser(),
                    PATIENCE);
        }
        return Path.of(info.getEndpoint());
    }

    private static @Nullable PluginInfo info(Path socket) {
        try (var channel = new GrpcChannel(socket)) {
            return channel.unary(
                    "/pluginregistration.Registration/GetInfo",
                    InfoRequest.getDefaultInstance(),
                    PluginInfo.parser(),
                    PATIENCE);
        } catch (CriException _) {
            return null; // the socket of one that was killed
        }
    }

    private static Claim claim(String name, String uid) {
        return Claim.newBuilder()
                .setNamespace("default")
                .setName(name)
                .setUid(uid)
                .build();
    }

    private static NodePrepareResourcesResponse ask(
            GrpcChannel channel, String version, NodePrepareResourcesRequest request) throws Exception {
        return channel.unary(
                "/k8s.io.kubelet.pkg.apis.dra.%s.DRAPlugin/NodePrepareResources".formatted(version),
                request,
                NodePrepareResourcesResponse.parser(),
                PATIENCE);
    }

    private static NodePrepareResourceResponse prepare(Path socket, String version, String name, String uid)
            throws Exception {
        try (var channel = new GrpcChannel(socket)) {
            var request = NodePrepareResourcesRequest.newBuilder().addClaims(claim(name, uid));
            return ask(channel, version, request.build()).getClaimsOrThrow(uid);
        }
    }

    private static void unprepare(Path socket, String version, String name, String uid) throws Exception {
        try (var channel = new GrpcChannel(socket)) {
            var answer = channel.unary(
                    "/k8s.io.kubelet.pkg.apis.dra.%s.DRAPlugin/NodeUnprepareResources".formatted(version),
                    NodeUnprepareResourcesRequest.newBuilder()
                            .addClaims(claim(name, uid))
                            .build(),
                    NodeUnprepareResourcesResponse.parser(),
                    PATIENCE);
            assertThat(answer.getClaimsOrThrow(uid).getError()).isEmpty();
        }
    }

    // ---- the machine

    private Path file(String uid) {
        return settings.cdi().resolve("devices.smarter.io-claim-%s.json".formatted(uid));
    }

    private Json.Obj document(String uid) throws Exception {
        return (Json.Obj) Json.parse(Files.readAllBytes(file(uid)));
    }

    private void plug(String name) throws Exception {
        var path = settings.dev().resolve(name).toString();
        assertThat(new ProcessBuilder("mknod", path, "c", "1", "3")
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (this) {
            while (!condition.call()) {
                assertThat(System.nanoTime())
                        .as(() -> log() + "\nthere are " + listed())
                        .isLessThan(end);
                wait(50);
            }
        }
    }

    private String listed() {
        try {
            return client.list(SlicePlan.SLICES, null, ListOptions.ALL).items().toString();
        } catch (Exception e) {
            return e.toString();
        }
    }

    private String log() {
        try (Stream<String> lines = Files.lines(folder.resolve("node.log"))) {
            return String.join("\n", lines.toList());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
