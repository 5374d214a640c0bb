package io.smarter.network;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.dns.NameServer;
import io.smarter.files.Disk;
import io.smarter.linux.LinuxNetwork;
import io.smarter.linux.NetworkKernel;
import io.smarter.linux.NetworkKernel.PodAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The network of a node's pods, until it is closed. */
public final class Network implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Network.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Path BRIDGE_RULES = Path.of("/proc/sys/net/bridge");

    private final NetworkSettings settings;
    private final NetworkKernel kernel;
    /** What is to be closed, the newest first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private volatile boolean closed;

    private Network(NetworkSettings settings, NetworkKernel kernel) {
        this.settings = settings;
        this.kernel = kernel;
        open.push(kernel);
    }

    /**
     * Makes the network, and answers the runtime and the pods from now on.
     *
     * @param cluster whose services and policies are followed; null for none
     * @throws IOException saying what of the settings or the machine does not allow it
     */
    public static Network open(NetworkSettings settings, @Nullable ClientConfig cluster) throws IOException {
        var network = new Network(settings, LinuxNetwork.open());
        try {
            network.open(cluster);
            return network;
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private void open(@Nullable ClientConfig cluster) throws IOException {
        var gateways = settings.gateways();
        var pool = AddressPool.open(settings.state().resolve("leases"), gateways);
        if (!Files.isDirectory(BRIDGE_RULES))
            throw new IOException("pods cannot be kept apart without the kernel's module br_netfilter: modprobe it");
        var nameServer = InetAddress.ofLiteral(settings.nameServer());
        var bridge = new Bridge(kernel, gateways, nameServer);
        var firewall = new Firewall(kernel, new Ruleset.Frame(Bridge.NAME, settings.nameServer(), gateways.size() > 1));
        var client = cluster == null ? null : opened(new ApiClient(cluster));
        var pods = opened(new NodePods());
        var objects = opened(ClusterObjects.in(settings.state()));
        var attachments = new Attachments(kernel, pool, firewall, bridge, pods);
        attachments.sweep();
        checkRanges(gateways.keySet().stream().toList(), pool);
        bridge.mend(pool.leases());
        firewall.start(pool.leases());
        pool.leases()
                .forEach(lease -> pods.attached(
                        lease.containerId(), lease.namespace(), lease.pod(), lease.uid(), addresses(lease)));
        Runnable decide = () -> decide(firewall, pods, objects);
        pods.onChange(decide);
        objects.onChange(decide);
        decide.run();
        var names = new LocalNames(names(gateways, nameServer), pods, objects::services);
        objects.onChange(names::refresh);
        var listen = new InetSocketAddress(nameServer, NameServer.PORT);
        opened(NameServer.open(new NameServer.Settings(List.of(listen), settings.resolvConf()), names));
        kernel.watchLink(Bridge.NAME, () -> mend("bridge", () -> bridge.mend(pool.leases())));
        kernel.watchRules(() -> mend("rules", firewall::mend));
        pods.follow(settings.runtimes());
        if (client != null) objects.follow(client);
        Files.createDirectories(settings.run());
        opened(CniServer.listen(settings.run().resolve("cni.sock"), attachments));
        LOG.log(INFO, "pods have addresses of {0}, names at {1}", settings.range(), settings.nameServer());
    }

    /** Puts policies in force, and tries again as long as that fails. */
    private void decide(Firewall firewall, NodePods pods, ClusterObjects objects) {
        try {
            firewall.apply(() -> PolicyChains.of(pods.current(), objects.namespaces(), objects.policies()));
        } catch (IOException e) {
            LOG.log(WARNING, "network policies are not in force as they are to be: {0}", e.getMessage());
            again(() -> decide(firewall, pods, objects));
        }
    }

    private void again(Runnable work) {
        Thread.ofVirtual().name("again").start(() -> {
            try {
                Thread.sleep(PAUSE);
                if (!closed) work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @FunctionalInterface
    private interface Mending {
        void run() throws IOException;
    }

    private static void mend(String what, Mending mending) {
        try {
            mending.run();
        } catch (IOException e) {
            LOG.log(WARNING, "{0} cannot be mended: {1}", what, e.getMessage());
        }
    }

    /** A range of which others have addresses is refused, unless pods that run have addresses of it already. */
    private void checkRanges(List<AddressRange> ranges, AddressPool pool) throws IOException {
        var links = kernel.links();
        for (var range : ranges) {
            var overlap = Uplinks.overlap(range, links, kernel.addresses(), kernel.routes());
            if (overlap.isEmpty()) continue;
            var message =
                    "pods cannot have addresses of %s: it overlaps %s; choose another CIDR in ConfigMap smartercniconfig"
                            .formatted(range, overlap.get());
            if (pool.leases().isEmpty()) throw new IOException(message);
            LOG.log(WARNING, message);
        }
    }

    private NameSettings names(Map<AddressRange, InetAddress> gateways, InetAddress nameServer) {
        return new NameSettings(
                settings.domain(),
                List.copyOf(gateways.values()),
                gateways.keySet().stream().map(AddressRange::block).toList(),
                nameServer,
                settings.node());
    }

    private static List<InetAddress> addresses(Lease lease) {
        return lease.addresses().stream().map(PodAddress::address).toList();
    }

    /**
     * Puts plugin and configuration where the runtime looks for them. Done by each of several edges of a machine, of which one
     * opens the network.
     */
    public static void install(NetworkSettings settings) throws IOException {
        new Installation(settings.cniConfig(), settings.cniPrograms()).install(settings.shim());
    }

    /** Takes back what {@link #install} put there. */
    public static void withdraw(NetworkSettings settings) throws IOException {
        new Installation(settings.cniConfig(), settings.cniPrograms()).withdraw(hasPods(settings.state()));
    }

    /**
     * Takes away what a network left on this machine that nobody has open: interfaces, rules, all that was kept.
     * Works as well when there is nothing.
     */
    public static void uninstall(Path state, Path run) throws IOException {
        if (hasPods(state)) {
            LOG.log(WARNING, "pods are still on {0}, which stays for them", Bridge.NAME);
            return;
        }
        try (var kernel = LinuxNetwork.open()) {
            kernel.loadRules(Ruleset.NOTHING + Ruleset.closed(kernel.forwards(Ruleset.COMMENT)));
            for (var link : kernel.links()) {
                if (Lease.isOurs(link)) kernel.deleteLink(link.name());
            }
            kernel.deleteLink(Bridge.NAME);
        }
        if (Files.isDirectory(state)) {
            // the folder itself may be where a volume is mounted
            try (var parts = Files.newDirectoryStream(state)) {
                for (var part : parts) Disk.deleteAll(part);
            }
        }
        Files.deleteIfExists(run.resolve("cni.sock"));
    }

    private static boolean hasPods(Path state) throws IOException {
        var boot = Attachments.boot();
        return AddressPool.kept(state.resolve("leases")).stream().anyMatch(lease -> Attachments.isAlive(lease, boot));
    }

    /** Takes all of it away, plugin and configuration as well: nobody wants it any more. */
    public void remove() throws IOException {
        close();
        withdraw(settings);
        uninstall(settings.state(), settings.run());
    }

    /** Stops answering. The pods' network stays as it is. */
    @Override
    public void close() {
        closed = true;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.log(WARNING, "not everything was closed", e);
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }
}
