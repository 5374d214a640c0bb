package io.smarter.tunnel;

import static java.lang.System.Logger.Level.INFO;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.agent.AgentFolder;
import io.smarter.agent.AgentState;
import io.smarter.agent.Publication;
import io.smarter.api.User;
import io.smarter.client.ApiClient;
import io.smarter.files.Disk;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power at the durable steps of one replacement of an agent, one after another: those of the old agent (download,
 * staging, list, name, state), of {@code smarter-agent} (the count of a start), and of the new agent (proof, tidying). All
 * processes end at once. Then the old or the new version starts, the replacement goes on to its end, and nothing is left of
 * it. Every eighth point is tried; {@code -Dsmarter.cuts.every=1} tries all.
 */
final class AgentPowerCutTest {
    private static final System.Logger LOG = System.getLogger("cuts");
    private static final int EVERY = Integer.getInteger("smarter.cuts.every", 8);
    private static final int PATIENCE_SECONDS = 120;
    private static final int CUT = 128 + 9;

    private static final String RUN = """
            #!/bin/sh
            version=$(cat "${0%/*}/version")
            echo "$version" >>"$SWEEP/starts"
            who=old
            [ "$version" != "$SWEEP_WANTED" ] || who=new
            at=0
            [ "$SWEEP_WHO" != "$who" ] || at=$SWEEP_AT
            "$SWEEP_JAVA" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dsmarter.cut.trace="$SWEEP/trace.$who" \\
                -Dsmarter.cut.at="$at" -cp "$SWEEP_CLASSES" io.smarter.tunnel.LoneAgent "${0%/*}" "$@"
            code=$?
            [ "$code" != 137 ] || kill -KILL 0
            exit "$code"
            """;

    /** Stands before a program by which {@code smarter-agent} writes. */
    private static final String TOOL = """
            #!/bin/sh
            passed() {
                echo "$*" >>"$SWEEP/trace.launcher"
                [ "$SWEEP_WHO" != launcher ] || [ "$(wc -l <"$SWEEP/trace.launcher")" != "$SWEEP_AT" ] || kill -KILL 0
            }
            case $* in *.launcher) passed write "$@" ;; esac
            /bin/${0##*/} "$@" || exit
            passed "${0##*/}" "$@"
            """;

    @TempDir
    Path folder;

    private TestAgents agents;

    /** A point that one of three processes passes, the how-manieth of it, and what was done there. */
    private record Point(String who, int at, String what) {}

