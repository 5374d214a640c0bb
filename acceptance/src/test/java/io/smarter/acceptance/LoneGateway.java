package io.smarter.acceptance;

import io.smarter.cri.CriClient;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.PodSandboxFilter;
import io.smarter.cri.v1.PodSandboxState;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gateway whose containerd runs on while its agent comes and goes, and what it has on this machine. */
final class LoneGateway {
    private static final String POD_UID = "io.kubernetes.pod.uid";
    private static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";

    /** Edge is there, which gives the others their network. */
    private static final String SYSTEM = "kube-system";

    private static final String GATEWAY = "gateway-1";
    private static final Path GATEWAYS = Path.of("/run/smarter");
    private static final Path LEASES = Path.of("/var/lib/smarter/network/leases");

    private final Path data;
    private final String server;
    private final Path runtime;
    private final Path state;
    private final Set<String> mounts;
    private final Set<String> namespaces;
    private final Set<String> addresses;
    private final Set<String> known = new TreeSet<>();

    private LoneGateway(Path data, String server, Path runtime) throws IOException, InterruptedException {
        this.data = data;
        this.server = server;
        this.runtime = runtime;
        state = Objects.requireNonNull(runtime.getParent());
        mounts = mounts();
        namespaces = namespaces();
        addresses = addresses();
    }

    /** Ends the agent that {@code up} started, and leaves all else running. */
    static LoneGateway takeOver(Run run, Path data) throws Exception {
        var status = Json.parse(run.run("./smarter", "status", "-o", "json").ok());
        var gateway = status.items("gateways").getFirst();
        var agent = ProcessHandle.of(gateway.number(0, "pid")).orElseThrow();
        agent.destroy();
        Run.until("the agent is gone", Duration.ofSeconds(30), () -> !agent.isAlive());
        var runtime = Path.of(gateway.textOrEmpty("runtime").substring("unix://".length()));
        return new LoneGateway(data.resolve(GATEWAY), status.textOrEmpty("cloud", "url"), runtime);
    }

    // ---- agents

    /** An agent that may end at any moment. */
    final class Agent implements AutoCloseable {
        private final List<String> options;
        private Process process;
        private @Nullable FusePlugin plugin;

        private Agent(Process process, List<String> options) {
            this.process = process;
            this.options = options;
        }

        /** Offers it a device, as soon as it listens, and from now on after each start. */
        void offer() {
            var agent = process;
            Thread.ofVirtual().start(() -> {
                while (agent.isAlive() && !isOffered(agent)) pause();
            });
        }

        /** Whether an agent knows the device, or does not need to any more. */
        private synchronized boolean isOffered(Process agent) {
            if (agent.pid() != process.pid()) return true;
            try {
                plugin = FusePlugin.register(data.resolve("kubelet/device-plugins"), Map.of("one", true));
                return true;
            } catch (IOException e) {
                return false; // it does not listen yet, or not any more
            }
        }

        private void takeBack() throws IOException {
            if (plugin != null) plugin.close();
            plugin = null;
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** Starts another one that goes on. */
        synchronized void restart() throws IOException {
            takeBack();
            process = launch("", options.toArray(String[]::new));
            offer();
        }

        @Override
        public synchronized void close() throws IOException {
            process.destroy();
            takeBack();
            process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        }
    }

    /**
     * Starts an agent.
     *
     * @param property of its virtual machine, as {@code -Dname=value}; may be empty
     * @param options of the agent
     */
    Agent start(String property, String... options) throws IOException {
        return new Agent(launch(property, options), List.of(options));
    }

