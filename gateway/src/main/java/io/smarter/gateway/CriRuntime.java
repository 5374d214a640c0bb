package io.smarter.gateway;

import io.smarter.cri.CriClient;
import io.smarter.cri.CriException;
import io.smarter.cri.v1.AttachRequest;
import io.smarter.cri.v1.AuthConfig;
import io.smarter.cri.v1.Container;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.ContainerStatus;
import io.smarter.cri.v1.ExecRequest;
import io.smarter.cri.v1.ExecSyncResponse;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.PodSandbox;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.cri.v1.PodSandboxFilter;
import io.smarter.cri.v1.PodSandboxState;
import io.smarter.files.PowerCut;
import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.Sandbox;
import io.smarter.gateway.Observed.State;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pods in a CRI runtime. What can't change any more (a container that ended, an address of a sandbox that is up) is
 * asked for once.
 */
final class CriRuntime implements ContainerRuntime {
    private final CriClient cri;
    private final String node;
    private final Map<String, Sandbox> sandboxes = new ConcurrentHashMap<>();
    private final Map<String, Instance> instances = new ConcurrentHashMap<>();
    private final Map<String, String> pods = new ConcurrentHashMap<>();

    CriRuntime(CriClient cri, String node) {
        this.cri = cri;
        this.node = node;
    }

    @Override
    public Observed observe(String uid) throws IOException {
        var seenSandboxes = new ArrayList<Sandbox>();
        var filter = PodSandboxFilter.newBuilder().putLabelSelector(Labels.POD_UID, uid);
        for (var sandbox : cri.listPodSandbox(filter.build())) {
            pods.put(sandbox.getId(), uid);
            seenSandboxes.add(sandbox(sandbox));
        }
        var seenInstances = new ArrayList<Instance>();
        var containers = ContainerFilter.newBuilder().putLabelSelector(Labels.POD_UID, uid);
        for (var container : cri.listContainers(containers.build())) {
            pods.put(container.getId(), uid);
            seenInstances.add(instance(container));
        }
        return new Observed(seenSandboxes, seenInstances);
    }

    private Sandbox sandbox(PodSandbox listed) throws IOException {
        boolean ready = listed.getState() == PodSandboxState.SANDBOX_READY;
        var known = sandboxes.get(listed.getId());
        if (known != null && known.ready() == ready) return known;
        var ips = new ArrayList<String>();
        if (ready) {
            var network = cri.podSandboxStatus(listed.getId()).getNetwork();
            if (!network.getIp().isEmpty()) ips.add(network.getIp());
            network.getAdditionalIpsList().forEach(ip -> ips.add(ip.getIp()));
        }
        var sandbox = new Sandbox(
                listed.getId(),
                listed.getMetadata().getAttempt(),
                ready,
                instant(listed.getCreatedAt()),
                List.copyOf(ips));
        if (!ready || !ips.isEmpty()) sandboxes.put(sandbox.id(), sandbox);
        return sandbox;
    }

    private Instance instance(Container listed) throws IOException {
        var known = instances.get(listed.getId());
        if (known != null && isAs(known, listed.getState())) return known;
        var status = cri.containerStatus(listed.getId());
        var instance = new Instance(
                listed.getId(),
                listed.getPodSandboxId(),
                listed.getLabelsOrDefault(
                        Labels.CONTAINER_NAME, listed.getMetadata().getName()),
                listed.getMetadata().getAttempt(),
                listed.getAnnotationsOrDefault(Labels.HASH, ""),
                new Observed.Image(status.getImage().getImage(), status.getImageRef()),
                instant(status.getCreatedAt()),
                state(status));
        instances.put(instance.id(), instance);
        return instance;
    }

    private static boolean isAs(Instance known, ContainerState listed) {
        return switch (listed) {
            case CONTAINER_RUNNING -> known.isRunning();
            case CONTAINER_EXITED -> known.isExited();
            default -> false;
        };
    }

    private static State state(ContainerStatus status) {
        return switch (status.getState()) {
            case CONTAINER_CREATED -> new State.Created();
            case CONTAINER_RUNNING -> new State.Running(instant(status.getStartedAt()));
            case CONTAINER_EXITED ->
                new State.Exited(
                        status.getExitCode(),
                        status.getReason(),
                        TerminationMessage.of(status),
                        instant(status.getStartedAt()),
                        instant(status.getFinishedAt()));
            default -> new State.Unknown();
        };
    }

