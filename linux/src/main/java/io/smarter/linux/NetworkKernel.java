package io.smarter.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What we ask of the kernel about networks, and no more. Safe for use by many threads. */
public interface NetworkKernel extends AutoCloseable {
    /**
     * A network interface.
     *
     * @param kind such as {@code bridge} and {@code veth}; empty for hardware
     * @param master the bridge that it is a port of; 0 for none
     * @param rxBytes what came in since it is there
     * @param alias words of whoever made it; may be empty
     */
    record Link(
            int index,
            String name,
            String kind,
            boolean up,
            int mtu,
            int master,
            String alias,
            long rxBytes,
            long txBytes) {}

    /** An address of an interface. */
    record LinkAddress(int link, InetAddress address, int prefix) {}

    /** A way to a network: out of an interface, and to a gateway unless it is there at once. Prefix 0 is a default route. */
    record LinkRoute(
            int link,
            InetAddress network,
            int prefix,
            @Nullable InetAddress gateway,
            int metric) {}

    /**
     * A cable between a bridge and a pod.
     *
     * @param host name of the bridge's end
     * @param pod name of the pod's end
     * @param namespace of the pod, as a file
     * @param mac the pod's address on the bridge, 6 bytes as {@code 0a:58:0a:27:00:02}
     * @param alias words that tell people what it is for
     * @param addresses the pod's
     */
    record Veth(
            String bridge,
            String host,
            String pod,
            Path namespace,
            String mac,
            int mtu,
            String alias,
            List<PodAddress> addresses) {
        public Veth {
            addresses = List.copyOf(addresses);
        }
    }

    /** An address of a pod, and the way out. */
    record PodAddress(InetAddress address, int prefix, InetAddress gateway) {}

    /** At most so many bits each second, and so many at once. */
    record Rate(long bitsPerSecond, long burstBits) {}

    /** Tables of rules: of the internet protocols, and of bridges. */
    enum RuleFamily {
        INET(1),
        BRIDGE(7);

        final int code;

        RuleFamily(int code) {
            this.code = code;
        }
    }

    /**
     * An element of a set or map of rules, each part of it in the bytes that the kernel keeps, as hexadecimal digits.
     *
     * @param value what a map gives for the key; empty for a set
     */
    record SetElement(RuleFamily family, String table, String set, String key, String value) {}

    /** All interfaces. */
    List<Link> links() throws IOException;

    /** All addresses of all interfaces. */
    List<LinkAddress> addresses() throws IOException;

    /** The routes of the main table. */
    List<LinkRoute> routes() throws IOException;

    /** Makes a bridge that is up, shows what it carries to the rules for IP, and has this address, 6 bytes. */
    void createBridge(String name, String mac, int mtu) throws IOException;

    /** Gives an interface an address, unless it has it. */
    void addAddress(int link, InetAddress address, int prefix) throws IOException;

    void removeAddress(int link, InetAddress address, int prefix) throws IOException;

    /** Sets an interface up. */
    void setUp(int link) throws IOException;

    /** Makes an interface a port of a bridge, up and with hairpin. */
    void plug(String link, int bridge) throws IOException;

    /** Makes a cable, the pod's end up with addresses and default routes, and its loopback up. */
    void attach(Veth veth) throws IOException;

    /** Whether a pod's end has these addresses; says what is wrong, or nothing. */
    String check(Veth veth) throws IOException;

    /** Limits what a pod gets and sends, for which the second needs an interface of its own, of this name. */
    void limit(String host, @Nullable Rate toPod, @Nullable Rate fromPod, String helper) throws IOException;

    /** Removes an interface, and so the other end of a cable; false if there is none. */
    boolean deleteLink(String name) throws IOException;

    /** Loads a text for {@code nft}, as one change or none. */
    void loadRules(String text) throws IOException;

    /** Changes elements of sets, as one change or none. */
    void changeElements(List<SetElement> added, List<SetElement> removed) throws IOException;

    /**
     * A chain of others that sees what is routed.
     *
     * @param family as {@code nft} writes it: {@code ip}, {@code ip6}, {@code inet}
     * @param drops whether it drops what none of its rules is about
     * @param marked the handles of its rules that have a certain comment
     */
    record Forward(String family, String table, String chain, boolean drops, List<Long> marked) {
        public Forward {
            marked = List.copyOf(marked);
        }
    }

    /**
     * The chains that see what is routed.
     *
     * @param comment of the rules whose handles are of interest
     */
    List<Forward> forwards(String comment) throws IOException;

    /** What tells one state of a table's rules from another: changes when somebody touches them. Empty without the table. */
    String fingerprint(RuleFamily family, String table) throws IOException;

    /** The elements of a set that counts, as hexadecimal digits of the key, and the bytes of each. */
    Map<String, Long> counters(RuleFamily family, String table, String set) throws IOException;

    /**
     * Calls a listener, from a thread of its own until this is closed, after an interface of this name has changed or gone, and
     * after addresses or routes of any have.
     */
    void watchLink(String name, Runnable changed) throws IOException;

    /** Calls a listener, from a thread of its own until this is closed, after rules have changed other than by elements. */
    void watchRules(Runnable changed) throws IOException;

    /** A switch below {@code /proc/sys}. */
    String sysctl(String name) throws IOException;

    /** Sets a switch below {@code /proc/sys}, such as {@code net/ipv4/ip_forward}, unless it is set. */
    void sysctl(String name, String value) throws IOException;

    @Override
    void close() throws IOException;
}
