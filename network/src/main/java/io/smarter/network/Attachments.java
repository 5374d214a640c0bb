package io.smarter.network;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.linux.NetworkKernel;
import io.smarter.linux.NetworkKernel.PodAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Attaches pods to the network and takes them off. Safe for use by many threads, one for each attachment.
 *
 * <p>What a kill interrupts is an attachment of which the runtime has heard nothing: {@link #sweep} at the next start takes away
 * what is there of it.
 */
final class Attachments {
    private static final System.Logger LOG = System.getLogger(Attachments.class.getName());
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final NetworkKernel kernel;
    private final AddressPool pool;
    private final Firewall firewall;
    private final Bridge bridge;
    private final NodePods pods;
    private final String boot;

    Attachments(NetworkKernel kernel, AddressPool pool, Firewall firewall, Bridge bridge, NodePods pods)
            throws IOException {
        this.kernel = kernel;
        this.pool = pool;
        this.firewall = firewall;
        this.bridge = bridge;
        this.pods = pods;
        this.boot = boot();
    }

    /** What tells this boot of the machine from others. */
    static String boot() throws IOException {
        return Files.readString(BOOT).strip();
    }

    /** Whether a lease's pod may still be there: its namespace is, and the machine has not booted since. */
    static boolean isAlive(Lease lease, String boot) {
        return lease.boot().equals(boot) && Files.exists(Path.of(lease.netns()));
    }

    /** Gives a pod its address; it can talk, and its name is known, when this returns. */
    Lease add(CniRequest request) throws CniException, IOException {
        if (pool.get(request.key()).isPresent()) remove(request.key()); // was begun, and nobody was told
        var fromPod = request.fromPod();
        var lease = take(request, request.ports(), fromPod != null);
        var kept = CompletableFuture.runAsync(
                () -> keep(lease), task -> Thread.ofVirtual().start(task));
        try {
            firewall.add(lease);
            kernel.attach(lease.veth(Bridge.NAME, bridge.mtu()));
            if (request.toPod() != null || fromPod != null)
                kernel.limit(lease.host(), request.toPod(), fromPod, lease.limiter());
            kept.join();
            pods.attached(
                    lease.containerId(),
                    lease.namespace(),
                    lease.pod(),
                    lease.uid(),
                    lease.addresses().stream().map(PodAddress::address).toList());
            firewall.checkPolicies();
        } catch (IOException | RuntimeException e) {
            kept.handle((_, _) -> true).join(); // what is not written yet would stay
            remove(lease.key());
            throw e;
        }
        LOG.log(
                DEBUG,
                "{0}/{1} has {2}",
                lease.namespace(),
                lease.pod(),
                lease.address().getHostAddress());
        return lease;
    }

    /** Sets an address aside. */
    private synchronized Lease take(CniRequest request, List<HostPort> ports, boolean limited)
            throws CniException, IOException {
        for (var port : ports) checkPort(port);
        Function<List<PodAddress>, Lease> lease = addresses -> lease(request, addresses, ports, limited);
        removeDead(other -> other.isSamePod(request.namespace(), request.pod()));
        try {
            return pool.take(request.namespace(), request.pod(), lease);
        } catch (CniException e) {
            if (!removeDead(_ -> true)) throw e;
            return pool.take(request.namespace(), request.pod(), lease);
        }
    }

    private void checkPort(HostPort port) throws CniException, IOException {
        removeDead(other -> other.ports().stream().anyMatch(port::overlaps));
        for (var other : pool.leases()) {
            if (other.ports().stream().noneMatch(port::overlaps)) continue;
            throw new CniException(
                    CniException.Code.TRY_AGAIN_LATER,
                    "host port %d/%s is that of pod %s/%s"
                            .formatted(port.hostPort(), port.protocol(), other.namespace(), other.pod()));
        }
    }

    private Lease lease(CniRequest request, List<PodAddress> addresses, List<HostPort> ports, boolean limited) {
        return new Lease(
                request.containerId(),
                request.ifname(),
                request.netns(),
                boot,
                request.namespace(),
                request.pod(),
                request.uid(),
                addresses,
                ports,
                limited);
    }

    /** Takes pods off that are gone; says whether there were any. */
    private boolean removeDead(Predicate<Lease> which) throws IOException {
        var dead = pool.leases().stream()
                .filter(which)
                .filter(lease -> !isAlive(lease, boot))
                .toList();
        for (var lease : dead) remove(lease.key());
        return !dead.isEmpty();
    }

    private void keep(Lease lease) {
        try {
            pool.keep(lease);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Takes a pod off; nothing if it is not on. */
    void remove(String key) throws IOException {
        var found = pool.get(key);
        if (found.isEmpty()) return;
        var lease = found.get();
        pods.detached(lease.containerId());
        firewall.remove(lease);
        kernel.deleteLink(lease.host());
        if (lease.limited()) kernel.deleteLink(lease.limiter());
        pool.release(key);
    }

    /** Says what is wrong with an attachment, or nothing. */
    String check(CniRequest request) throws IOException {
        var lease = pool.get(request.key());
        if (lease.isEmpty()) return "%s has no address".formatted(request.key());
        boolean there = kernel.links().stream()
                .anyMatch(link -> link.name().equals(lease.get().host()) && link.master() > 0);
        if (!there) return "%s is not on bridge %s".formatted(lease.get().host(), Bridge.NAME);
        return kernel.check(lease.get().veth(Bridge.NAME, 0));
    }

    /** Takes off all but those that are named, of those that are not in the making. */
    void collect(Set<String> valid) throws IOException {
        for (var lease : pool.leases()) {
            if (!valid.contains(lease.key()) && !isAlive(lease, boot)) remove(lease.key());
        }
    }

    /** Takes off pods that are gone, and interfaces of ours that are nobody's. */
    void sweep() throws IOException {
        removeDead(_ -> true);
        var ours = pool.leases();
        var hosts = names(ours);
        for (var link : kernel.links()) {
            if (Lease.isOurs(link) && !hosts.contains(link.name())) {
                LOG.log(WARNING, "{0} of {1} is nobody''s and goes", link.name(), link.alias());
                kernel.deleteLink(link.name());
            }
        }
    }

    private static Set<String> names(List<Lease> leases) {
        var names = leases.stream().map(Lease::host).collect(Collectors.toSet());
        leases.forEach(lease -> names.add(lease.limiter()));
        return names;
    }
}
