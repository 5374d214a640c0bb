package io.smarter.devices;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.linux.DeviceEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a node. Hears what appears and goes, decides by the rules which resources that makes, and offers these to the
 * kubelet. One thread decides; it sleeps while nothing happens.
 */
public final class Devices implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    /** How long a device that is gone is told to be unhealthy before it is told no more. */
    private static final Duration KEPT = Duration.ofMinutes(1);
    /** Between two looks at least. */
    private static final Duration PACE = Duration.ofMillis(20);
    /** How long a device may take to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final DevicesSettings settings;
    private final Kubelet kubelet;
    private final DeviceScan scan;
    private final StatusFile status;
    private final Consequences consequences;
    private final HealthChecks health;
    private final ExclusiveGroups groups = new ExclusiveGroups(InstantSource.system());
    private final CdiFolder cdi;
    private final @Nullable ClaimDriver claims;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Map<String, PluginServer> servers = new HashMap<>();
    private final Thread thread;

    private Rules rules;
    private Map<String, Offered> offered = Map.of();
    private Catalog catalog = new Catalog(List.of(), List.of(), List.of());
    private @Nullable Object kubeletSocket;

    private boolean changed = true;
    private boolean rulesChanged;
    private boolean kubeletChanged;
    private boolean registrationsChanged;

    private Devices(DevicesSettings settings, @Nullable ClientConfig cluster) throws IOException {
        this.settings = settings;
        kubelet = opened(new Kubelet(settings.kubelet()));
        var api = cluster == null ? null : opened(new ApiClient(cluster));
        var containers = opened(new RunningContainers(settings.runtimes()));
        var events = new PodEvents(api, settings.node());
        consequences = opened(new Consequences(settings.dev(), kubelet, containers, events, api));
        scan = new DeviceScan(settings.dev(), settings.sys(), settings.udev());
        health = new HealthChecks(new Probe(settings.dev(), PATIENCE), () -> wake(() -> changed = true));
        status = StatusFile.of(settings);
        cdi = new CdiFolder(settings.cdi());
        claims = settings.dra() ? opened(claims(api)) : null;
        rules = new RulesFile(settings.rules()).read(null);
        thread = Thread.ofVirtual().name("devices").unstarted(this::run);
    }

    private ClaimDriver claims(@Nullable ApiClient api) throws IOException {
        if (api == null) throw new IOException("claims are the cluster's, and this is no pod of one");
        return ClaimDriver.open(settings, api, () -> wake(() -> changed = true));
    }

    /**
     * Begins; returns when it goes on by itself.
     *
     * @param cluster that is told what happens to pods, and has claims; null for none
     * @throws IOException saying what of the machine does not allow it
     */
    public static Devices open(DevicesSettings settings, @Nullable ClientConfig cluster) throws IOException {
        var devices = new Devices(settings, cluster);
        try {
            devices.open();
            return devices;
        } catch (IOException | RuntimeException e) {
            devices.close();
            throw e;
        }
    }

    private void open() throws IOException {
        Files.createDirectories(kubelet.folder());
        kubeletSocket = identity(kubelet.folder().resolve("kubelet.sock"));
        opened(DeviceEvents.listen(settings.dev(), this::happened));
        var folders = new ArrayList<>(List.of(kubelet.folder()));
        var rulesFolder = settings.rules().getParent();
        if (rulesFolder != null && Files.isDirectory(rulesFolder)) folders.add(rulesFolder);
        opened(FolderChanges.follow(folders, this::folderChanged));
        thread.start();
    }

    // ---- what happens

    private void happened(DeviceEvents.Event what) {
        boolean matters = switch (what) {
            case DeviceEvents.Uevent event ->
                !event.devname().isEmpty()
                        || event.action().equals("bind")
                        || event.action().equals("unbind");
            case DeviceEvents.FolderChanged _, DeviceEvents.Lost _ -> true;
        };
        if (matters) wake(() -> changed = true);
    }

    private void folderChanged(Path folder) {
        if (folder.equals(kubelet.folder())) wake(() -> kubeletChanged = true);
        else wake(() -> rulesChanged = true);
    }

    private synchronized void wake(Runnable what) {
        what.run();
        notifyAll();
    }

    // ---- what follows

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                step(await());
                Thread.sleep(PACE); // what comes in a burst is looked at together
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private record Work(boolean devices, boolean rules, boolean kubelet) {
        /** Whether the devices are what they were. */
        boolean isOfKubelet() {
            return !devices && !rules;
        }
    }

    /** Waits until something happened, or a device has been gone for long enough. */
    private synchronized Work await() throws InterruptedException {
        while (!changed && !rulesChanged && !kubeletChanged && !registrationsChanged) {
            var next = Stream.concat(
                            Stream.of(health.next(), groups.next()),
                            offered.values().stream().map(one -> one.changes(KEPT)))
                    .filter(Objects::nonNull)
                    .min(Instant::compareTo);
            if (next.isEmpty()) {
                wait();
                continue;
            }
            long left = Duration.between(Instant.now(), next.get()).toMillis();
            if (left <= 0) changed = true;
            else wait(left);
        }
        var work = new Work(changed, rulesChanged, kubeletChanged);
        changed = false;
        rulesChanged = false;
        kubeletChanged = false;
        registrationsChanged = false;
        return work;
    }

    private void step(Work work) throws InterruptedException {
        if (work.kubelet) lookForKubelet();
        if (work.isOfKubelet()) {
            tell();
            return;
        }
        if (work.rules) rules = new RulesFile(settings.rules()).read(rules);
        var found = scan.scan();
        catalog = Catalog.of(rules, found);
        var paths = found.stream().map(Found::path).collect(Collectors.toSet());
        health.ask(catalog, Instant.now());
        if (groups.isDue(catalog.offers())) lookForHolders();
        var next = Offered.next(offered, catalog, paths, this::trouble, Instant.now(), KEPT);
        var turns = Turn.between(offered, next);
        synchronized (this) {
            offered = next;
        }
        offer(next);
        cdi.write(catalog.offers());
        consequences.of(turns);
        tell();
    }

    private String trouble(Offer offer, Unit unit) {
        var trouble = health.trouble(unit.device());
        return trouble.isEmpty() ? groups.trouble(offer, unit) : trouble;
    }

    private void lookForHolders() {
        try {
            groups.told(catalog.offers(), kubelet.podResources());
        } catch (IOException e) {
            groups.missed();
            LOG.log(DEBUG, "who holds devices of groups is not known: {0}", e.getMessage());
        }
    }

    private boolean claim(Offer offer, Collection<String> ids) {
        boolean allowed = groups.claim(offer, ids);
        if (offer.rule().exclusive() != null) wake(() -> changed = true);
        return allowed;
    }

    private void offer(Map<String, Offered> next) {
        if (claims != null) {
            claims.tell(next);
            return;
        }
        servers.entrySet().removeIf(entry -> {
            if (next.containsKey(entry.getKey())) return false;
            LOG.log(INFO, "{0} is offered no more", entry.getKey());
            entry.getValue().close();
            return true;
        });
        next.forEach((name, one) -> {
            var server = servers.get(name);
            if (server == null) {
                server = new PluginServer(kubelet, one, this::claim, () -> wake(() -> registrationsChanged = true));
                servers.put(name, server);
                server.start();
            } else {
                server.tell(one);
            }
        });
    }

    private void tell() {
        var registrations = new HashMap<String, DevicesStatus.Registration>();
        servers.forEach((name, server) -> registrations.put(name, server.registration()));
        if (claims != null) for (var name : offered.keySet()) registrations.put(name, claims.registration());
        status.write(DevicesStatus.of(settings, rules, catalog, offered, registrations));
    }

    /** A kubelet that starts makes its socket anew, and has removed ours. */
    private void lookForKubelet() {
        var now = identity(kubelet.folder().resolve("kubelet.sock"));
        if (Objects.equals(now, kubeletSocket)) return;
        kubeletSocket = now;
        if (now != null) servers.values().forEach(PluginServer::registerAgain);
    }

    private static @Nullable Object identity(Path socket) {
        try {
            var attributes = Files.readAttributes(socket, BasicFileAttributes.class);
            return List.of(String.valueOf(attributes.fileKey()), attributes.creationTime());
        } catch (IOException _) {
            return null;
        }
    }

    /** Does what a start does with rules and devices, and tells nobody: classes that this needs are loaded then. */
    public static void rehearse(Path dev, Path sys) {
        var rules = Rules.parse(RulesFile.usual());
        var found = new DeviceScan(dev, sys, sys.resolve("none")).scan();
        var catalog = Catalog.of(rules, found);
        var paths = found.stream().map(Found::path).collect(Collectors.toSet());
        var offered = Offered.next(Map.of(), catalog, paths, (_, _) -> "", Instant.EPOCH, KEPT);
        offered.values().forEach(one -> LOG.log(DEBUG, "{0}", PluginAnswers.devices(one)));
        var turns = Turn.between(Map.of(), offered);
        var specs = catalog.offers().stream().map(CdiSpec::of).toList();
        LOG.log(
                DEBUG,
                "{0} {1} {2}",
                turns,
                specs,
                DevicesStatus.trial(rules, catalog).json());
    }

    /** Takes away what it left on the node, and in the cluster where there is one. */
    public static void remove(DevicesSettings settings, @Nullable ClientConfig cluster) throws IOException {
        StatusFile.of(settings).remove();
        new CdiFolder(settings.cdi()).remove();
        if (!settings.dra() || cluster == null) return;
        try (var api = new ApiClient(cluster)) {
            ClaimDriver.remove(settings, api);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        servers.values().forEach(PluginServer::close);
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
