package io.smarter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell program {@code smarter-agent}, with versions that are shell programs, too. */
final class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "smarter-agent").toAbsolutePath();
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    private Path installed = Path.of("");
    private Path data = Path.of("");

    @BeforeEach
    void install() throws Exception {
        installed = folder.resolve("dist");
        data = folder.resolve("data dir");
        version(installed, "base", "exit 3");
        version("old", "exit 4");
    }

    /** A version that notes its start and then does something. */
    private void version(String name, String does) throws IOException {
        version(data.resolve("agent/versions").resolve(name), name, does);
    }

    private void version(Path of, String name, String does) throws IOException {
        Files.createDirectories(of);
        Files.writeString(of.resolve("version"), name + "\n");
        program(of.resolve("run"), "echo %s >>'%s'\n%s\n".formatted(name, folder.resolve("starts"), does));
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> starts() throws IOException {
        var file = folder.resolve("starts");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private void state(AgentState state) throws IOException {
        Files.createDirectories(data.resolve("agent"));
        Files.writeString(data.resolve("agent/state"), state.text());
    }

    private AgentState state() throws IOException {
        return AgentFolder.state(data.resolve("agent"));
    }

    private AgentState trial() throws IOException {
        var state = new AgentState("old", "", "new", 0, "", "", "");
        state(state);
        return state;
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data.toString()));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().remove("SYSTEMD_EXEC_PID");
        builder.environment().put("SMARTER_DIST", installed.toString());
        builder.environment().put("SMARTER_AGENT_DEADLINE", "1");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private int run(Map<String, String> environment, String... arguments) throws Exception {
        var process = start(environment, arguments);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    @Test
    void aNewMachineRunsWhatWasInstalledWithItsArguments() throws Exception {
        version(installed, "base", "echo \"$#:$2\"; exit 3");
        assertThat(run(Map.of(), "--name", "a b")).isEqualTo(3);
        assertThat(output()).isEqualTo("4:a b\n");
        assertThat(starts()).containsExactly("base");
        assertThat(data.resolve("agent/state")).doesNotExist();
    }

    @Test
    void theCurrentVersionRunsAndIsNotStartedAgainWhenItFails() throws Exception {
        state(new AgentState("old", "", "", 0, "", "", ""));
        assertThat(run(Map.of())).isEqualTo(4);
        assertThat(starts()).containsExactly("old");
    }

    @Test
    void aVersionThatIsGoneIsReplacedByTheOneBeforeOrTheInstalledOne() throws Exception {
        state(new AgentState("gone", "old", "", 0, "", "", ""));
        assertThat(run(Map.of())).isEqualTo(4);
        state(new AgentState("gone", "gone", "", 0, "", "", ""));
        assertThat(run(Map.of())).isEqualTo(3);
        Files.writeString(data.resolve("agent/state"), "\0garbage\n=\ncurrent\n");
        assertThat(run(Map.of())).isEqualTo(3);
    }

    @Test
    void aTrialThatCrashesThreeTimesIsGivenUp() throws Exception {
        version("new", "exit 1");
        trial();
        assertThat(run(Map.of())).isEqualTo(4);
        assertThat(starts()).containsExactly("new", "new", "new", "old");
        assertThat(state()).isEqualTo(new AgentState("old", "", "", 0, "new", "failed in 3 starts", ""));
    }

    @Test
    void aTrialThatHangsIsEndedAndGivenUp() throws Exception {
        version("new", "exec sleep 1000");
        trial();
        assertThat(run(Map.of())).isEqualTo(4);
        assertThat(starts()).containsExactly("new", "new", "new", "old");
        assertThat(output()).contains("new did not say within 1 s that all is well");
    }

    @Test
    void whatATrialWaitedForIsTold() throws Exception {
        version("new", "sed -i s/waiting=.*/waiting=cloud/ \"$2/agent/state\"; exec sleep 1000");
        trial();
        assertThat(run(Map.of())).isEqualTo(4);
        assertThat(state().why()).isEqualTo("waited for cloud in the last of 3 starts");
        assertThat(state().waiting()).isEqualTo("cloud");
    }

    @Test
    void aTrialThatProvesItselfIsLeftAlone() throws Exception {
        version("new", "printf 'current=new\\nprevious=old\\n' >\"$2/agent/state\"; sleep 3; exit 7");
        trial();
        assertThat(run(Map.of())).isEqualTo(7);
        assertThat(starts()).containsExactly("new");
        assertThat(state()).isEqualTo(new AgentState("new", "old", "", 0, "", "", ""));
    }

    @Test
    void anAgentThatAsksForItIsStartedAgain() throws Exception {
        version("new", "exit 5");
        var again = "sed -i 's/trial=/trial=new/' \"$2/agent/state\"; exit 75";
        version("old", again);
        state(new AgentState("old", "", "", 0, "", "", ""));
        program(
                data.resolve("agent/versions/new/run"),
                "echo new >>'%s'\nsed -i 's/trial=new/trial=/' \"$2/agent/state\"; exit 5"
                        .formatted(folder.resolve("starts")));
        assertThat(run(Map.of())).isEqualTo(5);
        assertThat(starts()).containsExactly("old", "new");
    }

    @Test
    void aTrialThatIsNotOnTheDiskIsGivenUpAtOnce() throws Exception {
        trial();
        assertThat(run(Map.of())).isEqualTo(4);
        assertThat(state().bad()).isEqualTo("new");
        assertThat(state().why()).isEqualTo("it is not on the disk");
    }

    @Test
    void theInstalledVersionCanBeTriedByItsName() throws Exception {
        state(new AgentState("old", "", "base", 0, "", "", ""));
        version(installed, "base", "sed -i 's/trial=base/trial=/' \"$2/agent/state\"; exit 3");
        assertThat(run(Map.of())).isEqualTo(3);
        assertThat(starts()).containsExactly("base");
    }

    @Test
    void underASupervisorItBecomesTheAgentAndCountsStarts() throws Exception {
        version("new", "echo $$; exit 1");
        trial();
        for (int start = 1; start <= 3; start++) {
            var process = start(Map.of("SMARTER_AGENT_SUPERVISED", "1"));
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(output()).isEqualTo(process.pid() + "\n");
            assertThat(state().starts()).isEqualTo(start);
        }
        assertThat(run(Map.of("SMARTER_AGENT_SUPERVISED", "1"))).isEqualTo(4);
        assertThat(state().bad()).isEqualTo("new");
    }

    @Test
    void underASupervisorATrialThatHangsIsEnded() throws Exception {
        version("new", "exec sleep 1000");
        trial();
        assertThat(run(Map.of("SMARTER_AGENT_SUPERVISED", "1"))).isEqualTo(128 + 9);
    }

    @Test
    void whoIsAskedToEndEndsTheAgentAndTriesNothingMore() throws Exception {
        version("new", "trap 'exit 143' TERM; echo up; while :; do sleep 0.1; done");
        trial();
        var process = start(Map.of("SMARTER_AGENT_DEADLINE", "600"));
        awaitOutput("up");
        process.destroy();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(starts()).containsExactly("new");
        assertThat(state().trial()).isEqualTo("new");
    }

    private void awaitOutput(String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(folder.resolve("output")) || !output().contains(text)) {
            assertThat(System.nanoTime()).as("wait for %s", text).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void whoIsAskedToEndWhileItChoosesStartsNothing() throws Exception {
        version("new", "exec sleep 1000");
        trial();
        var tools = Files.createDirectories(folder.resolve("tools"));
        program(tools.resolve("sync"), "kill -TERM $PPID\nexec /bin/sync \"$@\"\n");
        var path = tools + ":" + System.getenv("PATH");
        var process = start(Map.of("PATH", path, "SMARTER_AGENT_DEADLINE", "600"));
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(starts()).isEmpty();
        assertThat(state().trial()).isEqualTo("new");
    }

    @Test
    void itBecomesTheAgentOnlyOfTheUnitThatStartedIt() throws Exception {
        version(installed, "base", "echo $PPID; exit 3");
        var below = start(Map.of("INVOCATION_ID", "0", "SYSTEMD_EXEC_PID", "1"));
        assertThat(below.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(output()).as("parent").isEqualTo(below.pid() + "\n");
        var unit = folder.resolve("unit");
        program(unit, "SYSTEMD_EXEC_PID=$$ exec '%s' --data '%s'\n".formatted(LAUNCHER, data));
        version(installed, "base", "echo $$; exit 3");
        var started = new ProcessBuilder(unit.toString())
                .redirectOutput(folder.resolve("output").toFile());
        started.environment().put("SMARTER_DIST", installed.toString());
        var process = started.start();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(output()).as("itself").isEqualTo(process.pid() + "\n");
    }

    /** Kills the program before or after the n-th call of one of those by which it writes. */
    @ParameterizedTest
    @ValueSource(strings = {"sync 1", "sync 2", "mv 1", "sync 3", "sync 4", "mv 2"})
    void killedWhileItWritesItStartsTheOldOrTheNewNextTime(String when) throws Exception {
        version("new", "exit 1");
        trial();
        var tools = Files.createDirectories(folder.resolve("tools"));
        var parts = when.split(" ");
        var count = folder.resolve("count");
        program(tools.resolve(parts[0]), """
                echo >>'%s'
                [ "$(wc -l <'%s')" -ne %s ] || kill -KILL $PPID
                exec /bin/%s "$@"
                """.formatted(count, count, parts[1], parts[0]));
        var path = tools + ":" + System.getenv("PATH");
        assertThat(run(Map.of("PATH", path))).isEqualTo(128 + 9);
        assertThat(state().current()).isEqualTo("old");
        Files.deleteIfExists(folder.resolve("starts"));
        assertThat(run(Map.of())).isEqualTo(4);
        assertThat(starts().getFirst()).isIn("new", "old");
        assertThat(starts().getLast()).isEqualTo("old");
        assertThat(state().bad()).isEqualTo("new");
    }
}