    private Process launch(String property, String... options) throws IOException {
        var log = data.resolve("log").toFile();
        var command = new ArrayList<>(List.of(Run.HOME.resolve("smarter").toString(), "gateway"));
        command.addAll(List.of("--server", server, "--name", GATEWAY, "--data", data.toString()));
        command.addAll(List.of("--kubelet-dir", data.resolve("kubelet").toString()));
        command.addAll(
                List.of("--cni-conf-dir", data.resolveSibling("cni/net.d").toString()));
        command.addAll(List.of("--cni-bin-dir", data.resolveSibling("cni/bin").toString()));
        command.addAll(List.of(options));
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .redirectError(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().put("JAVA_TOOL_OPTIONS", property);
        return builder.start();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what there is of a pod

    /** A container, and how many of its name came before it. */
    record Running(String id, int restarts) {}

    List<Running> running(String uid) throws IOException {
        try (var cri = CriClient.connect(runtime)) {
            var running = new ArrayList<Running>();
            for (var container : cri.listContainers(
                    ContainerFilter.newBuilder().putLabelSelector(POD_UID, uid).build())) {
                if (container.getState() == ContainerState.CONTAINER_RUNNING)
                    running.add(new Running(
                            container.getId(), container.getMetadata().getAttempt()));
            }
            return running;
        }
    }

    long ready(String uid) throws IOException {
        try (var cri = CriClient.connect(runtime)) {
            var filter = PodSandboxFilter.newBuilder().putLabelSelector(POD_UID, uid);
            return cri.listPodSandbox(filter.build()).stream()
                    .filter(sandbox -> sandbox.getState() == PodSandboxState.SANDBOX_READY)
                    .count();
        }
    }

    Path volume(String uid, String file) {
        return data.resolve("volumes").resolve(uid).resolve("volumes").resolve(file);
    }

    Path secret(String uid, String file) {
        return data.resolve("secrets").resolve(uid).resolve(file);
    }

    /** Takes what is there now as given, so that one failure is not told for every pod that follows. */
    void forgive() throws IOException, InterruptedException {
        known.addAll(traces("forgiven", ""));
    }

    /** What is left on this machine of a pod that is gone. The system's own pods stay. */
    List<String> traces(String uid, String name) throws IOException, InterruptedException {
        var traces = new ArrayList<String>();
        var system = new TreeSet<>(List.of(name));
        try (var cri = CriClient.connect(runtime)) {
            for (var sandbox : cri.listPodSandbox(PodSandboxFilter.getDefaultInstance())) {
                if (!isOfSystem(sandbox.getLabelsMap())) traces.add("sandbox " + sandbox.getId());
                else
                    system.addAll(List.of(sandbox.getId(), sandbox.getMetadata().getUid()));
            }
            for (var container : cri.listContainers(ContainerFilter.getDefaultInstance())) {
                if (isOfSystem(container.getLabelsMap())) system.add(container.getId());
                else traces.add("container " + container.getId());
            }
        }
        for (var kind : List.of("containers", "leases", "snapshots", "tasks"))
            for (var id : ctr(kind)) if (!system.contains(id)) traces.add(kind + " " + id);
        left("mount", mounts(), mounts, traces);
        left("network namespace", namespaces(), namespaces, traces);
        left("address", addresses(), addresses, traces);
        addFiles(uid, system, traces);
        traces.removeAll(known);
        return traces;
    }

    private static boolean isOfSystem(Map<String, String> labels) {
        return SYSTEM.equals(labels.get(POD_NAMESPACE));
    }

    private static void left(String what, Set<String> now, Set<String> before, List<String> traces) {
        for (var one : now) if (!before.contains(one)) traces.add(what + " " + one);
    }

    /** Nothing in the data folder names the pod, is half written, or can't be read; nothing outside of it is the pod's. */
    private void addFiles(String uid, Set<String> system, List<String> traces) throws IOException {
        for (var part : List.of("pods", "configs", "volumes", "secrets", "devices.json")) {
            if (!Files.exists(data.resolve(part))) continue;
            try (var files = Files.walk(data.resolve(part))) {
                for (var file : files.toList()) {
                    if (file.equals(data.resolve(part)) || isOfSystem(file, system)) continue;
                    if (!part.equals("devices.json")) traces.add("file " + file);
                    else if (!isJson(file) || Files.readString(file).contains(uid)) traces.add("entry in " + file);
                }
            }
        }
        for (var root : List.of(Path.of("/var/log/pods"), Path.of("/sys/fs/cgroup"))) {
            if (!Files.isDirectory(root)) continue;
            try (var found = Files.find(
                    root,
                    6,
                    (path, about) -> about.isDirectory() && path.toString().endsWith(uid))) {
                found.forEach(path -> traces.add("folder " + path));
            } catch (java.io.UncheckedIOException e) {
                traces.add("folders that go away: " + e.getMessage());
            }
        }
    }

    /** Whether a file names one of the system's pods, or is a ConfigMap or Secret of theirs. */
    private static boolean isOfSystem(Path file, Set<String> system) {
        var path = file.toString();
        return path.contains("_" + SYSTEM + "_")
                || system.stream().anyMatch(id -> id.length() > 30 && path.contains(id));
    }

    private static boolean isJson(Path file) throws IOException {
        try {
            return Json.parse(Files.readAllBytes(file)) instanceof Json.Obj;
        } catch (JsonException e) {
            return false;
        }
    }

    /** The ids of what containerd itself holds, but for images' snapshots. */
    private List<String> ctr(String kind) throws IOException, InterruptedException {
        var list = new Run()
                .run("ctr", "-a", runtime.toString(), "-n", "k8s.io", kind, "ls")
                .ok();
        return list.lines()
                .skip(1)
                .filter(line -> !line.contains("Committed"))
                .map(line -> line.split(" ")[0])
                .toList();
    }

    private Set<String> mounts() throws IOException {
        var found = new TreeSet<String>();
        for (var line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            var target = line.split(" ")[4];
            // the folder that all pods' secrets share stays
            if (target.startsWith(data.toString())
                            && !target.equals(data.resolve("secrets").toString())
                    || target.startsWith(state.toString())) found.add(target);
        }
        return found;
    }

    private Set<String> namespaces() throws IOException {
        return names(runtime.resolveSibling("state/io.containerd.grpc.v1.cri/netns"));
    }

    /** The addresses that are not those of another gateway's sandboxes: all of a machine share their range. */
    private Set<String> addresses() throws IOException {
        var lost = new TreeSet<String>();
        for (var lease : names(LEASES)) {
            var sandbox = holder(LEASES.resolve(lease));
            if (!sandbox.isEmpty() && !isOthers(sandbox)) lost.add(lease + " of " + sandbox);
        }
        return lost;
    }

    private static String holder(Path lease) throws IOException {
        try {
            return Json.parse(Files.readAllBytes(lease)).textOrEmpty("containerId");
        } catch (NoSuchFileException e) {
            return ""; // given back meanwhile
        }
    }

    private boolean isOthers(String sandbox) throws IOException {
        var own = String.valueOf(state.getFileName());
        for (var gateway : names(GATEWAYS)) {
            var tasks = GATEWAYS.resolve(gateway).resolve("state/io.containerd.runtime.v2.task/k8s.io");
            if (!gateway.equals(own) && Files.isDirectory(tasks.resolve(sandbox))) return true;
        }
        return false;
    }

    private static Set<String> names(Path folder) throws IOException {
        var names = new TreeSet<String>();
        if (!Files.isDirectory(folder)) return names;
        try (var files = Files.list(folder)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }
}
