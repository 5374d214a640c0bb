package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.agent.AgentFolder;
import io.smarter.agent.AgentState;
import io.smarter.agent.Publication;
import io.smarter.files.PowerCut;
import io.smarter.http.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of the agent on their way from the cloud to a gateway's disk. */
final class AgentTransferTest {
    @TempDir
    Path folder;

    private TestAgents agents;

    @BeforeEach
    void start() throws Exception {
        agents = new TestAgents(folder);
    }

    @AfterEach
    void stop() {
        agents.close();
    }

    @Test
    void onlyWhatAGatewayLacksIsSentAndTheRestIsLinked() throws Exception {
        assertThat(agents.publish("base", 1).files()).isEqualTo(4);
        assertThat(agents.publish("v2", 2).files()).as("uploaded").isEqualTo(2);
        try (var gateway = agents.upgraded("v2")) {
            assertThat(agents.requests.stream().filter(request -> request.startsWith(TestAgents.GET)))
                    .hasSize(2);
            assertThat(agents.state()).isEqualTo(new AgentState("", "", "v2", 0, "", "", ""));
            assertThat(agents.version("v2").resolve("lib/own")).hasBinaryContent(TestAgents.random(2));
            assertThat(Files.readString(agents.version("v2").resolve("version")))
                    .isEqualTo("v2\n");
            assertThat(Files.isSameFile(
                            agents.version("v2").resolve("lib/server/same"),
                            agents.installed.resolve("lib/server/same")))
                    .as("linked")
                    .isTrue();
            assertThat(Files.isExecutable(agents.version("v2").resolve("run"))).isTrue();
            assertThat(agents.root().resolve("staging")).isEmptyDirectory();
            assertThat(gateway.told).anyMatch(event -> event.startsWith("AgentDownloading agent v2: 2 of 4 files"));
        }
    }

    @Test
    void aTrialIsGoodWhenItLacksNothingAndOlderVersionsGo() throws Exception {
        for (var name : List.of("v2", "v3", "v4")) agents.publish(name, name.hashCode());
        var before = agents.installed;
        for (var name : List.of("v2", "v3", "v4")) {
            try (var gateway = agents.gateway(before)) {
                gateway.want(name);
                gateway.awaitRestart();
            }
            before = agents.version(name);
            try (var gateway = agents.gateway(before)) {
                gateway.want(name);
                TestAgents.until(() -> agents.state().trial().isEmpty());
                assertThat(agents.state().current()).isEqualTo(name);
                TestAgents.until(() -> !gateway.told.isEmpty());
                assertThat(gateway.told).first().asString().startsWith("AgentUpgraded agent " + name);
            }
        }
        assertThat(agents.state()).isEqualTo(new AgentState("v4", "v3", "", 0, "", "", ""));
        try (var gateway = agents.gateway(before)) {
            gateway.want("v4");
            TestAgents.until(() -> !Files.exists(agents.version("v2")));
        }
        assertThat(agents.version("v3")).exists();
        agents.requests.clear();
        try (var gateway = agents.gateway(before)) {
            gateway.want("v3");
            gateway.awaitRestart();
        }
        assertThat(agents.requests).as("what the way back costs").isEmpty();
    }

    @Test
    void aTransferThatWasCutOffGoesOnWhereItEnded() throws Exception {
        agents.publish("v2", 2);
        var cuts = new AtomicInteger(3);
        agents.cloud.interceptAgents(handler -> exchange -> {
            boolean cut = exchange.path().contains("/blobs/") && cuts.getAndDecrement() > 0;
            handler.handle(cut ? cutAfter(exchange, 700_000) : exchange);
        });
        agents.requests.clear();
        try (var _ = agents.upgraded("v2")) {
            assertThat(agents.version("v2").resolve("lib/own")).hasBinaryContent(TestAgents.random(2));
        }
        var ranges = agents.requests.stream()
                .filter(request -> request.startsWith(TestAgents.GET) && request.contains("bytes="))
                .toList();
        assertThat(ranges).as("%s", agents.requests).isNotEmpty();
        assertThat(ranges).doesNotHaveDuplicates();
    }

