package io.smarter.network;

import io.smarter.cri.CriException;
import io.smarter.cri.CriException.Code;
import io.smarter.cri.GrpcServer;
import io.smarter.cri.v1.Container;
import io.smarter.cri.v1.ContainerEventResponse;
import io.smarter.cri.v1.ContainerEventType;
import io.smarter.cri.v1.ContainerState;
import io.smarter.cri.v1.LinuxPodSandboxStatus;
import io.smarter.cri.v1.ListContainersRequest;
import io.smarter.cri.v1.ListContainersResponse;
import io.smarter.cri.v1.ListPodSandboxRequest;
import io.smarter.cri.v1.ListPodSandboxResponse;
import io.smarter.cri.v1.Namespace;
import io.smarter.cri.v1.NamespaceMode;
import io.smarter.cri.v1.NamespaceOption;
import io.smarter.cri.v1.PodSandbox;
import io.smarter.cri.v1.PodSandboxMetadata;
import io.smarter.cri.v1.PodSandboxNetworkStatus;
import io.smarter.cri.v1.PodSandboxState;
import io.smarter.cri.v1.PodSandboxStatus;
import io.smarter.cri.v1.PodSandboxStatusRequest;
import io.smarter.cri.v1.PodSandboxStatusResponse;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A container runtime that answers by CRI, over a real socket, what a test says; containerd's own events it has none. */
final class FakeRuntime implements AutoCloseable {
    private static final String SERVICE = "/runtime.v1.RuntimeService/";

    final Map<String, PodSandboxStatusResponse> sandboxes = new ConcurrentHashMap<>();
    final Map<String, Container> containers = new ConcurrentHashMap<>();
    final AtomicInteger asked = new AtomicInteger();
    /** Those who ask about sandboxes wait for it. */
    volatile CountDownLatch silence = new CountDownLatch(0);

    private final BlockingQueue<ContainerEventResponse> events = new LinkedBlockingQueue<>();
    private GrpcServer server;
    private final Path socket;

    FakeRuntime(Path socket) throws IOException {
        this.socket = socket;
        this.server = listen();
    }

    private GrpcServer listen() throws IOException {
        return GrpcServer.listen(
                socket,
                Map.of(
                        SERVICE + "GetContainerEvents",
                        (_, answers) -> {
                            while (true) answers.send(events.take());
                        },
                        SERVICE + "ListPodSandbox",
                        GrpcServer.Method.unary(ListPodSandboxRequest.parser(), _ -> list()),
                        SERVICE + "PodSandboxStatus",
                        GrpcServer.Method.unary(PodSandboxStatusRequest.parser(), this::status),
                        SERVICE + "ListContainers",
                        GrpcServer.Method.unary(ListContainersRequest.parser(), this::containers)));
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    /** Goes away, as far as its clients see. */
    void stop() throws IOException {
        silence.countDown();
        server.close();
    }

    void restart() throws IOException {
        server = listen();
    }

    /** A sandbox that runs, with what containerd tells about it. */
    void run(String id, String namespace, String name, Map<String, String> labels, Json.Obj info, String address) {
        var network = address.isEmpty() ? NamespaceMode.NODE : NamespaceMode.POD;
        sandboxes.put(
                id,
                PodSandboxStatusResponse.newBuilder()
                        .setStatus(PodSandboxStatus.newBuilder()
                                .setId(id)
                                .setMetadata(PodSandboxMetadata.newBuilder()
                                        .setName(name)
                                        .setNamespace(namespace)
                                        .setUid("uid-" + name))
                                .setState(PodSandboxState.SANDBOX_READY)
                                .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp(address))
                                .setLinux(LinuxPodSandboxStatus.newBuilder()
                                        .setNamespaces(Namespace.newBuilder()
                                                .setOptions(NamespaceOption.newBuilder()
                                                        .setNetwork(network))))
                                .putAllLabels(labels))
                        .putInfo("info", info.compact())
                        .build());
    }

    /** A container that runs, with the ports that a kubelet leaves with the runtime. */
    void container(String id, String sandbox, String ports) {
        containers.put(
                id,
                Container.newBuilder()
                        .setId(id)
                        .setPodSandboxId(sandbox)
                        .setState(ContainerState.CONTAINER_RUNNING)
                        .putAnnotations("io.kubernetes.container.ports", ports)
                        .build());
    }

    void tell(ContainerEventType type, String id) {
        events.add(ContainerEventResponse.newBuilder()
                .setContainerEventType(type)
                .setContainerId(id)
                .build());
    }

    private ListPodSandboxResponse list() {
        var answer = ListPodSandboxResponse.newBuilder();
        sandboxes.keySet().forEach(id -> answer.addItems(PodSandbox.newBuilder().setId(id)));
        return answer.build();
    }

    private PodSandboxStatusResponse status(PodSandboxStatusRequest request) throws IOException, InterruptedException {
        asked.incrementAndGet();
        silence.await();
        var known = sandboxes.get(request.getPodSandboxId());
        if (known == null) throw new CriException(Code.NOT_FOUND, "no sandbox " + request.getPodSandboxId());
        return request.getVerbose() ? known : known.toBuilder().clearInfo().build();
    }

    private ListContainersResponse containers(ListContainersRequest request) {
        var filter = request.getFilter();
        var answer = ListContainersResponse.newBuilder();
        containers.values().stream()
                .filter(container -> filter.getId().isEmpty() || filter.getId().equals(container.getId()))
                .filter(container -> filter.getPodSandboxId().isEmpty()
                        || filter.getPodSandboxId().equals(container.getPodSandboxId()))
                .forEach(answer::addContainers);
        return answer.build();
    }
}
