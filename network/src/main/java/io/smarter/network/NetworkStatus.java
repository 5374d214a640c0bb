package io.smarter.network;

import io.smarter.linux.LinuxNetwork;
import io.smarter.linux.NetworkKernel;
import io.smarter.linux.NetworkKernel.RuleFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node's network is like at a moment, as the kernel and the leases show it; needs nobody that runs.
 *
 * @param uplinks the interfaces that lead outside, the preferred one first
 * @param pods the pods of the network
 */
public record NetworkStatus(List<Uplink> uplinks, List<Application> pods) {
    private static final int INTERFACE_DIGITS = 32;

    public NetworkStatus {
        uplinks = List.copyOf(uplinks);
        pods = List.copyOf(pods);
    }

    /**
     * An interface that leads outside.
     *
     * @param addresses with their prefixes, such as {@code 192.168.1.7/24}
     * @param receivedBytes since the interface is there
     */
    public record Uplink(String name, boolean up, List<String> addresses, int mtu, long receivedBytes, long sentBytes) {
        public Uplink {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * A pod.
     *
     * @param traffic what it got and sent by each interface of the node that is not the pods' own
     */
    public record Application(String namespace, String name, List<String> addresses, Map<String, Traffic> traffic) {
        public Application {
            addresses = List.copyOf(addresses);
            traffic = Map.copyOf(traffic);
        }
    }

    /** Bytes both ways. */
    public record Traffic(long receivedBytes, long sentBytes) {
        private Traffic plus(Traffic other) {
            return new Traffic(receivedBytes + other.receivedBytes, sentBytes + other.sentBytes);
        }
    }

    /**
     * Looks at this machine, for which root's rights are needed.
     *
     * @param state the folder of what outlives a reboot
     */
    public static NetworkStatus read(Path state) throws IOException {
        try (var kernel = LinuxNetwork.open()) {
            return of(kernel, AddressPool.kept(state.resolve("leases")));
        }
    }

    static NetworkStatus of(NetworkKernel kernel, List<Lease> leases) throws IOException {
        var links = kernel.links();
        var addresses = kernel.addresses();
        var uplinks = new ArrayList<Uplink>();
        for (var link : Uplinks.of(links, kernel.routes())) {
            var own = addresses.stream()
                    .filter(address -> address.link() == link.index())
                    .map(address -> address.address().getHostAddress() + "/" + address.prefix())
                    .toList();
            uplinks.add(new Uplink(link.name(), link.up(), own, link.mtu(), link.rxBytes(), link.txBytes()));
        }
        var traffic = Bridge.find(links).isPresent() ? traffic(kernel) : Map.<String, Map<String, Traffic>>of();
        return new NetworkStatus(
                uplinks, leases.stream().map(lease -> pod(lease, traffic)).toList());
    }

    private static Application pod(Lease lease, Map<String, Map<String, Traffic>> traffic) {
        var own = lease.addresses().stream().map(address -> address.address()).toList();
        var sum = new TreeMap<String, Traffic>();
        for (var address : own)
            traffic.getOrDefault(Hex.of(address), Map.of())
                    .forEach((link, bytes) -> sum.merge(link, bytes, Traffic::plus));
        var name = lease.pod().isEmpty() ? lease.containerId() : lease.pod();
        return new Application(
                lease.namespace(),
                name,
                own.stream().map(InetAddress::getHostAddress).toList(),
                sum);
    }

    /** By the digits of an address, and the interface. */
    private static Map<String, Map<String, Traffic>> traffic(NetworkKernel kernel) throws IOException {
        var traffic = new HashMap<String, Map<String, Traffic>>();
        for (var version : List.of("4", "6")) {
            kernel.counters(RuleFamily.INET, Ruleset.TABLE, Ruleset.SENT + version)
                    .forEach((key, bytes) -> add(traffic, key, new Traffic(0, bytes)));
            kernel.counters(RuleFamily.INET, Ruleset.TABLE, Ruleset.RECEIVED + version)
                    .forEach((key, bytes) -> add(traffic, key, new Traffic(bytes, 0)));
        }
        return traffic;
    }

    private static void add(Map<String, Map<String, Traffic>> traffic, String key, Traffic bytes) {
        int at = key.length() - INTERFACE_DIGITS;
        traffic.computeIfAbsent(key.substring(0, at), _ -> new HashMap<>())
                .merge(Hex.toInterface(key.substring(at)), bytes, Traffic::plus);
    }
}