    @Override
    public Set<String> pods() throws IOException {
        var filter = PodSandboxFilter.newBuilder().putLabelSelector(Labels.NODE, node);
        var uids = new HashSet<String>();
        for (var sandbox : cri.listPodSandbox(filter.build())) {
            var uid = sandbox.getMetadata().getUid();
            pods.put(sandbox.getId(), uid);
            uids.add(uid);
        }
        return uids;
    }

    @Override
    public @Nullable String podOf(String id) {
        return pods.get(id);
    }

    @Override
    public void forget(String uid) {
        pods.forEach((id, owner) -> {
            if (!owner.equals(uid)) return;
            pods.remove(id);
            sandboxes.remove(id);
            instances.remove(id);
        });
    }

    @Override
    public String runSandbox(PodSandboxConfig config, String handler) throws IOException {
        PowerCut.amid("RunPodSandbox", config.getMetadata().getName());
        var id = cri.runPodSandbox(config, handler);
        PowerCut.after("RunPodSandbox", config.getMetadata().getName());
        pods.put(id, config.getMetadata().getUid());
        return id;
    }

    @Override
    public void stopSandbox(String id) throws IOException {
        PowerCut.amid("StopPodSandbox", id);
        cri.stopPodSandbox(id);
        PowerCut.after("StopPodSandbox", id);
    }

    @Override
    public void removeSandbox(String id) throws IOException {
        PowerCut.amid("RemovePodSandbox", id);
        cri.removePodSandbox(id);
        PowerCut.after("RemovePodSandbox", id);
        drop(id);
    }

    @Override
    public String create(String sandbox, ContainerConfig config, PodSandboxConfig sandboxConfig) throws IOException {
        PowerCut.amid("CreateContainer", config.getMetadata().getName());
        var id = cri.createContainer(sandbox, config, sandboxConfig);
        PowerCut.after("CreateContainer", config.getMetadata().getName());
        pods.put(id, sandboxConfig.getMetadata().getUid());
        return id;
    }

    @Override
    public void start(String id) throws IOException {
        PowerCut.amid("StartContainer", id);
        cri.startContainer(id);
        PowerCut.after("StartContainer", id);
    }

    @Override
    public void stop(String id, Duration grace) throws IOException {
        PowerCut.amid("StopContainer", id);
        cri.stopContainer(id, grace);
        PowerCut.after("StopContainer", id);
    }

    @Override
    public void stop(String id, int signal, Duration grace) throws IOException {
        PowerCut.amid("StopContainer", id);
        cri.stopContainer(id, signal, grace);
        PowerCut.after("StopContainer", id);
    }

    @Override
    public void remove(String id) throws IOException {
        PowerCut.amid("RemoveContainer", id);
        cri.removeContainer(id);
        PowerCut.after("RemoveContainer", id);
        drop(id);
    }

    @Override
    public void reopenLog(String id) throws IOException {
        cri.reopenContainerLog(id);
    }

    private void drop(String id) {
        pods.remove(id);
        sandboxes.remove(id);
        instances.remove(id);
    }

    @Override
    public Optional<Image> image(String name) throws IOException {
        return cri.imageStatus(name);
    }

    @Override
    public String pull(String name, AuthConfig credentials, PodSandboxConfig sandboxConfig) throws IOException {
        return cri.pullImage(name, credentials, sandboxConfig);
    }

    @Override
    public ExecSyncResponse run(String id, List<String> command, Duration timeout) throws IOException {
        return cri.execSync(id, command, timeout);
    }

    @Override
    public URI exec(ExecRequest request) throws IOException {
        return cri.exec(request);
    }

    @Override
    public URI attach(AttachRequest request) throws IOException {
        return cri.attach(request);
    }

    @Override
    public URI portForward(String sandbox) throws IOException {
        return cri.portForward(sandbox, List.of());
    }

    /** What a runtime says, without the code that is for programs. */
    static String message(Exception e) {
        var text = String.valueOf(e.getMessage());
        return e instanceof CriException failure && text.startsWith(failure.code() + ": ")
                ? text.substring(failure.code().toString().length() + 2)
                : text;
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
    }
}
