package io.smarter.linux;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The kernel that we run on, in the network namespace of the thread that opens this. */
public final class LinuxNetwork implements NetworkKernel {
    private static final System.Logger LOG = System.getLogger(LinuxNetwork.class.getName());
    private static final int NO_DEVICE = 19;
    private static final int NO_ENTRY = 2;
    private static final int EXISTS = 17;
    private static final int NO_SUCH_FAMILY = 97;
    private static final int NOT_AVAILABLE = 99;
    private static final int LONGEST_RULES = 4 << 20;
    private static final int LONGEST_MESSAGE = 4096;

    /** Events of links, and of addresses and routes of IPv4 and IPv6: linux/rtnetlink.h. */
    private static final int LINK_GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    /** Events of nftables: linux/netfilter/nfnetlink.h. */
    private static final int RULE_GROUP = 1 << 6;

    private static final int LOOPBACK = 1;

    private final NetlinkSocket route;
    private final NetlinkSocket rules;
    private final List<NetworkEvents> events = new CopyOnWriteArrayList<>();

    private LinuxNetwork(NetlinkSocket route, NetlinkSocket rules) {
        this.route = route;
        this.rules = rules;
    }

    /** Opens; needs CAP_NET_ADMIN to change anything, and CAP_SYS_ADMIN to reach into pods. */
    public static LinuxNetwork open() throws IOException {
        var route = NetlinkSocket.open(NetlinkSocket.ROUTE, 0);
        try {
            return new LinuxNetwork(route, NetlinkSocket.open(NetlinkSocket.NETFILTER, 0));
        } catch (IOException e) {
            route.close();
            throw e;
        }
    }

    @Override
    public List<Link> links() throws IOException {
        return route.ask("interfaces", RouteMessages.allLinks()).stream()
                .map(answer -> RouteMessages.readLink(answer.body()))
                .toList();
    }

    @Override
    public List<LinkAddress> addresses() throws IOException {
        return addresses(route);
    }

    private static List<LinkAddress> addresses(NetlinkSocket socket) throws IOException {
        var addresses = new ArrayList<LinkAddress>();
        for (var answer : socket.ask("addresses", RouteMessages.allAddresses()))
            addresses.add(RouteMessages.readAddress(answer.body()));
        return addresses;
    }

    @Override
    public List<LinkRoute> routes() throws IOException {
        return routes(route);
    }

    private static List<LinkRoute> routes(NetlinkSocket socket) throws IOException {
        var routes = new ArrayList<LinkRoute>();
        for (int family : new int[] {RouteMessages.IPV4, RouteMessages.IPV6}) {
            for (var answer : socket.ask("routes", RouteMessages.allRoutes(family))) {
                var found = RouteMessages.readRoute(answer.body());
                if (found != null) routes.add(found);
            }
        }
        return routes;
    }

    @Override
    public void createBridge(String name, String mac, int mtu) throws IOException {
        route.request("bridge " + name, RouteMessages.bridge(name, mac, mtu));
    }

    @Override
    public void addAddress(int link, InetAddress address, int prefix) throws IOException {
        route.request(
                "address " + address.getHostAddress(),
                RouteMessages.address(new NetlinkMessage(), true, link, address, prefix));
    }

