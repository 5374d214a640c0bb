package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CniTest {
    @TempDir
    private Path folder;

    @Test
    void theNetworkHasTheNamesThatOthersRelyOn() {
        var network = new Cni(ContainerdFolders.of(folder), folder).conflist(1400, true);
        assertThat(network.text("name")).isEqualTo("smartnet");
        var bridge = network.items("plugins").getFirst();
        assertThat(bridge.text("bridge")).isEqualTo("smartnet0");
        assertThat(bridge.number(0, "mtu")).isEqualTo(1400);
        assertThat(network.items("plugins").getLast().text("type")).isEqualTo("portmap");
        assertThat(new Cni(ContainerdFolders.of(folder), folder)
                        .conflist(1400, false)
                        .items("plugins"))
                .hasSize(1);
    }

    @Test
    void aGatewayWhoseFolderIsGoneKeepsNoNetwork() throws IOException {
        var users = Files.createDirectories(folder.resolve("users"));
        Files.writeString(users.resolve("there"), folder.toString());
        Files.writeString(users.resolve("gone"), folder.resolve("gone").toString());
        new Cni(ContainerdFolders.of(folder), folder).dropLost();
        assertThat(users.toFile().list()).containsExactly("there");
    }

    @Test
    void onlyTheAddressesOfKilledSandboxesAreReleased() throws IOException {
        var leases = Files.createDirectories(folder.resolve("addresses/smartnet"));
        Files.writeString(leases.resolve("10.39.0.2"), "killed\r\neth0");
        Files.writeString(leases.resolve("10.39.0.3"), "alive\r\neth0");
        Files.writeString(leases.resolve("last_reserved_ip.0"), "killed");
        new Cni(ContainerdFolders.of(folder), folder).release(List.of("killed"));
        assertThat(leases.resolve("10.39.0.2")).doesNotExist();
        assertThat(leases.resolve("10.39.0.3")).exists();
        assertThat(leases.resolve("last_reserved_ip.0")).exists();
    }
}
