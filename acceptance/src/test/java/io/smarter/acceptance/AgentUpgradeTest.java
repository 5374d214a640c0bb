package io.smarter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A gateway's agent is replaced, and comes back when the new one is bad, while a real container runs on. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AgentUpgradeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String DEADLINE = "15";
    private static final int KILLS = Integer.getInteger("smarter.kills", 4);
    private static final int LONGEST_LIFE_MILLIS = 4000;

    private Path folder = Path.of("");
    private Run run = new Run();
    private String installed = "";
    private String container = "";

    @BeforeAll
    void up(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Run.needKubectl();
        run = new Run()
                .with("SMARTER_DATA", folder.resolve("data").toString())
                .with("SMARTER_PORT", "16455")
                .with("SMARTER_AGENT_DEADLINE", DEADLINE)
                .with(
                        "KUBECONFIG",
                        folder.resolve("data/cloud/admin.kubeconfig").toString());
        run.run("./smarter", "up", "--no-demo").ok();
        BusyboxImage.write(folder.resolve("busybox.tar"));
        run.run("./smarter", "image", "load", folder.resolve("busybox.tar").toString())
                .ok();
        var sleeper = Json.obj("name", "c", "image", BusyboxImage.NAME, "command", Json.arr("sleep", "100000"));
        var pod = Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Json.obj("name", "steady"),
                "spec",
                Json.obj("nodeName", "gateway-1", "containers", Json.arr(sleeper)));
        run.feed(pod.compact(), "kubectl", "create", "-f", "-").ok();
        kubectl("wait", "--for=condition=Ready", "pod/steady", "--timeout=60s");
        container = container();
        installed = running();
    }

    @AfterAll
    void down() throws Exception {
        run.run("./smarter", "down", "--purge").ok();
    }

    @Test
    @Order(1)
    void theAgentIsReplacedWhileItsContainersRun() throws Exception {
        publish("next", "dist");
        want("next");
        awaitRunning("next");
        assertContainerIsTheSame();
        assertThat(run.run("./smarter", "status").ok()).contains("next");
        assertThat(run.run("./smarter", "agent", "ls").ok()).contains("next", "linux-");
        Run.until("events", PATIENCE, () -> events().contains("AgentUpgraded"));
        assertThat(kubectl("logs", "steady")).isEmpty();
        assertThat(kubectl("exec", "steady", "--", "echo", "there")).contains("there");
    }

    @Test
    @Order(2)
    void aVersionThatCrashesFlipsBackAfterThreeStarts() throws Exception {
        bad("crashes", "exit 1");
        Run.until("problem", PATIENCE, () -> problem().equals("crashes: failed in 3 starts"));
        assertThat(running()).isEqualTo("next");
        assertContainerIsTheSame();
        Run.until("events", PATIENCE, () -> events().contains("AgentFlippedBack"));
    }

    @Test
    @Order(3)
    void aVersionThatHangsFlipsBackAfterThreeDeadlines() throws Exception {
        bad("hangs", "exec sleep 100000");
        Run.until("problem", PATIENCE, () -> problem().equals("hangs: failed in 3 starts"));
        assertThat(running()).isEqualTo("next");
        assertContainerIsTheSame();
    }

    /** One that runs pods but can't reach the cloud: here as it looks for another. */
    @Test
    @Order(4)
    void aVersionThatLosesTheCloudFlipsBack() throws Exception {
        var good = Files.readString(Run.HOME.resolve("dist/run"));
        bad(
                "mute",
                good.replace("\"$@\"", "--server https://127.0.0.1:1 \"$@\"").replace("here=", "shift 2\nhere="));
        Run.until("problem", PATIENCE, () -> problem().equals("mute: waited for cloud in the last of 3 starts"));
        assertThat(running()).isEqualTo("next");
        assertContainerIsTheSame();
    }

    @Test
    @Order(5)
    void theWayBackToWhatWasInstalledCostsNothing() throws Exception {
        want(installed);
        awaitRunning(installed);
        Run.until("no problem", PATIENCE, () -> problem().isEmpty());
        assertContainerIsTheSame();
    }

    @Test
    @Order(6)
    void killedAtAnyMomentItStartsAgainAndArrives() throws Exception {
        var random = new Random(11);
        for (int kill = 0; kill < KILLS; kill++) {
            var version = "kill-" + kill;
            publish(version, "dist");
            want(version);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS)); // the moment is the point
            killAgent();
            run.run("./smarter", "up", "--no-demo").ok();
            awaitRunning(version);
            assertContainerIsTheSame();
        }
    }

    private void killAgent() throws Exception {
        var data = folder.resolve("data/gateway-1").toString();
        ProcessHandle.allProcesses()
                .filter(process -> isAgent(process.info(), data))
                .forEach(ProcessHandle::destroyForcibly);
        Run.until(
                "end",
                PATIENCE,
                () -> ProcessHandle.allProcesses().noneMatch(process -> isAgent(process.info(), data)));
    }

    private static boolean isAgent(ProcessHandle.Info info, String data) {
        var arguments = List.of(info.arguments().orElse(new String[0]));
        return arguments.contains(data)
                && arguments.stream().anyMatch(word -> word.endsWith("AgentMain") || word.endsWith("/smarter-agent"));
    }

    private void publish(String version, String from) throws Exception {
        run.run("./smarter", "agent", "publish", "--version-name", version, "--from", from)
                .ok();
    }

    /** Publishes a version whose program is another, and asks for it. */
    private void bad(String version, String program) throws Exception {
        var copy = folder.resolve(version);
        run.run("cp", "-al", "dist", copy.toString()).ok();
        var start = copy.resolve("run");
        Files.delete(start); // it is linked
        Files.writeString(start, "#!/bin/sh\n" + program + "\n");
        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
        publish(version, copy.toString());
        want(version);
    }

    private void want(String version) throws Exception {
        kubectl("annotate", "--overwrite", "node", "gateway-1", "smarter.io/agent-version=" + version);
    }

    private void awaitRunning(String version) throws Exception {
        Run.until(version, PATIENCE, () -> running().equals(version));
        Run.until("no trial", PATIENCE, () -> !state().contains("trial=" + version));
    }

    private String state() throws IOException {
        return Files.readString(folder.resolve("data/gateway-1/agent/state"));
    }

    private String running() throws Exception {
        return kubectl("get", "node", "gateway-1", "-o", "jsonpath={.metadata.labels.smarter\\.io/agent-running}");
    }

    private String problem() throws Exception {
        return kubectl("get", "node", "gateway-1", "-o", "jsonpath={.metadata.annotations.smarter\\.io/agent-problem}");
    }

    private String events() throws Exception {
        return kubectl("get", "events", "--field-selector", "involvedObject.kind=Node");
    }

    private String container() throws Exception {
        return kubectl(
                "get",
                "pod",
                "steady",
                "-o",
                "jsonpath={.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}");
    }

    private void assertContainerIsTheSame() throws Exception {
        assertThat(container()).isEqualTo(container).endsWith(" 0");
    }

    private String kubectl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(Arrays.asList(arguments));
        return run.run("", command).ok();
    }
}
