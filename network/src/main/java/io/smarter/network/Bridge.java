package io.smarter.network;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.linux.NetworkKernel;
import io.smarter.linux.NetworkKernel.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bridge of all pods and the node's addresses on it, kept as they are to be. Safe for use by many threads. */
final class Bridge {
    /** Its name, on which users rely. */
    static final String NAME = "smartnet0";

    private static final System.Logger LOG = System.getLogger(Bridge.class.getName());

    private final NetworkKernel kernel;
    private final Map<AddressRange, InetAddress> gateways;
    private final InetAddress nameServer;
    private volatile int mtu;

    Bridge(NetworkKernel kernel, Map<AddressRange, InetAddress> gateways, InetAddress nameServer) {
        this.kernel = kernel;
        this.gateways = gateways;
        this.nameServer = nameServer;
    }

    /** Makes what is missing: the bridge, its addresses, the cables' places on it. */
    synchronized void mend(List<Lease> leases) throws IOException {
        var links = kernel.links();
        mtu = Uplinks.mtu(links, kernel.routes());
        var found = find(links);
        if (found.isEmpty()) {
            var mac = Lease.mac(gateways.values().iterator().next());
            kernel.createBridge(NAME, mac, mtu);
            LOG.log(INFO, "bridge {0} is made", NAME);
            links = kernel.links();
            found = find(links);
        }
        var bridge = found.orElseThrow(() -> new IOException("bridge %s went as it came".formatted(NAME)));
        if (!bridge.up()) kernel.setUp(bridge.index());
        mendAddresses(bridge, wanted(leases));
        switches(links);
        for (var link : links) {
            if (!link.name().startsWith(Lease.PREFIX) || link.master() == bridge.index()) continue;
            LOG.log(WARNING, "{0} of {1} is on bridge {2} again", link.name(), link.alias(), NAME);
            kernel.plug(link.name(), bridge.index());
        }
    }

    /** What every uplink took in one piece when it was looked last, and so what pods get. */
    int mtu() {
        return mtu;
    }

    static Optional<Link> find(Collection<Link> links) {
        return links.stream().filter(link -> link.name().equals(NAME)).findFirst();
    }

    /** Addresses with their prefixes: those of the ranges, those of leases that are from before, and the name server's. */
    private Map<InetAddress, Integer> wanted(List<Lease> leases) {
        var wanted = new LinkedHashMap<InetAddress, Integer>();
        gateways.forEach((range, gateway) -> wanted.put(gateway, range.prefix()));
        for (var lease : leases) {
            for (var address : lease.addresses()) wanted.putIfAbsent(address.gateway(), address.prefix());
        }
        wanted.put(nameServer, nameServer.getAddress().length * 8);
        return wanted;
    }

    private void mendAddresses(Link bridge, Map<InetAddress, Integer> wanted) throws IOException {
        var there = new ArrayList<InetAddress>();
        for (var address : kernel.addresses()) {
            if (address.link() != bridge.index()) continue;
            there.add(address.address());
            if (!wanted.containsKey(address.address()) && !address.address().isLinkLocalAddress())
                kernel.removeAddress(bridge.index(), address.address(), address.prefix());
        }
        for (var address : wanted.entrySet()) {
            if (!there.contains(address.getKey()))
                kernel.addAddress(bridge.index(), address.getKey(), address.getValue());
        }
    }

    private void switches(List<Link> links) throws IOException {
        kernel.sysctl("net/ipv4/ip_forward", "1");
        kernel.sysctl("net/ipv4/conf/" + NAME + "/route_localnet", "1");
        if (gateways.size() > 1) forwardIpv6(links);
    }

    /** One who forwards hears no router's advertisements any more, by which an uplink may have its own way out, unless told to. */
    private void forwardIpv6(List<Link> links) throws IOException {
        for (var link : Uplinks.of(links, kernel.routes())) {
            var hears = "net/ipv6/conf/" + link.name() + "/accept_ra";
            if (kernel.sysctl(hears).equals("1")) kernel.sysctl(hears, "2");
        }
        kernel.sysctl("net/ipv6/conf/all/forwarding", "1");
    }
}
