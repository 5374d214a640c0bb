package io.smarter.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.devices.Found.Kind;
import io.smarter.devices.Probe.Outcome.Answers;
import io.smarter.devices.Probe.Outcome.Fails;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All devices of this machine. */
@Tag("root")
final class ProbeRootTest {
    private static final Path DEV = Path.of("/dev");
    private static final DeviceScan SCAN = new DeviceScan(DEV, Path.of("/sys"), Path.of("/run/udev/data"));

    private final Probe probe = new Probe(DEV, Duration.ofSeconds(10));

    @Test
    void whatIsFoundAnswers() {
        assertThat(SCAN.scan()).extracting(Found::path).contains("null", "loop0", "fuse", "net/tun", "net");
        var silent = SCAN.scan().stream()
                .filter(found -> !probe.check(found, false).equals(new Answers()))
                .toList();
        assertThat(silent).as("but for those that went meanwhile").doesNotContainAnyElementsOf(SCAN.scan());
    }

    @Test
    void aTerminalAnswersUntilItIsClosed() throws IOException, InterruptedException {
        var before = SCAN.scan().stream().map(Found::path).toList();
        var holder = new ProcessBuilder("script", "-qc", "echo here; read x", "/dev/null").start();
        assertThat(holder.inputReader().readLine()).contains("here");
        var terminal = SCAN.scan().stream()
                .filter(found -> found.path().startsWith("pts/") && found.kind() == Kind.CHARACTER)
                .filter(found -> !before.contains(found.path()))
                .findFirst()
                .orElseThrow();
        var asTty = new Found(
                terminal.path(),
                terminal.kind(),
                terminal.number(),
                "",
                "tty",
                terminal.drivers(),
                null,
                terminal.links(),
                terminal.udev(),
                -1);
        assertThat(probe.check(asTty, true)).isEqualTo(new Answers());
        holder.destroy();
        holder.waitFor();
        assertThat(probe.check(asTty, true)).isInstanceOf(Fails.class);
    }
}
