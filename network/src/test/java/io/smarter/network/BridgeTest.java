package io.smarter.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.linux.NetworkKernel.LinkAddress;
import io.smarter.linux.NetworkKernel.LinkRoute;
import io.smarter.linux.NetworkKernel.PodAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BridgeTest {
    private static final AddressRange RANGE = AddressRange.parse("CIDR", "10.39.0.0/16", true);
    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

    private final RecordingKernel kernel = new RecordingKernel();
    private final Bridge bridge =
            new Bridge(kernel, Map.of(RANGE, RANGE.address(1)), InetAddress.ofLiteral("169.254.0.2"));

    @Test
    void itIsMadeWithWhatTheNarrowestUplinkTakesAndLeftAloneThen() throws Exception {
        var wired = kernel.link("eth0", "", 1500, 0);
        var mobile = kernel.link("wwan0", "", 1420, 0);
        kernel.link("narrow0", "", 1000, 0);
        kernel.routes.add(new LinkRoute(wired.index(), ANY, 0, null, 100));
        kernel.routes.add(new LinkRoute(mobile.index(), ANY, 0, null, 600));
        bridge.mend(List.of());
        assertThat(kernel.calls)
                .containsExactly(
                        "createBridge smartnet0 0a:58:0a:27:00:01 1420",
                        "addAddress 10.39.0.1/16",
                        "addAddress 169.254.0.2/32");
        assertThat(kernel.switches)
                .containsEntry("net/ipv4/ip_forward", "1")
                .containsEntry("net/ipv4/conf/smartnet0/route_localnet", "1");
        kernel.calls.clear();
        bridge.mend(List.of());
        assertThat(kernel.calls).isEmpty();
    }

    @Test
    void cablesAndAddressesThatLostTheirPlaceGetItBack() throws Exception {
        bridge.mend(List.of());
        var lease = new Lease(
                "c1",
                "eth0",
                "/run/netns/c1",
                "boot",
                "farm",
                "cam1",
                "u1",
                List.of(new PodAddress(InetAddress.ofLiteral("172.39.0.9"), 16, InetAddress.ofLiteral("172.39.0.1"))),
                List.of(),
                false);
        kernel.link(lease.host(), "veth", 1500, 0);
        kernel.link("veth99", "veth", 1500, 0);
        kernel.addresses.clear();
        kernel.calls.clear();
        bridge.mend(List.of(lease));
        assertThat(kernel.calls)
                .as("also the address of a range from before")
                .containsExactly(
                        "addAddress 10.39.0.1/16",
                        "addAddress 172.39.0.1/16",
                        "addAddress 169.254.0.2/32",
                        "plug " + lease.host());
    }

    @Test
    void rangesOfOtherNetworksAreSeen() {
        var wired = kernel.link("eth0", "", 1500, 0);
        var own = kernel.link(Bridge.NAME, "bridge", 1500, 0);
        var addresses = List.of(
                new LinkAddress(wired.index(), InetAddress.ofLiteral("192.168.1.7"), 24),
                new LinkAddress(own.index(), InetAddress.ofLiteral("10.39.0.1"), 16));
        var routes = List.of(
                new LinkRoute(wired.index(), ANY, 0, InetAddress.ofLiteral("192.168.1.1"), 0),
                new LinkRoute(
                        wired.index(),
                        InetAddress.ofLiteral("10.50.0.0"),
                        16,
                        InetAddress.ofLiteral("192.168.1.2"),
                        0));
        assertThat(Uplinks.overlap(RANGE, kernel.links(), addresses, routes)).isEmpty();
        assertThat(Uplinks.overlap(
                        AddressRange.parse("CIDR", "192.168.0.0/16", true), kernel.links(), addresses, routes))
                .hasValue("192.168.1.0/24 of eth0");
        assertThat(Uplinks.overlap(AddressRange.parse("CIDR", "10.50.7.0/24", true), kernel.links(), addresses, routes))
                .hasValue("10.50.0.0/16, which is reached by eth0");
    }
}
