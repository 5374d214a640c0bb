package io.smarter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.linux.NetworkKernel.PodAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AddressPoolTest {
    private static final AddressRange RANGE = AddressRange.parse("CIDR", "10.39.0.0/29", true);
    private static final Map<AddressRange, InetAddress> GATEWAYS = Map.of(RANGE, RANGE.address(1));

    @TempDir
    private Path folder = Path.of("");

    @Test
    void addressesAreGivenInTurnAndNotUsedAgainAtOnce() throws Exception {
        var pool = open();
        assertThat(take(pool, "a")).isEqualTo("10.39.0.2");
        assertThat(take(pool, "b")).isEqualTo("10.39.0.3");
        pool.release("a@eth0");
        assertThat(take(pool, "c")).isEqualTo("10.39.0.4");
        assertThat(take(pool, "d")).isEqualTo("10.39.0.5");
        assertThat(take(pool, "e")).isEqualTo("10.39.0.6");
        assertThat(take(pool, "f")).as("the first that is free again").isEqualTo("10.39.0.2");
    }

    @Test
    void whatIsKeptIsThereAfterARestartAndTheRestIsFree() throws Exception {
        var pool = open();
        take(pool, "a");
        var begun = lease(pool, "b");
        var again = open();
        assertThat(again.leases()).singleElement().satisfies(lease -> {
            assertThat(lease.containerId()).isEqualTo("a");
            assertThat(lease.pod()).isEqualTo("a");
            assertThat(lease.ports()).containsExactly(new HostPort("tcp", 80, 8080, null));
        });
        assertThat(begun.address().getHostAddress()).isEqualTo(take(again, "c"));
    }

    @Test
    void aTornFileIsNobodysAndGoes() throws Exception {
        take(open(), "a");
        Files.writeString(folder.resolve("b@eth0.json"), "{\"containerId\":");
        Files.writeString(folder.resolve("c@eth0.json"), "{}");
        Files.writeString(folder.resolve("d@eth0.new"), "{");
        assertThat(open().leases()).hasSize(1);
        assertThat(folder.toFile().list()).containsExactly("a@eth0.json");
    }

    @Test
    void aFullPoolSaysSo() throws Exception {
        var pool = open();
        for (var name : List.of("a", "b", "c", "d", "e")) take(pool, name);
        assertThatThrownBy(() -> take(pool, "f"))
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.code()).isEqualTo(CniException.Code.TRY_AGAIN_LATER))
                .hasMessage("no address of 10.39.0.0/29 is free, 5 pods have one");
        pool.release("c@eth0");
        assertThat(take(pool, "f")).isEqualTo("10.39.0.4");
    }

    @Test
    void aPodThatComesAgainHasItsAddressAgain() throws Exception {
        var pool = open();
        take(pool, "a");
        take(pool, "b");
        pool.release("a@eth0");
        take(pool, "c");
        assertThat(pool.take("farm", "a", addresses -> lease("later", "a", addresses))
                        .address())
                .isEqualTo(RANGE.address(2));
    }

    @Test
    void rangesAreReadOrRefused() {
        assertThat(AddressRange.parse("CIDR", "172.39.5.5/16", true)).hasToString("172.39.0.0/16");
        assertThat(AddressRange.parse("CIDR6", "fd39::/64", false).address(258).getHostAddress())
                .isEqualTo("fd39:0:0:0:0:0:0:102");
        assertThatThrownBy(() -> AddressRange.parse("CIDR", "10.39.0.0", true))
                .hasMessage("CIDR: must be a range of IPv4 addresses such as 10.39.0.0/16, was '10.39.0.0'");
        assertThatThrownBy(() -> AddressRange.parse("CIDR", "10.39.0.0/30", true))
                .hasMessage("CIDR: must have a prefix from 8 to 29, was '10.39.0.0/30'");
    }

    private AddressPool open() throws IOException {
        return AddressPool.open(folder, GATEWAYS);
    }

    private static String take(AddressPool pool, String pod) throws CniException, IOException {
        var lease = lease(pool, pod);
        pool.keep(lease);
        return lease.address().getHostAddress();
    }

    private static Lease lease(AddressPool pool, String pod) throws CniException, IOException {
        return pool.take("farm", pod, addresses -> lease(pod, pod, addresses));
    }

    private static Lease lease(String id, String pod, List<PodAddress> addresses) {
        var ports = List.of(new HostPort("tcp", 80, 8080, null));
        return new Lease(id, "eth0", "/run/netns/" + id, "boot", "farm", pod, "uid", addresses, ports, false);
    }
}
