package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crashes of a gateway while a version of the agent is put on its disk. */
final class AgentCrashTest {
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

    /** Ends a gateway's thread where a crash would. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("a crash that a test wants", null, false, false);
        }
    }

    @Test
    void aCrashBeforeAnyStepLeavesTheOldOrTheNew() throws Exception {
        agents.publish("v2", 2);
        var steps = new CopyOnWriteArrayList<String>();
        try (var gateway = agents.gateway(agents.installed, steps::add)) {
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
            if (agents.state().trial().isEmpty()) {
                try (var gateway = agents.gateway()) {
                    gateway.want("v2");
                    gateway.awaitRestart();
                }
            }
            assertThat(started())
                    .as("after %s and one more try", steps.get(crash))
                    .isEqualTo("v2");
            assertThat(agents.version("v2").resolve("lib/own")).hasBinaryContent(TestAgents.random(2));
        }
    }

    private void crashAt(int step) throws Exception {
        var count = new AtomicInteger();
        var crashed = new CountDownLatch(1);
        try (var gateway = agents.gateway(agents.installed, _ -> {
            if (count.getAndIncrement() < step) return;
            crashed.countDown();
            throw new Crash();
        })) {
            gateway.want("v2");
            assertThat(crashed.await(TestAgents.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
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
        builder.environment().put("SMARTER_DIST", agents.installed.toString());
        builder.environment().put("SMARTER_AGENT_SUPERVISED", "1");
        builder.environment().put("SMARTER_AGENT_DEADLINE", "1");
        var process = builder.start();
        try (var out = process.inputReader()) {
            return String.valueOf(out.readLine());
        } finally {
            assertThat(process.waitFor(TestAgents.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
    }
}
