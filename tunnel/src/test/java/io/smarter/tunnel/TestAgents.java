package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.agent.AgentFolder;
import io.smarter.agent.AgentState;
import io.smarter.agent.Publication;
import io.smarter.agent.SelfUpgrade;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A cloud that has versions of the agent, who publishes them, and the gateways that get them. */
final class TestAgents implements AutoCloseable {
    static final int PATIENCE_SECONDS = 30;
    static final String GET = "GET /agents/v1/blobs/";
    private static final int LARGE = 3 << 20;

    final TestCloud cloud;
    final List<String> requests = new CopyOnWriteArrayList<>();
    final Path installed;

    /** How often a gateway is to fail when it is asked what it waits for. */
    final AtomicInteger faults = new AtomicInteger();

    private final Path folder;

    TestAgents(Path folder) throws Exception {
        this(folder, Clock.systemUTC());
    }

    TestAgents(Path folder, Clock clock) throws Exception {
        this.folder = folder;
        cloud = new TestCloud(folder.resolve("cloud"), clock);
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

    @Override
    public void close() {
        cloud.close();
    }

    /** A version with a large file that all have, and a large one of its own. */
    Path program(String name, int seed) throws IOException {
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

    static byte[] random(int seed) {
        var bytes = new byte[LARGE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    ApiClient client(@Nullable TlsIdentity who) {
        var server = URI.create("https://127.0.0.1:" + cloud.server.port());
        return new ApiClient(new ClientConfig(server, List.of(cloud.pki.authority()), who));
    }

    Publication.Uploaded publish(String name, int seed) throws IOException {
        return publish(name, program(name, seed), cloud.pki.admin());
    }

    Publication.Uploaded publish(String name, Path from, TlsIdentity signer) throws IOException {
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
    final class Gateway implements SelfUpgrade.Agent, AutoCloseable {
        final List<String> told = new CopyOnWriteArrayList<>();
        final CountDownLatch restarted = new CountDownLatch(1);
        final CountDownLatch troubled = new CountDownLatch(1);
        volatile String problem = "";
        final ApiClient client;
        final SelfUpgrade upgrade;

        Gateway(AgentFolder folder) throws Exception {
            client = TestAgents.this.client(cloud.node("edge"));
            upgrade = SelfUpgrade.start(folder, this);
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
            if (faults.getAndDecrement() > 0) throw new IllegalStateException("a fault that a test wants");
            return "";
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

    Gateway gateway() throws Exception {
        return gateway(installed);
    }

    Gateway gateway(Path program) throws Exception {
        return new Gateway(new AgentFolder(root(), program, installed, () -> Long.MAX_VALUE));
    }

    Gateway gateway(AgentFolder.Space space) throws Exception {
        return new Gateway(new AgentFolder(root(), installed, installed, space));
    }

    Path root() {
        return folder.resolve("data/agent");
    }

    Path version(String name) {
        return root().resolve("versions").resolve(name);
    }

    AgentState state() throws IOException {
        return AgentFolder.state(root());
    }

    Gateway upgraded(String to) throws Exception {
        var gateway = gateway();
        gateway.want(to);
        gateway.awaitRestart();
        return gateway;
    }

    static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** What the cloud keeps. */
    List<Path> files(String below) throws IOException {
        try (var files = Files.list(folder.resolve("cloud/agents").resolve(below))) {
            return files.sorted().toList();
        }
    }
}
