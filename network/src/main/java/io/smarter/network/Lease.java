package io.smarter.network;

import io.smarter.json.Json;
import io.smarter.linux.NetworkKernel.Link;
import io.smarter.linux.NetworkKernel.PodAddress;
import io.smarter.linux.NetworkKernel.Veth;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An attachment of a pod to the network, as it is kept on disk.
 *
 * @param containerId the runtime's id of the sandbox
 * @param ifname the interface's name in the pod
 * @param netns the pod's network namespace, as a file
 * @param boot the boot of the machine in which it was made: none outlives it
 * @param namespace the pod's Kubernetes namespace; empty, as are name and uid, if the runtime told none
 * @param addresses at most one of each family
 * @param limited whether an interface for limits goes with it
 */
record Lease(
        String containerId,
        String ifname,
        String netns,
        String boot,
        String namespace,
        String pod,
        String uid,
        List<PodAddress> addresses,
        List<HostPort> ports,
        boolean limited) {
    /** What the names of our interfaces begin with. */
    static final String PREFIX = "smv";

    private static final String LIMIT_PREFIX = "smi";
    private static final int NAME_DIGITS = 11;

    Lease {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** By which it is found again; the name of its file. */
    String key() {
        return key(containerId, ifname);
    }

    static String key(String containerId, String ifname) {
        return containerId + "@" + ifname;
    }

    /** The bridge's end of its cable. */
    String host() {
        return PREFIX + digits();
    }

    /** The interface that limits what the pod sends. */
    String limiter() {
        return LIMIT_PREFIX + digits();
    }

    /** Whether an interface is one end of a cable, or a limiter, of some lease. */
    static boolean isOurs(Link link) {
        return link.name().startsWith(PREFIX) && link.kind().equals("veth")
                || link.name().startsWith(LIMIT_PREFIX) && link.kind().equals("ifb");
    }

    private String digits() {
        return Hex.sha256(key()).substring(0, NAME_DIGITS);
    }

    InetAddress address() {
        return addresses.getFirst().address();
    }

    /** An Ethernet address that follows from the IPv4 address, so that it is the same whoever has that. */
    String mac() {
        return mac(address());
    }

    static String mac(InetAddress address) {
        var bytes = address.getAddress();
        int from = bytes.length - 4;
        return "0a:58:%02x:%02x:%02x:%02x".formatted(bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]);
    }

    Veth veth(String bridge, int mtu) {
        var alias = pod.isEmpty() ? containerId : namespace + "/" + pod;
        return new Veth(bridge, host(), ifname, Path.of(netns), mac(), mtu, alias, addresses);
    }

    Json.Obj toJson() {
        var addressed = new ArrayList<Json>();
        for (var address : addresses)
            addressed.add(Json.obj(
                    "address",
                    address.address().getHostAddress(),
                    "prefix",
                    address.prefix(),
                    "gateway",
                    address.gateway().getHostAddress()));
        var mapped = new ArrayList<Json>();
        for (var port : ports) {
            var one = Json.obj(
                    "protocol", port.protocol(), "hostPort", port.hostPort(), "containerPort", port.containerPort());
            mapped.add(port.hostIp() == null ? one : one.with("hostIP", Json.of(port.hostIp())));
        }
        var pod = Json.obj("namespace", namespace, "name", this.pod, "uid", uid);
        return Json.obj(
                        "containerId",
                        containerId,
                        "ifname",
                        ifname,
                        "netns",
                        netns,
                        "boot",
                        boot,
                        "pod",
                        pod,
                        "addresses",
                        Json.arr(addressed))
                .with("ports", Json.arr(mapped))
                .with("limited", Json.of(limited));
    }

    /** @throws IllegalArgumentException naming what is missing */
    static Lease of(Json from) {
        var addresses = new ArrayList<PodAddress>();
        for (var address : from.items("addresses"))
            addresses.add(new PodAddress(
                    InetAddress.ofLiteral(address.textOrEmpty("address")),
                    (int) address.number(0, "prefix"),
                    InetAddress.ofLiteral(address.textOrEmpty("gateway"))));
        if (addresses.isEmpty()) throw new IllegalArgumentException("a lease without addresses");
        var ports = new ArrayList<HostPort>();
        for (var port : from.items("ports"))
            ports.add(new HostPort(
                    port.textOrEmpty("protocol"),
                    (int) port.number(0, "hostPort"),
                    (int) port.number(0, "containerPort"),
                    port.text("hostIP")));
        return new Lease(
                from.textOrEmpty("containerId"),
                from.textOrEmpty("ifname"),
                from.textOrEmpty("netns"),
                from.textOrEmpty("boot"),
                from.textOrEmpty("pod", "namespace"),
                from.textOrEmpty("pod", "name"),
                from.textOrEmpty("pod", "uid"),
                addresses,
                ports,
                from instanceof Json.Obj object && Json.Bool.TRUE.equals(object.get("limited")));
    }

    /** Whether this is of a pod that another one replaces. */
    boolean isSamePod(String namespace, String pod) {
        return !pod.isEmpty() && this.pod.equals(pod) && this.namespace.equals(namespace);
    }
}