    /** An exchange that fails, as its connection would, after so many bytes of the answer. */
    private Exchange cutAfter(Exchange exchange, int bytes) {
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

    private OutputStream limited(OutputStream out, int bytes) throws IOException {
        long before = staged();
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
                    awaitMoreThan(before); // what is on its way is lost with the connection
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

    private void awaitMoreThan(long bytes) throws IOException {
        try {
            TestAgents.until(() -> staged() > bytes);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** How many bytes of packed files the gateway has. */
    private long staged() throws IOException {
        long bytes = 0;
        var staging = agents.root().resolve("staging");
        if (!Files.isDirectory(staging)) return bytes;
        try (var packed = Files.newDirectoryStream(staging, "*.gz")) {
            for (var file : packed) bytes += Files.size(file);
        }
        return bytes;
    }

    @Test
    void whatWasLeftOfADamagedTransferIsGotAgain() throws Exception {
        agents.publish("v2", 2);
        var staging = Files.createDirectories(agents.root().resolve("staging"));
        for (var blob : agents.files("blobs")) Files.write(staging.resolve(blob.getFileName()), new byte[5000]);
        try (var _ = agents.upgraded("v2")) {
            assertThat(agents.version("v2").resolve("lib/own")).hasBinaryContent(TestAgents.random(2));
        }
    }

    @Test
    void aFileThatIsNotWhatWasSignedIsRefused() throws Exception {
        agents.publish("v2", 2);
        for (var blob : agents.files("blobs")) {
            var bytes = Files.readAllBytes(blob);
            bytes[bytes.length / 2] ^= 1;
            Files.write(blob, bytes);
        }
        try (var gateway = agents.gateway()) {
            gateway.want("v2");
            assertThat(gateway.awaitProblem()).containsAnyOf("is not what was signed", "is not gzip");
            assertThat(gateway.told).anyMatch(event -> event.startsWith("AgentUpgradeFailed"));
        }
        assertThat(agents.version("v2")).doesNotExist();
        assertThat(agents.state()).isEqualTo(AgentState.FIRST);
    }

    @Test
    void aListThatWasChangedOnTheCloudsDiskIsRefused() throws Exception {
        agents.publish("v2", 2);
        var lists = folder.resolve("cloud/agents/versions");
        var list = agents.files("versions/v2").getFirst();
        Files.writeString(list, Files.readString(list).replace("lib/own", "lib/0wn"));
        Files.createDirectories(lists.resolve("v3"));
        Files.writeString(
                lists.resolve("v3").resolve(list.getFileName()),
                Files.readString(list).replace("lib/0wn", "lib/own"));
        try (var gateway = agents.gateway()) {
            gateway.want("v2");
            assertThat(gateway.awaitProblem()).contains("is not what was signed");
        }
        try (var gateway = agents.gateway()) {
            gateway.want("v3");
            assertThat(gateway.awaitProblem()).contains("list of version v3").contains("is of version v2");
        }
        assertThat(agents.state()).isEqualTo(AgentState.FIRST);
    }

    @Test
    void aVersionThatIsNotPublishedIsTold() throws Exception {
        try (var gateway = agents.gateway()) {
            gateway.want("v9");
            assertThat(gateway.awaitProblem()).contains("version v9 is not published for linux-");
            agents.publish("v9", 9);
            gateway.awaitRestart();
        }
    }

    /** Lists are signed with the length of what the cloud has; cut here before it is listed. */
    @Test
    void aFileThatTheCloudHasNotWholeIsRefused() throws Exception {
        agents.publish("v2", 2);
        for (var blob : agents.files("blobs")) {
            if (Files.size(blob) < 1000) continue;
            try (var channel = FileChannel.open(blob, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 100);
            }
        }
        agents.publish("v3", 2);
        try (var gateway = agents.gateway()) {
            gateway.want("v3");
            assertThat(gateway.awaitProblem()).contains("lib/own of version v3 is not gzip");
        }
    }

    @Test
    void aFileThatWasUnpackedBeforeACrashIsNotGotAgain() throws Exception {
        agents.publish("v2", 2);
        var left = agents.root().resolve("staging/v2/lib/own");
        Files.createDirectories(left.getParent());
        Files.write(left, TestAgents.random(2));
        agents.requests.clear();
        try (var _ = agents.upgraded("v2")) {
            assertThat(agents.version("v2").resolve("lib/own")).hasBinaryContent(TestAgents.random(2));
            assertThat(Files.getLastModifiedTime(agents.version("v2").resolve("lib/own")))
                    .isEqualTo(Publication.TIME);
        }
        assertThat(agents.requests.stream().filter(request -> request.startsWith(TestAgents.GET)))
                .as("that of file 'version'")
                .hasSize(1);
    }

    @Test
    void whereSpaceIsShortWhatNobodyCouldStartGoesFirst() throws Exception {
        agents.publish("v2", 2);
        var bad = Files.createDirectories(agents.version("bad"));
        var kept = Files.createDirectories(agents.version("kept"));
        Files.writeString(agents.root().resolve("state"), "current=\nprevious=kept\n");
        AgentFolder.Space space = () -> Files.exists(bad) ? 0 : Long.MAX_VALUE;
        try (var gateway = agents.gateway(space)) {
            gateway.want("v2");
            gateway.awaitRestart();
        }
        assertThat(bad).doesNotExist();
        assertThat(kept).exists();
    }

    @Test
    void nothingIsCopiedWhereSpaceIsShort() throws Exception {
        agents.publish("v2", 2);
        var asked = new CountDownLatch(2);
        try (var gateway = agents.gateway(() -> {
            asked.countDown();
            return 32L << 20;
        })) {
            gateway.want("v2");
            assertThat(asked.await(TestAgents.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(agents.root().resolve("staging/v2")).isEmptyDirectory();
        }
    }

    @Test
    void allThatAVersionHasIsOnTheDiskBeforeItHasItsName() throws Exception {
        agents.publish("v2", 2);
        var points = new CopyOnWriteArrayList<String>();
        try (var _ = PowerCut.watch(points::add);
                var _ = agents.upgraded("v2")) {
            var staged = agents.root().resolve("staging/v2");
            assertThat(points).contains("rename " + staged);
            var before = points.subList(0, points.indexOf("rename " + staged));
            for (var path : List.of("run", "version", "lib/own", "lib/server/same", "lib/server", "lib", "."))
                assertThat(before).contains("sync " + staged.resolve(path).normalize());
            assertThat(points.subList(before.size(), points.size()))
                    .containsSubsequence(
                            "sync " + agents.root().resolve("versions"),
                            "rename " + agents.root().resolve(".state.tmp"));
        }
    }
}
