package io.smarter.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstallationTest {
    @TempDir
    private Path folder = Path.of("");

    private Path program = Path.of("");
    private Installation installation = new Installation(Path.of(""), Path.of(""));

    @BeforeEach
    void install() throws Exception {
        program = Files.writeString(folder.resolve("shim"), "one");
        installation = new Installation(folder.resolve("net.d"), folder.resolve("bin"));
        installation.install(program);
    }

    @Test
    void pluginAndConfigurationAreThereAndUpgraded() throws Exception {
        var conflist = Json.parse(Files.readAllBytes(folder.resolve("net.d/0-smarter-bridge.conflist")));
        assertThat(conflist.textOrEmpty("name")).isEqualTo("smartnet");
        assertThat(conflist.items("plugins").getFirst().textOrEmpty("type")).isEqualTo("smarter-cni");
        assertThat(folder.resolve("bin/smarter-cni").toFile().canExecute()).isTrue();
        Files.writeString(program, "two");
        installation.install(program);
        assertThat(folder.resolve("bin/smarter-cni")).hasContent("two");
        assertThat(folder.resolve("net.d").toFile().list()).containsExactly("0-smarter-bridge.conflist");
    }

    @Test
    void allOfItGoesAgainAndWhatIsOthersStays() throws Exception {
        Files.writeString(folder.resolve("bin/bridge"), "stock");
        installation.withdraw(false);
        assertThat(folder.resolve("bin").toFile().list()).containsExactly("bridge");
        assertThat(folder.resolve("net.d")).isEmptyDirectory();
        Files.writeString(folder.resolve("bin/loopback"), "stock");
        installation.install(program);
        assertThat(folder.resolve("bin/loopback")).hasContent("stock");
        installation.withdraw(false);
        assertThat(folder.resolve("bin/loopback")).exists();
    }

    @Test
    void whilePodsAreOnTheNetworkTheyCanBeTakenOffButNoneComes() throws Exception {
        installation.withdraw(true);
        assertThat(folder.resolve("net.d").toFile().list()).containsExactly("zz-smarter-removed.conflist");
        assertThat(folder.resolve("bin/smarter-cni")).exists();
        installation.install(program);
        assertThat(folder.resolve("net.d").toFile().list()).containsExactly("0-smarter-bridge.conflist");
    }
}
