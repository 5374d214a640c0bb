package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.agent.AgentFolder;
import io.smarter.agent.AgentState;
import io.smarter.agent.Publication;
import io.smarter.agent.Release;
import io.smarter.agent.SelfUpgrade;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.http.Exchange;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of the agent, from who publishes them over a cloud to a gateway's disk, with real certificates and connections. */
final class AgentEndpointTest {
    private static final int PATIENCE_SECONDS = 30;
    private static final int LARGE = 3 << 20;
    private static final String GET = "GET /agents/v1/blobs/";

    @TempDir
    Path folder;

    private TestCloud cloud;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private Path installed = Path.of("");

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(folder.resolve("cloud"), Clock.systemUTC());
        cloud.interceptAgents(agents -> exchange -> {
            requests.add("%s %s %s"
                    .formatted(
                            exchange.method(),
                            exchange.path(),
                            exchange.headers().first("range", "")));
            agents.handle(exchange);
        });
        installed = program("base", 1);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    /** A version with a large file that all have, and a large one of its own. */
    private Path program(String name, int seed) throws IOException {
        var program = Files.createDirectories(folder.resolve("programs").resolve(name));
        Files.writeString(program.resolve("run"), "#!/bin/sh\nexec cat \"${0%/*}/version\"\n");
        Files.setPosixFilePermissions(program.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(program.resolve("version"), name + "\n");
        Files.createDirectories(program.resolve("lib/server"));
        Files.write(program.resolve("lib/server/same"), random(0));
        Files.write(program.resolve("lib/own"), random(seed));
        for (var file : List.of("run", "version", "lib/server/same", "lib/own"))
            Files.setLastModifiedTime(program.resolve(file), Publication.TIME);
        return program;
    }

    private static byte[] random(int seed) {
        var bytes = new byte[LARGE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private ApiClient client(@Nullable TlsIdentity who) {
        var server = URI.create("https://127.0.0.1:" + cloud.server.port());
        return new ApiClient(new ClientConfig(server, List.of(cloud.pki.authority()), who));
    }

    private Publication.Uploaded publish(String name, int seed) throws IOException {
        return publish(name, program(name, seed), cloud.pki.admin());
    }

    private Publication.Uploaded publish(String name, Path from, TlsIdentity signer) throws IOException {
        try (var client = client(cloud.pki.admin());
                var files = Files.walk(from)) {
            return new Publication(client, signer)
                    .publish(
                            name,
                            from,
                            files.filter(Files::isRegularFile)
                                    .map(from::relativize)
                                    .sorted()
                                    .toList());
        }
    }

    /** A gateway's side: what it told, what its Node shows, and whether it wants to be started again. */
    private final class Gateway implements SelfUpgrade.Agent, AutoCloseable {
        final List<String> told = new CopyOnWriteArrayList<>();
        final CountDownLatch restarted = new CountDownLatch(1);
        final CountDownLatch troubled = new CountDownLatch(1);
        volatile String lack = "";
        volatile String problem = "";
        final ApiClient client;
        final SelfUpgrade upgrade;

        Gateway(Path program, Consumer<String> steps) throws Exception {
            client = AgentEndpointTest.this.client(cloud.node("edge"));
            upgrade = SelfUpgrade.start(new AgentFolder(root(), program, installed, steps), this);
        }

        void want(String version) {
            var annotations = Json.obj(SelfUpgrade.WANTED, version, SelfUpgrade.PROBLEM, problem);
            upgrade.look(Json.obj("metadata", Json.obj("annotations", annotations)));
        }

        void awaitRestart() throws InterruptedException {
            assertThat(restarted.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("%s", told)
                    .isTrue();
        }

        String awaitProblem() throws InterruptedException {
            assertThat(troubled.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("%s", told)
                    .isTrue();
            return problem;
        }

        @Override
        public ApiClient client() {
            return client;
        }

        @Override
        public List<X509Certificate> authorities() {
            return List.of(cloud.pki.authority());
        }

        @Override
        public void tell(boolean warning, String reason, String message) {
            told.add(reason + " " + message);
        }

        @Override
        public void show(String shown) {
            problem = shown;
            if (!shown.isEmpty()) troubled.countDown();
        }

        @Override
        public String waitingFor() {
            return lack;
        }

        @Override
        public boolean restartable() {
            return true;
        }

        @Override
        public void restart() {
            restarted.countDown();
        }

        @Override
        public void close() {
            upgrade.close();
            client.close();
        }
    }

    private Path root() {
        return folder.resolve("data/agent");
    }

    private Path version(String name) {
        return root().resolve("versions").resolve(name);
    }

    private AgentState state() throws IOException {
        return AgentFolder.state(root());
    }

    private Gateway upgraded(String to) throws Exception {
        var gateway = new Gateway(installed, _ -> {});
        gateway.want(to);
        gateway.awaitRestart();
        return gateway;
    }

    @Test
    void onlyWhatAGatewayLacksIsSentAndTheRestIsLinked() throws Exception {
        assertThat(publish("base", 1).files()).isEqualTo(4);
        assertThat(publish("v2", 2).files()).as("uploaded").isEqualTo(2);
        try (var gateway = upgraded("v2")) {
            assertThat(requests.stream().filter(request -> request.startsWith(GET)))
                    .hasSize(2);
            assertThat(state()).isEqualTo(new AgentState("", "", "v2", 0, "", "", ""));
            assertThat(version("v2").resolve("lib/own")).hasBinaryContent(random(2));
            assertThat(Files.readString(version("v2").resolve("version"))).isEqualTo("v2\n");
            assertThat(Files.isSameFile(version("v2").resolve("lib/server/same"), installed.resolve("lib/server/same")))
                    .as("linked")
                    .isTrue();
            assertThat(Files.isExecutable(version("v2").resolve("run"))).isTrue();
            assertThat(root().resolve("staging")).isEmptyDirectory();
            assertThat(gateway.told).anyMatch(event -> event.startsWith("AgentDownloading agent v2: 2 of 4 files"));
        }
    }

    @Test
    void aTrialIsGoodWhenItLacksNothingAndOlderVersionsGo() throws Exception {
        for (var name : List.of("v2", "v3", "v4")) publish(name, name.hashCode());
        var before = installed;
        for (var name : List.of("v2", "v3", "v4")) {
            try (var gateway = new Gateway(before, _ -> {})) {
                gateway.want(name);
                gateway.awaitRestart();
            }
            before = version(name);
            try (var gateway = new Gateway(before, _ -> {})) {
                gateway.want(name);
                until(() -> state().trial().isEmpty());
                assertThat(state().current()).isEqualTo(name);
                until(() -> !gateway.told.isEmpty());
                assertThat(gateway.told).first().asString().startsWith("AgentUpgraded agent " + name);
            }
        }
        assertThat(state()).isEqualTo(new AgentState("v4", "v3", "", 0, "", "", ""));
        try (var gateway = new Gateway(before, _ -> {})) {
            gateway.want("v4");
            until(() -> !Files.exists(version("v2")));
        }
        assertThat(version("v3")).exists();
        requests.clear();
        try (var gateway = new Gateway(before, _ -> {})) {
            gateway.want("v3");
            gateway.awaitRestart();
        }
        assertThat(requests).as("what the way back costs").isEmpty();
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void aTransferThatWasCutOffGoesOnWhereItEnded() throws Exception {
        publish("v2", 2);
        var cuts = new AtomicInteger(3);
        cloud.interceptAgents(agents -> exchange -> {
            boolean cut = exchange.path().contains("/blobs/") && cuts.getAndDecrement() > 0;
            agents.handle(cut ? cutAfter(exchange, 700_000) : exchange);
        });
        requests.clear();
        try (var _ = upgraded("v2")) {
            assertThat(version("v2").resolve("lib/own")).hasBinaryContent(random(2));
        }
        var ranges = requests.stream()
                .filter(request -> request.startsWith(GET) && request.contains("bytes="))
                .toList();
        assertThat(ranges).as("%s", requests).isNotEmpty();
        assertThat(ranges).doesNotHaveDuplicates();
    }

    /** An exchange that fails, as its connection would, after so many bytes of the answer. */
    private static Exchange cutAfter(Exchange exchange, int bytes) {
        return (Exchange) Proxy.newProxyInstance(
                Exchange.class.getClassLoader(), new Class<?>[] {Exchange.class}, (_, method, arguments) -> {
                    try {
                        var answer = method.invoke(exchange, arguments);
                        return method.getName().equals("stream") ? limited((OutputStream) answer, bytes) : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static OutputStream limited(OutputStream out, int bytes) {
        return new OutputStream() {
            private int left = bytes;

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                if (left < length) {
                    out.flush();
                    throw new IOException("cut off");
                }
                left -= length;
                out.write(buffer, offset, length);
            }

            @Override
            public void close() throws IOException {
                if (left >= 0 && left != bytes) out.close();
            }
        };
    }

    @Test
    void whatWasLeftOfADamagedTransferIsGotAgain() throws Exception {
        publish("v2", 2);
        var staging = Files.createDirectories(root().resolve("staging"));
        for (var blob : files("blobs")) Files.write(staging.resolve(blob.getFileName()), new byte[5000]);
        try (var _ = upgraded("v2")) {
            assertThat(version("v2").resolve("lib/own")).hasBinaryContent(random(2));
        }
    }

    /** What the cloud keeps. */
    private List<Path> files(String below) throws IOException {
        try (var files = Files.list(folder.resolve("cloud/agents").resolve(below))) {
            return files.sorted().toList();
        }
    }

    @Test
    void aFileThatIsNotWhatWasSignedIsRefused() throws Exception {
        publish("v2", 2);
        for (var blob : files("blobs")) {
            var bytes = Files.readAllBytes(blob);
            bytes[bytes.length / 2] ^= 1;
            Files.write(blob, bytes);
        }
        try (var gateway = new Gateway(installed, _ -> {})) {
            gateway.want("v2");
            assertThat(gateway.awaitProblem()).containsAnyOf("is not what was signed", "is not gzip");
            assertThat(gateway.told).anyMatch(event -> event.startsWith("AgentUpgradeFailed"));
        }
        assertThat(version("v2")).doesNotExist();
        assertThat(state()).isEqualTo(AgentState.FIRST);
    }

    @Test
    void aListThatWasChangedOnTheCloudsDiskIsRefused() throws Exception {
        publish("v2", 2);
        var lists = folder.resolve("cloud/agents/versions");
        var list = files("versions/v2").getFirst();
        Files.writeString(list, Files.readString(list).replace("lib/own", "lib/0wn"));
        Files.createDirectories(lists.resolve("v3"));
        Files.writeString(
                lists.resolve("v3").resolve(list.getFileName()),
                Files.readString(list).replace("lib/0wn", "lib/own"));
        try (var gateway = new Gateway(installed, _ -> {})) {
            gateway.want("v2");
            assertThat(gateway.awaitProblem()).contains("is not what was signed");
        }
        try (var gateway = new Gateway(installed, _ -> {})) {
            gateway.want("v3");
            assertThat(gateway.awaitProblem()).contains("list of version v3").contains("is of version v2");
        }
        assertThat(state()).isEqualTo(AgentState.FIRST);
    }

    @Test
    void onlyAdministratorsSign() throws Exception {
        var program = program("v2", 2);
        var node = cloud.node("edge");
        assertThatThrownBy(() -> publish("v2", program, node)).hasMessageContaining("who is not of system:masters");
        try (var other = new TestCloud(folder.resolve("other"), Clock.systemUTC())) {
            assertThatThrownBy(() -> publish("v2", program, other.pki.admin()))
                    .hasMessageContaining("whom the cloud does not know");
        }
    }

    @Test
    void aVersionThatIsNotPublishedIsTold() throws Exception {
        try (var gateway = new Gateway(installed, _ -> {})) {
            gateway.want("v9");
            assertThat(gateway.awaitProblem()).contains("version v9 is not published for linux-");
            publish("v9", 9);
            gateway.awaitRestart();
        }
    }

    @Test
    void nodesReadAndAdministratorsWrite() throws Exception {
        publish("v2", 2);
        var list = "/agents/v1/versions/v2/" + Release.ownPlatform();
        var missing = "/agents/v1/blobs/" + "0".repeat(64);
        for (var expected : Map.of(
                        "GET " + list,
                        200,
                        "GET " + missing,
                        404,
                        "GET /agents/v1/versions",
                        403,
                        "PUT " + missing,
                        403,
                        "DELETE /agents/v1/versions/v2",
                        403)
                .entrySet()) {
            try (var node = client(cloud.node("edge"))) {
                assertThat(status(node, expected.getKey()))
                        .as(expected.getKey())
                        .isEqualTo(expected.getValue());
            }
        }
        try (var nobody = client(null)) {
            assertThat(status(nobody, "GET " + list)).isEqualTo(401);
        }
        try (var admin = client(cloud.pki.admin())) {
            assertThat(status(admin, "PUT " + missing)).isEqualTo(422);
            assertThat(status(admin, "GET /agents/v1/blobs/..%2f..%2fpki%2fca.key"))
                    .isEqualTo(422);
            assertThat(status(admin, "GET /agents/v1/versions/../v2")).isEqualTo(422);
            assertThat(status(admin, "DELETE /agents/v1/versions/v2")).isEqualTo(200);
            assertThat(status(admin, "DELETE /agents/v1/versions/v2")).isEqualTo(404);
        }
    }

    private static int status(ApiClient client, String request) throws IOException {
        var parts = request.split(" ");
        return client.raw(parts[0], parts[1], null, parts[0].equals("PUT") ? new byte[10] : new byte[0])
                .status();
    }

    @Test
    void aVersionIsNotReplacedByAnother() throws Exception {
        publish("v2", 2);
        assertThatThrownBy(() -> publish("v2", program("v2x", 3), cloud.pki.admin()))
                .hasMessageContaining("is there with other files");
    }

    /** Ends a gateway's thread where a crash would. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("a crash that a test wants", null, false, false);
        }
    }

    @Test
    void aCrashBeforeAnyStepLeavesTheOldOrTheNew() throws Exception {
        publish("v2", 2);
        var steps = new CopyOnWriteArrayList<String>();
        try (var gateway = new Gateway(installed, steps::add)) {
            gateway.want("v2");
            gateway.awaitRestart();
        }
        assertThat(steps)
                .contains("download lib/own", "unpack lib/own", "link lib/server/same", "list", "rename", "installed")
                .contains("state v2", "state written");
        for (int crash = 0; crash < steps.size(); crash++) {
            delete(folder.resolve("data"));
            crashAt(crash);
            assertThat(started())
                    .as("started after a crash at %s", steps.get(crash))
                    .isIn("base", "v2");
            if (state().trial().isEmpty()) {
                try (var gateway = new Gateway(installed, _ -> {})) {
                    gateway.want("v2");
                    gateway.awaitRestart();
                }
            }
            assertThat(started())
                    .as("after %s and one more try", steps.get(crash))
                    .isEqualTo("v2");
            assertThat(version("v2").resolve("lib/own")).hasBinaryContent(random(2));
        }
    }

    private void crashAt(int step) throws Exception {
        var count = new AtomicInteger();
        var crashed = new CountDownLatch(1);
        try (var gateway = new Gateway(installed, _ -> {
            if (count.getAndIncrement() < step) return;
            crashed.countDown();
            throw new Crash();
        })) {
            gateway.want("v2");
            assertThat(crashed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /** Which version the launcher starts now. */
    private String started() throws Exception {
        var command = new ArrayList<>(
                List.of(Path.of("..", "smarter-agent").toAbsolutePath().toString()));
        command.addAll(List.of("--data", folder.resolve("data").toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SMARTER_DIST", installed.toString());
        builder.environment().put("SMARTER_AGENT_SUPERVISED", "1");
        builder.environment().put("SMARTER_AGENT_DEADLINE", "1");
        var process = builder.start();
        try (var out = process.inputReader()) {
            return String.valueOf(out.readLine());
        } finally {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }
}