    @Override
    public void removeAddress(int link, InetAddress address, int prefix) throws IOException {
        try {
            route.request(
                    "address " + address.getHostAddress(),
                    RouteMessages.address(new NetlinkMessage(), false, link, address, prefix));
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() != NOT_AVAILABLE) throw e;
        }
    }

    @Override
    public void setUp(int link) throws IOException {
        route.request("interface " + link, RouteMessages.up(new NetlinkMessage(), link));
    }

    @Override
    public void plug(String link, int bridge) throws IOException {
        route.request("port " + link, RouteMessages.plug(link, bridge));
        makePort(link, "");
    }

    private void makePort(String link, String alias) throws IOException {
        try {
            route.request("addresses of " + link, RouteMessages.addressless(link));
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() != NO_SUCH_FAMILY) throw e;
        }
        route.request("port " + link, RouteMessages.port(link, alias));
    }

    @Override
    public void attach(Veth veth) throws IOException {
        int bridge = index(route, veth.bridge());
        int namespace = NativeCalls.open(veth.namespace());
        try {
            try {
                route.request("veth " + veth.host(), RouteMessages.veth(veth, bridge, namespace));
            } catch (NativeCalls.ErrnoException e) {
                if (e.errno() != EXISTS) throw e;
                throw new IOException(
                        "%s or %s in %s exists already".formatted(veth.host(), veth.pod(), veth.namespace()), e);
            }
            makePort(veth.host(), veth.alias());
            try (var inside = NetlinkSocket.openIn(namespace, veth.namespace(), NetlinkSocket.ROUTE)) {
                configure(inside, veth);
            }
        } finally {
            NativeCalls.close(namespace);
        }
    }

    private static void configure(NetlinkSocket inside, Veth veth) throws IOException {
        int link = index(inside, veth.pod());
        var message = RouteMessages.up(new NetlinkMessage(), LOOPBACK);
        RouteMessages.up(message, link);
        for (var address : veth.addresses())
            RouteMessages.address(message, true, link, address.address(), address.prefix());
        for (var address : veth.addresses()) RouteMessages.defaultRoute(message, link, address);
        inside.request("addresses in " + veth.namespace(), message);
    }

    @Override
    public String check(Veth veth) throws IOException {
        int namespace = NativeCalls.open(veth.namespace());
        try (var inside = NetlinkSocket.openIn(namespace, veth.namespace(), NetlinkSocket.ROUTE)) {
            int link = index(inside, veth.pod());
            var there = new HashSet<InetAddress>();
            for (var address : addresses(inside)) if (address.link() == link) there.add(address.address());
            var ways = new HashSet<InetAddress>();
            for (var found : routes(inside)) {
                if (found.prefix() == 0 && found.gateway() != null) ways.add(found.gateway());
            }
            for (var wanted : veth.addresses()) {
                if (!there.contains(wanted.address()))
                    return "%s lacks address %s"
                            .formatted(veth.pod(), wanted.address().getHostAddress());
                if (!ways.contains(wanted.gateway()))
                    return "%s lacks its default route by %s"
                            .formatted(veth.pod(), wanted.gateway().getHostAddress());
            }
            return "";
        } catch (NativeCalls.ErrnoException e) {
            return String.valueOf(e.getMessage());
        } finally {
            NativeCalls.close(namespace);
        }
    }

    @Override
    public void limit(String host, @Nullable Rate toPod, @Nullable Rate fromPod, String helper) throws IOException {
        int link = index(route, host);
        if (toPod != null) route.request("limit of " + host, TrafficMessages.limit(link, toPod));
        if (fromPod == null) return;
        route.request("interface " + helper, RouteMessages.ifb(helper));
        int shaped = index(route, helper);
        route.request("limit of " + helper, TrafficMessages.limit(shaped, fromPod));
        route.request("limit of " + host, TrafficMessages.redirect(link, shaped));
    }

    @Override
    public boolean deleteLink(String name) throws IOException {
        try {
            route.request("interface " + name, RouteMessages.delete(name));
            return true;
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == NO_DEVICE) return false;
            throw e;
        }
    }

    @Override
    public void loadRules(String text) throws IOException {
        if (text.length() > LONGEST_RULES)
            throw new IOException("rules are longer than %d bytes".formatted(LONGEST_RULES));
        LinuxKernel.run(List.of("nft", "-f", "-"), text, LONGEST_MESSAGE);
    }

    @Override
    public void changeElements(List<SetElement> added, List<SetElement> removed) throws IOException {
        if (added.isEmpty() && removed.isEmpty()) return;
        rules.request("elements of rules", RuleMessages.change(added, removed));
    }

    @Override
    public List<Forward> forwards(String comment) throws IOException {
        return RuleMessages.forwards(
                rules.ask("chains", RuleMessages.allChains()), rules.ask("rules", RuleMessages.allRules()), comment);
    }

    @Override
    public String fingerprint(RuleFamily family, String table) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var found = RuleMessages.bodies(rules.ask("rules", RuleMessages.rules(family, table)));
            if (found.isEmpty()) return "";
            found.forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == NO_ENTRY) return "";
            throw e;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public Map<String, Long> counters(RuleFamily family, String table, String set) throws IOException {
        return RuleMessages.counters(rules.ask("set " + set, RuleMessages.elements(family, table, set)));
    }

    @Override
    public void watchLink(String name, Runnable changed) throws IOException {
        events.add(new NetworkEvents(NetlinkSocket.ROUTE, LINK_GROUPS, event -> concerns(name, event), changed));
    }

    private static boolean concerns(String name, NetlinkSocket.Answer event) {
        return switch (event.type()) {
            case RouteMessages.NEW_LINK, RouteMessages.DELETE_LINK ->
                RouteMessages.readLink(event.body()).name().equals(name);
            default -> true;
        };
    }

    @Override
    public void watchRules(Runnable changed) throws IOException {
        events.add(new NetworkEvents(
                NetlinkSocket.NETFILTER, RULE_GROUP, event -> RuleMessages.touches(event.type()), changed));
    }

    @Override
    public void sysctl(String name, String value) throws IOException {
        var file = Path.of("/proc/sys").resolve(name);
        if (!Files.readString(file).strip().equals(value)) Files.writeString(file, value);
    }

    @Override
    public String sysctl(String name) throws IOException {
        return Files.readString(Path.of("/proc/sys").resolve(name)).strip();
    }

    @Override
    public void close() throws IOException {
        for (var heard : events) heard.close();
        route.close();
        rules.close();
        LOG.log(Level.DEBUG, "the kernel's network is let go");
    }

    private static int index(NetlinkSocket socket, String name) throws IOException {
        for (var answer : socket.ask("interface " + name, RouteMessages.ask(name))) {
            if (answer.type() == RouteMessages.NEW_LINK)
                return RouteMessages.readLink(answer.body()).index();
        }
        throw new UnknownHostException("no interface " + name);
    }
}