    @BeforeEach
    void start() throws Exception {
        agents = new TestAgents(folder);
        var node = agents.cloud.node("edge");
        Pem.write(folder.resolve("ca.crt"), List.of(agents.cloud.pki.authority()));
        Pem.write(folder.resolve("node.crt"), node.chain());
        Pem.write(folder.resolve("node.key"), node.key());
        Files.createDirectories(folder.resolve("tools"));
        for (var tool : List.of("sync", "mv")) script(folder.resolve("tools").resolve(tool), TOOL);
        script(agents.installed.resolve("run"), RUN);
        Files.setLastModifiedTime(agents.installed.resolve("run"), Publication.TIME);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() {
        agents.close();
    }

    @Test
    void afterACutAnywhereTheOldOrTheNewStartsAndNothingIsLeft() throws Exception {
        for (var version : List.of("v0", "v1", "v2")) publish(version);
        for (var version : List.of("v0", "v1"))
            assertThat(launch(version, null)).as(output()).isZero();
        copy(folder.resolve("data"), folder.resolve("before"));
        assertThat(launch("v2", null)).as(output()).isZero();
        var points = points();
        var whole = contents();
        LOG.log(INFO, "{0} points of an agent''s replacement at which the power may be cut", points.size());
        assertThat(points).extracting(Point::who).contains("old", "launcher", "new");
        assertThat(points)
                .extracting(point -> point.what().split(" ")[0])
                .contains("amid", "download", "unpack", "link", "create", "write", "sync", "rename", "mv", "delete");
        var broken = new ArrayList<String>();
        int tried = 0;
        for (int i = 0; i < points.size(); i += EVERY) {
            var point = points.get(i);
            var failure = failure(point, whole);
            tried++;
            LOG.log(INFO, "{0} {1}: {2}", i + 1, point, failure.isEmpty() ? "well" : failure);
            if (!failure.isEmpty()) broken.add(point + ": " + failure);
        }
        LOG.log(INFO, "{0} of {1} points tried", tried, points.size());
        assertThat(broken).isEmpty();
    }

    private void publish(String version) throws IOException {
        var program = agents.program(version, version.hashCode());
        script(program.resolve("run"), RUN);
        Files.setLastModifiedTime(program.resolve("run"), Publication.TIME);
        agents.publish(version, program, agents.cloud.pki.admin());
    }

    /** What is not as it should be when the power was cut at a point; empty if all is well. */
    private String failure(Point point, Set<String> whole) throws Exception {
        Disk.deleteAll(folder.resolve("data"));
        copy(folder.resolve("before"), folder.resolve("data"));
        int ended = launch("v2", point);
        if (ended != CUT) return "was not reached: %d %s".formatted(ended, output());
        if (!isWhole(agents.state().current())) return "the current version is damaged";
        if (!agents.state().trial().isEmpty() && !isWhole(agents.state().trial())) return "the trial is damaged";
        ended = launch("v2", null);
        if (ended != 0) return "ended with %d: %s".formatted(ended, output());
        var starts = Files.readAllLines(folder.resolve("starts"));
        if (!Set.of("v1", "v2").contains(starts.getFirst())) return "then started " + starts;
        if (!agents.state().equals(new AgentState("v2", "v1", "", 0, "", "", "")))
            return agents.state().toString();
        if (!isWhole("v2") || !isWhole("v1")) return "a version is damaged in the end";
        return contents().equals(whole) ? "" : "left is " + contents();
    }

    private boolean isWhole(String version) throws IOException {
        for (var file : List.of("run", "version", "lib/own", "lib/server/same")) {
            var there = agents.version(version).resolve(file);
            var right = folder.resolve("programs").resolve(version).resolve(file);
            if (!Files.exists(there) || Files.mismatch(there, right) >= 0) return false;
        }
        return true;
    }

    /** All that is in the folder of versions. */
    private Set<String> contents() throws IOException {
        try (var files = Files.walk(agents.root())) {
            return new TreeSet<>(
                    files.map(agents.root()::relativize).map(Path::toString).toList());
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        var copying = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertThat(copying.waitFor()).isZero();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private List<Point> points() throws IOException {
        var points = new ArrayList<Point>();
        for (var who : List.of("old", "launcher", "new")) {
            int at = 0;
            for (var line : Files.readAllLines(folder.resolve("trace." + who))) {
                var what = who.equals("launcher") ? line : line.substring(line.indexOf(' ') + 1);
                points.add(new Point(who, ++at, what.replace(folder + "/data/", "")));
            }
        }
        return points;
    }

    /** Runs {@code smarter-agent} until a version is had and all is tidy, or until the power is cut; gives how it ended. */
    private int launch(String wanted, @Nullable Point cut) throws Exception {
        for (var file : List.of("starts", "trace.old", "trace.launcher", "trace.new"))
            Files.deleteIfExists(folder.resolve(file));
        var launcher = Path.of("..", "smarter-agent").toAbsolutePath().toString();
        var data = folder.resolve("data").toString();
        var builder = new ProcessBuilder("setsid", launcher, "--data", data)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        var environment = builder.environment();
        environment.remove("SYSTEMD_EXEC_PID");
        environment.put("PATH", folder.resolve("tools") + File.pathSeparator + System.getenv("PATH"));
        environment.put("SMARTER_DIST", agents.installed.toString());
        environment.put("SWEEP", folder.toString());
        environment.put(
                "SWEEP_JAVA",
                Path.of(System.getProperty("java.home"), "bin/java").toString());
        environment.put("SWEEP_CLASSES", classes());
        environment.put("SWEEP_SERVER", "https://127.0.0.1:" + agents.cloud.server.port());
        environment.put("SWEEP_WANTED", wanted);
        environment.put("SWEEP_WHO", cut == null ? "" : cut.who());
        environment.put("SWEEP_AT", cut == null ? "0" : Integer.toString(cut.at()));
        var process = builder.start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(output())
                    .isTrue();
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Where the classes of {@link LoneAgent} are, and no others: a shorter path starts faster. */
    private static String classes() throws Exception {
        var places = new LinkedHashSet<String>();
        for (var type : List.of(
                LoneAgent.class, AgentFolder.class, ApiClient.class, Pem.class, User.class, Json.class, Disk.class))
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        return String.join(File.pathSeparator, places);
    }
}
