package io.smarter.deviceplugin;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.Pod;
import io.smarter.cri.CriException;
import io.smarter.cri.CriException.Code;
import io.smarter.cri.GrpcServer;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The devices of a node that plugins offer, and the pods that hold them. Safe for use by many threads. */
public final class DevicePlugins implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DevicePlugins.class.getName());

    /** For how long the devices of a plugin that is gone count as the node's. */
    private static final Duration GRACE = Duration.ofMinutes(5);

    private final Node node;
    private final Ledger ledger;
    private final Inventory inventory;
    private final Admissions admissions;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** The node whose devices they are. Called by any thread; {@link #changed} must not block. */
    public interface Node {
        /** The pods that are to run. */
        List<Pod> pods();

        /** Whether the Node offers a resource that no plugin ever registered for. */
        boolean offers(String resource);

        /** Tells that plugins, devices or what is free of them changed. */
        void changed(DeviceChange change);
    }

    /**
     * The devices as they were allocated; nobody can register yet.
     *
     * @param boot stands for this run of the machine
     */
    public DevicePlugins(Node node, DeviceStore store, String boot, InstantSource clock) throws IOException {
        this(node, new Ledger(store, boot), clock, GRACE);
    }

    DevicePlugins(Node node, Ledger ledger, InstantSource clock, Duration grace) {
        this.node = node;
        this.ledger = ledger;
        inventory = new Inventory(grace, node::changed);
        admissions = new Admissions(inventory, ledger, node::offers, clock);
    }

    /**
     * Lets plugins register, and monitors ask.
     *
     * @param root a kubelet's folder, {@code /var/lib/kubelet}
     * @throws IOException if its sockets can't be made, or somebody else serves them
     */
    public void serve(Path root) throws IOException {
        inventory.expect(ledger.resources());
        var monitors = root.resolve("pod-resources");
        open.push(new Registration(root.resolve("device-plugins"), inventory, ledger));
        Registration.clear(monitors);
        var resources = new PodResources(inventory, ledger, node::pods);
        open.push(GrpcServer.listen(monitors.resolve(Registration.SOCKET), resources.methods()));
    }

    /** Ends all connections. What pods hold they keep. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.log(WARNING, "not everything of the device plugins was closed", e);
            }
        }
    }

    /** How much of each resource the node has. */
    public Map<String, DeviceCount> counts() {
        var counts = new TreeMap<String, DeviceCount>();
        inventory.resources().forEach((name, resource) -> counts.put(name, resource.count()));
        return counts;
    }

    /** Gives a pod the devices that all its containers want, unless it has them; on disk when it returns. May take minutes. */
    public Admission admit(Pod pod) {
        return admissions.admit(pod);
    }

    /** Tells the plugins that want to know that a container is about to start. */
    public void beforeStart(Pod pod, String container) throws IOException {
        for (var held : ledger.of(pod.uid(), container).entrySet()) {
            var known = inventory.get(held.getKey());
            var plugin = known == null ? null : known.plugin();
            if (known == null
                    || plugin == null
                    || !plugin.preparesStarts()
                    || held.getValue().ids().isEmpty()) continue;
            if (!known.served())
                throw new CriException(Code.UNAVAILABLE, held.getKey() + ": its device plugin is gone");
            plugin.preStart(held.getValue().ids());
        }
    }

    /** What a container needs to use the devices that it holds. */
    public List<ContainerAllocateResponse> allotted(Pod pod, String container) {
        return ledger.of(pod.uid(), container).values().stream()
                .map(Ledger.Grant::response)
                .toList();
    }

    /** The devices that a container holds, by resource and id. */
    public Map<String, Map<String, DeviceHealth>> held(String uid, String container) {
        var all = new TreeMap<String, Map<String, DeviceHealth>>();
        ledger.of(uid, container).forEach((resource, grant) -> {
            if (grant.ids().isEmpty()) return;
            var known = inventory.get(resource);
            var health = new TreeMap<String, DeviceHealth>();
            for (var id : grant.ids()) health.put(id, known == null ? DeviceHealth.UNKNOWN : known.health(id));
            all.put(resource, health);
        });
        return all;
    }

    /** Whether a pod wants devices of a resource. */
    public static boolean wants(Pod pod, String resource) {
        return Want.of(pod).stream().anyMatch(want -> want.resource().equals(resource));
    }

    /** Takes all devices from a pod of which nothing runs. */
    public void free(String uid) {
        admissions.forget(uid);
        try {
            for (var resource : ledger.free(uid)) node.changed(new DeviceChange(resource, Set.of(), Set.of()));
        } catch (IOException e) {
            LOG.log(WARNING, "devices of pod {0} are free, which is not on disk: {1}", uid, e.getMessage());
        }
    }

    /** The pods that hold devices, by uid. */
    public Set<String> holders() {
        return ledger.pods();
    }
}
