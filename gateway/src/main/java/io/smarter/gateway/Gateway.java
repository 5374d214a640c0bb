package io.smarter.gateway;

import io.smarter.agent.AgentFolder;
import io.smarter.agent.SelfUpgrade;
import io.smarter.cri.CriClient;
import io.smarter.cri.EventStream;
import io.smarter.cri.RuntimeEvent;
import io.smarter.deviceplugin.DevicePlugins;
import io.smarter.files.Disk;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.UnixServer;
import io.smarter.linux.Cgroups;
import io.smarter.linux.LinuxKernel;
import io.smarter.resources.Signal.Condition;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The node agent: runs the pods that are bound to its node, as a kubelet does, with what it knows from its disk before
 * it knows anything from the cloud. It listens on no port: the cloud reaches it through the connection that it dials.
 */
public final class Gateway implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    private static final Duration JOINING = Duration.ofMinutes(2);
    private static final String AGENT_NEWS = "/agentNews";
    private static final Duration LOOK_AT_LOGS = Duration.ofSeconds(10);

    private final GatewaySettings settings;
    private final @Nullable GatewayProgram program;
    private final InstantSource clock = InstantSource.system();
    /** What is to be closed, the newest first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private LocalRequests.@Nullable Drain drain;

    private Gateway(GatewaySettings settings, @Nullable GatewayProgram program) {
        this.settings = settings;
        this.program = program;
    }

    /**
     * Starts a gateway: joins when it has no identity yet, and begins to run what its data folder holds.
     *
     * @param program which can be replaced by another version of itself; null if it can't
     * @throws IOException if the folder is in use by another gateway, or joining fails; the message says which
     */
    public static Gateway start(GatewaySettings settings, @Nullable GatewayProgram program)
            throws IOException, InterruptedException {
        var gateway = new Gateway(settings, program);
        try {
            gateway.open();
            return gateway;
        } catch (IOException | InterruptedException | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    /** The socket at which the agent of a data folder answers programs of its machine: HTTP/2 with prior knowledge. */
    public static Path socket(Path data) {
        return DataFolder.socket(data);
    }

    /**
     * Ends the pods before the machine goes down, those of the lowest priority first, and returns when nothing of them runs
     * or their time is over. The next start of the agent runs them again.
     */
    public void drain() throws InterruptedException {
        Objects.requireNonNull(drain).run();
    }

    /** Ends the agent. Its containers run on. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "not everything was closed", e);
            }
        }
    }

    private void open() throws IOException, InterruptedException {
        var folder = opened(DataFolder.open(settings.data()));
        var time = KnownTime.of(folder.identity(), clock);
        var identity = new Identity(folder.identity(), settings.server(), settings.name(), time);
        identity.check();
        join(identity);
        var uplink = opened(new Uplink(identity, settings.name()));
        var cloud = new ApiCloud(uplink::client);
        var mirrors = new Mirrors(cloud, settings.name(), clock);
        var cri = opened(CriClient.connect(runtime()));
        var version = cri.version();
        var facts = new NodeFacts(settings.host());
        var deviceNode = new DeviceNode();
        var ledger = new DeviceFile(folder.devices());
        var devices = opened(new DevicePlugins(deviceNode, ledger, facts.bootId(), SteadyClock.from(clock)));
        var shortages = new AtomicReference<Supplier<Set<Condition>>>(Set::of);
        var node = new NodeObject(
                settings,
                facts,
                version.getRuntimeName() + "://" + version.getRuntimeVersion().replaceFirst("^v", ""),
                devices::counts,
                () -> shortages.get().get());
        var events = opened(new Events(cloud, settings.name(), clock));
        var diary = new Diary(events, clock);
        var network = opened(new PodNetwork(
                () -> PodNetwork.trouble(cri), settings.host().cni().config()));
        var services = services(folder, cloud, node, new Shared(cri, diary, new PodDevices(devices), network, mirrors));
        var pods = opened(new Pods(services));
        EventStream stream = opened(cri.events(event -> heard(pods, event)));
        LOG.log(Level.DEBUG, "listening to the runtime: {0}", stream);
        var shutdown = new Shutdown(pods, services.reports(), settings.shutdown(), SteadyClock.from(clock));
        Supplier<String> runtime = () -> runtimeTrouble(cri);
        var reports =
                opened(new NodeReports(cloud, node, List.of(shutdown::trouble, runtime, network::trouble), clock));
        network.onReady(pods::networkUp);
        network.onChange(reports::look);
        var places = new PodPlaces(pods, services, cri, settings.name(), facts.cores());
        var upkeep = Upkeep.of(settings, places, events, reports::look, clock);
        shortages.set(upkeep::conditions);
        var demands = PodDemands.of(settings.limits().sysctls(), settings.host().sys(), node.runtime());
        pods.admitBy(pod -> Optional.ofNullable(demands.refusal(pod)).orElseGet(() -> upkeep.refusal(pod)));
        pods.begin();
        deviceNode.serve(devices, pods, reports, settings.host().kubelet());
        var why = new WhyRequests(pods, diary, node, uplink::connected, clock);
        var requests = withNews(new CloudRequests(pods, services, upkeep.requests(), why), reports);
        drain = () -> shutdown.run(reports::look);
        listen(folder, new LocalRequests(why, drain));
        if (program != null) {
            var parts = new RunningAgent.Parts(
                    uplink::client,
                    identity,
                    cloud,
                    events,
                    pods,
                    () -> runtime.get() + network.trouble(),
                    uplink::connected);
            replaceable(new RunningAgent(parts, settings.name(), program), folder, reports, program);
        }
        Runnable up = () -> {
            reports.check();
            services.reports().retry();
            events.retry();
            pods.linkUp();
            mirrors.wake();
        };
        var manifests = new ManifestFolder(settings.manifests(), settings.name(), events);
        var statics = new StaticPods(pods, mirrors::wake);
        background("manifests", () -> manifests.watch(statics::wanted));
        background("mirrors", () -> mirrors.run(pods::statics));
        var notices = Notices.of(settings.data());
        var ends = new Uplink.Ends(pods, mirrors, requests, up);
        var renewal = new Renewal(identity, settings.token(), notices, time, uplink.line(ends));
        time.listen(new ClockTrouble(notices, events, renewal::hurry));
        uplink.open(ends);
        background("logs", () -> rotateLogs(pods, services));
        background("shortage", upkeep::watchShortage);
        background("images", upkeep::collectImages);
        background("certificate", renewal::run);
    }

    /** Answers programs of this machine, which need no cloud for that. */
    private void listen(DataFolder folder, Handler requests) throws IOException {
        var socket = folder.socket();
        DataFolder.createPrivate(Disk.parent(socket));
        Files.deleteIfExists(socket); // of an agent that was killed
        try {
            opened(UnixServer.listen(socket, requests));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "questions of this machine are not answered: {0}", e.getMessage());
        }
    }

    /** Answers the cloud's word that the Node is worth being read again, besides what else it asks. */
    private static Handler withNews(Handler requests, NodeReports reports) {
        return exchange -> {
            if (!exchange.path().equals(AGENT_NEWS)) {
                requests.handle(exchange);
                return;
            }
            reports.check();
            exchange.respond(204, new Headers(), new byte[0]);
        };
    }

    private void replaceable(RunningAgent agent, DataFolder folder, NodeReports reports, GatewayProgram program)
            throws IOException {
        var versions = new AgentFolder(folder.agent(), program.folder(), program.installed());
        var upgrade = opened(SelfUpgrade.start(versions, agent));
        reports.onNode(node -> {
            agent.seen();
            upgrade.look(node);
        });
    }

    /** What pods share that others work with, too. */
    private record Shared(CriClient cri, EventLog events, PodDevices devices, PodNetwork network, Mirrors mirrors) {}

    private NodeServices services(DataFolder folder, Cloud cloud, NodeObject node, Shared shared) throws IOException {
        var facts = node.facts();
        var seen = new Fields.Node(settings.name(), node.address(), 1000L * facts.cores(), facts.memory());
        var configs = new ConfigFolder(folder.configs(), cloud, new NodeKey(folder.identity()));
        configs.sealPlain();
        var dns = new Dns(settings.host().etc(), settings.dns());
        var groups = new PodGroups(Cgroups.mounted(), settings.limits().podPids());
        groups.limitAll(
                settings.limits().unreservedCores(facts.cores()),
                settings.limits().unreserved("memory", facts.memory()));
        return new NodeServices(
                new CriRuntime(shared.cri(), settings.name()),
                cloud,
                new PodConfigs(seen, configs, dns, settings.host().logs(), ApiVariables.of(settings.server())),
                configs,
                new PodFiles(folder.pods()),
                opened(new StatusReports(shared.mirrors()::writeStatus)),
                shared.events(),
                new MemoryFolders(new LinuxKernel()),
                groups,
                shared.devices(),
                shared.network()::trouble,
                folder.volumes(),
                folder.secrets(),
                clock);
    }

    /** The socket of the runtime to use: the one that was named if it answers, or else one of our own. */
    private Path runtime() throws IOException, InterruptedException {
        var named = settings.runtime();
        if (named != null && Containerd.answers(named)) return named;
        var own = opened(new Containerd(settings.data(), settings.host().cni()));
        own.start();
        return own.socket();
    }

    private static String runtimeTrouble(CriClient cri) {
        try {
            return cri.status().getConditionsList().stream()
                    .filter(condition -> condition.getType().equals("RuntimeReady") && !condition.getStatus())
                    .map(condition -> "%s=false %s".formatted(condition.getType(), condition.getMessage()))
                    .collect(Collectors.joining("; "));
        } catch (IOException e) {
            return "container runtime is down: " + CriRuntime.message(e);
        }
    }

    /** Joins unless that was done before; waits for a cloud that can't be reached, but not for one that refuses. */
    private void join(Identity identity) throws IOException, InterruptedException {
        if (identity.exists()) return;
        if (settings.token() == null)
            throw new IOException("%s holds no identity: a join token is needed".formatted(settings.data()));
        var token = JoinToken.parse(settings.token());
        long until = System.nanoTime() + JOINING.toNanos();
        var told = "";
        while (true) {
            try {
                identity.join(token);
                return;
            } catch (Identity.RefusedException e) {
                throw e;
            } catch (IOException e) {
                if (System.nanoTime() - until > 0) throw e;
                var why = String.valueOf(e.getMessage());
                if (!why.equals(told))
                    LOG.log(Level.INFO, "not joined yet, trying for {0} s: {1}", JOINING.toSeconds(), why);
                told = why;
                Thread.sleep(Duration.ofSeconds(1));
            }
        }
    }

    private void rotateLogs(Pods pods, NodeServices services) throws InterruptedException {
        var rotation = new LogRotation(services.runtime());
        while (true) {
            Thread.sleep(LOOK_AT_LOGS);
            rotation.look(pods.all(), services.podConfigs(), clock.instant());
        }
    }

    private static void heard(Pods pods, RuntimeEvent event) {
        switch (event) {
            case RuntimeEvent.Subscribed _ -> pods.wakeAll();
            case RuntimeEvent.Started started -> pods.started(started.containerId());
            case RuntimeEvent.Exited exited -> pods.ended(exited.containerId());
            case RuntimeEvent.OutOfMemory _, RuntimeEvent.Deleted _ -> {}
        }
    }

    /** Something that goes on until the gateway is closed. */
    @FunctionalInterface
    private interface Background {
        void run() throws InterruptedException;
    }

    private void background(String name, Background work) {
        var thread = Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        open.push(thread::interrupt);
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }
}
