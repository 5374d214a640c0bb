package io.smarter.cri;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.smarter.cri.v1.AttachRequest;
import io.smarter.cri.v1.AttachResponse;
import io.smarter.cri.v1.AuthConfig;
import io.smarter.cri.v1.Container;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.cri.v1.ContainerStats;
import io.smarter.cri.v1.ContainerStatsFilter;
import io.smarter.cri.v1.ContainerStatus;
import io.smarter.cri.v1.ContainerStatusRequest;
import io.smarter.cri.v1.ContainerStatusResponse;
import io.smarter.cri.v1.CreateContainerRequest;
import io.smarter.cri.v1.CreateContainerResponse;
import io.smarter.cri.v1.ExecRequest;
import io.smarter.cri.v1.ExecResponse;
import io.smarter.cri.v1.ExecSyncRequest;
import io.smarter.cri.v1.ExecSyncResponse;
import io.smarter.cri.v1.FilesystemUsage;
import io.smarter.cri.v1.Image;
import io.smarter.cri.v1.ImageFsInfoRequest;
import io.smarter.cri.v1.ImageFsInfoResponse;
import io.smarter.cri.v1.ImageSpec;
import io.smarter.cri.v1.ImageStatusRequest;
import io.smarter.cri.v1.ImageStatusResponse;
import io.smarter.cri.v1.ListContainerStatsRequest;
import io.smarter.cri.v1.ListContainerStatsResponse;
import io.smarter.cri.v1.ListContainersRequest;
import io.smarter.cri.v1.ListContainersResponse;
import io.smarter.cri.v1.ListImagesRequest;
import io.smarter.cri.v1.ListImagesResponse;
import io.smarter.cri.v1.ListPodSandboxRequest;
import io.smarter.cri.v1.ListPodSandboxResponse;
import io.smarter.cri.v1.PodSandbox;
import io.smarter.cri.v1.PodSandboxConfig;
import io.smarter.cri.v1.PodSandboxFilter;
import io.smarter.cri.v1.PodSandboxStatus;
import io.smarter.cri.v1.PodSandboxStatusRequest;
import io.smarter.cri.v1.PodSandboxStatusResponse;
import io.smarter.cri.v1.PortForwardRequest;
import io.smarter.cri.v1.PortForwardResponse;
import io.smarter.cri.v1.PullImageRequest;
import io.smarter.cri.v1.PullImageResponse;
import io.smarter.cri.v1.RemoveContainerRequest;
import io.smarter.cri.v1.RemoveContainerResponse;
import io.smarter.cri.v1.RemoveImageRequest;
import io.smarter.cri.v1.RemoveImageResponse;
import io.smarter.cri.v1.RemovePodSandboxRequest;
import io.smarter.cri.v1.RemovePodSandboxResponse;
import io.smarter.cri.v1.ReopenContainerLogRequest;
import io.smarter.cri.v1.ReopenContainerLogResponse;
import io.smarter.cri.v1.RunPodSandboxRequest;
import io.smarter.cri.v1.RunPodSandboxResponse;
import io.smarter.cri.v1.RuntimeStatus;
import io.smarter.cri.v1.StartContainerRequest;
import io.smarter.cri.v1.StartContainerResponse;
import io.smarter.cri.v1.StatusRequest;
import io.smarter.cri.v1.StatusResponse;
import io.smarter.cri.v1.StopContainerRequest;
import io.smarter.cri.v1.StopContainerResponse;
import io.smarter.cri.v1.StopPodSandboxRequest;
import io.smarter.cri.v1.StopPodSandboxResponse;
import io.smarter.cri.v1.VersionRequest;
import io.smarter.cri.v1.VersionResponse;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A container runtime over its Unix socket (Kubernetes' Container Runtime Interface, {@code runtime.v1}). Every call
 * blocks, and may be interrupted; calls of several threads share one connection, which is made when it is first needed
 * and again after the runtime was restarted. A call is never repeated: one that was under way when the connection broke
 * fails with {@link CriException.Code#UNAVAILABLE}, whether or not the runtime has done it. Safe for use by many
 * threads.
 */
public final class CriClient implements AutoCloseable {
    private static final Duration QUICK = Duration.ofSeconds(30);
    private static final Duration SLOW = Duration.ofMinutes(4);
    private static final Duration PULL = Duration.ofMinutes(60);

    private final GrpcChannel channel;

    private CriClient(GrpcChannel channel) {
        this.channel = channel;
    }

    /** A client of the runtime that listens, now or later, on a Unix socket. */
    public static CriClient connect(Path socket) {
        return new CriClient(new GrpcChannel(socket));
    }

    // ---- the runtime

    /** Name and versions of the runtime. */
    public VersionResponse version() throws CriException {
        return runtime("Version", VersionRequest.getDefaultInstance(), VersionResponse.parser(), QUICK);
    }

    /** The runtime's conditions, {@code RuntimeReady} and {@code NetworkReady} among them. */
    public RuntimeStatus status() throws CriException {
        return runtime("Status", StatusRequest.getDefaultInstance(), StatusResponse.parser(), QUICK)
                .getStatus();
    }

    /**
     * Tells what happens to containers from now on, until the subscription is closed or this client is. The listener is
     * called by one thread, in the order of events, beginning with {@link RuntimeEvent.Subscribed}; when the runtime goes
     * away the subscription waits for it.
     */
    public EventStream events(Consumer<RuntimeEvent> listener) {
        return EventStream.start(channel, listener);
    }

    // ---- sandboxes

    /**
     * Creates and starts a sandbox, network included; gives its id.
     *
     * @param handler names one of the runtime's configurations; empty for the usual one
     */
    public String runPodSandbox(PodSandboxConfig config, String handler) throws CriException {
        var request = RunPodSandboxRequest.newBuilder()
                .setConfig(config)
                .setRuntimeHandler(handler)
                .build();
        return runtime("RunPodSandbox", request, RunPodSandboxResponse.parser(), SLOW)
                .getPodSandboxId();
    }

    /** Kills what still runs in a sandbox and gives back its network; no error if that is done already. */
    public void stopPodSandbox(String sandboxId) throws CriException {
        var request =
                StopPodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build();
        runtime("StopPodSandbox", request, StopPodSandboxResponse.parser(), SLOW);
    }

    /** Removes a sandbox and its containers; no error if there is none. */
    public void removePodSandbox(String sandboxId) throws CriException {
        var request =
                RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build();
        runtime("RemovePodSandbox", request, RemovePodSandboxResponse.parser(), SLOW);
    }

    /** A sandbox's state and address. */
    public PodSandboxStatus podSandboxStatus(String sandboxId) throws CriException {
        var request =
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(sandboxId).build();
        return runtime("PodSandboxStatus", request, PodSandboxStatusResponse.parser(), QUICK)
                .getStatus();
    }

    /**
     * A sandbox's state and address, and what the runtime knows of it besides: of containerd and CRI-O JSON by the key
     * {@code info}, in a form of their own.
     */
    public PodSandboxStatusResponse podSandboxDetails(String sandboxId) throws CriException {
        var request = PodSandboxStatusRequest.newBuilder()
                .setPodSandboxId(sandboxId)
                .setVerbose(true)
                .build();
        return runtime("PodSandboxStatus", request, PodSandboxStatusResponse.parser(), QUICK);
    }

    /** The sandboxes that a filter lets through; the empty filter lets through all. */
    public List<PodSandbox> listPodSandbox(PodSandboxFilter filter) throws CriException {
        var request = ListPodSandboxRequest.newBuilder().setFilter(filter).build();
        return runtime("ListPodSandbox", request, ListPodSandboxResponse.parser(), QUICK)
                .getItemsList();
    }

    // ---- containers

    /** Creates a container in a sandbox, whose configuration must be the one it was made with; gives its id. */
    public String createContainer(String sandboxId, ContainerConfig config, PodSandboxConfig sandbox)
            throws CriException {
        var request = CreateContainerRequest.newBuilder()
                .setPodSandboxId(sandboxId)
                .setConfig(config)
                .setSandboxConfig(sandbox)
                .build();
        return runtime("CreateContainer", request, CreateContainerResponse.parser(), SLOW)
                .getContainerId();
    }

    /** Starts a container that was created. */
    public void startContainer(String containerId) throws CriException {
        var request =
                StartContainerRequest.newBuilder().setContainerId(containerId).build();
        runtime("StartContainer", request, StartContainerResponse.parser(), SLOW);
    }

    /** Asks a container to end and kills it after the grace, counted in whole seconds; no error if it has ended. */
    public void stopContainer(String containerId, Duration grace) throws CriException {
        var request = StopContainerRequest.newBuilder()
                .setContainerId(containerId)
                .setTimeout(grace.toSeconds())
                .build();
        runtime("StopContainer", request, StopContainerResponse.parser(), SLOW.plus(grace));
    }

    /**
     * As {@link #stopContainer(String, Duration)}, but asks with a signal of our choice instead of the image's.
     *
     * @throws CriException {@link CriException.Code#UNIMPLEMENTED} if the runtime is not containerd; nothing is done then
     */
    public void stopContainer(String containerId, int signal, Duration grace) throws CriException {
        var tasks = new ContainerdTasks(channel);
        tasks.kill(containerId, signal);
        tasks.await(containerId, grace);
        stopContainer(containerId, Duration.ZERO);
    }

    /** Removes a container, killing it if need be; no error if there is none. */
    public void removeContainer(String containerId) throws CriException {
        var request =
                RemoveContainerRequest.newBuilder().setContainerId(containerId).build();
        runtime("RemoveContainer", request, RemoveContainerResponse.parser(), SLOW);
    }

    /** The containers that a filter lets through; the empty filter lets through all. */
    public List<Container> listContainers(ContainerFilter filter) throws CriException {
        var request = ListContainersRequest.newBuilder().setFilter(filter).build();
        return runtime("ListContainers", request, ListContainersResponse.parser(), QUICK)
                .getContainersList();
    }

    /** A container's state, times, exit code and reason. */
    public ContainerStatus containerStatus(String containerId) throws CriException {
        var request =
                ContainerStatusRequest.newBuilder().setContainerId(containerId).build();
        return runtime("ContainerStatus", request, ContainerStatusResponse.parser(), QUICK)
                .getStatus();
    }

    /**
     * A container's state, and what the runtime knows of it besides: of containerd and CRI-O JSON by the key {@code info}, in
     * which {@code pid} is the process that is its first.
     */
    public ContainerStatusResponse containerDetails(String containerId) throws CriException {
        var request = ContainerStatusRequest.newBuilder()
                .setContainerId(containerId)
                .setVerbose(true)
                .build();
        return runtime("ContainerStatus", request, ContainerStatusResponse.parser(), QUICK);
    }

    /** Has the runtime open a container's log file again, after it was renamed. */
    public void reopenContainerLog(String containerId) throws CriException {
        var request = ReopenContainerLogRequest.newBuilder()
                .setContainerId(containerId)
                .build();
        runtime("ReopenContainerLog", request, ReopenContainerLogResponse.parser(), QUICK);
    }

    /** What the running containers use that a filter lets through; the empty filter lets through all. */
    public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) throws CriException {
        var request = ListContainerStatsRequest.newBuilder().setFilter(filter).build();
        return runtime("ListContainerStats", request, ListContainerStatsResponse.parser(), QUICK)
                .getStatsList();
    }

    // ---- processes and streams in containers

    /** Runs a command in a container to its end, at most for the timeout, counted in whole seconds. */
    public ExecSyncResponse execSync(String containerId, List<String> command, Duration timeout) throws CriException {
        var request = ExecSyncRequest.newBuilder()
                .setContainerId(containerId)
                .addAllCmd(command)
                .setTimeout(timeout.toSeconds())
                .build();
        return runtime("ExecSync", request, ExecSyncResponse.parser(), QUICK.plus(timeout));
    }

    /** Prepares a command in a container; gives the address at which its streams wait. */
    public URI exec(ExecRequest request) throws CriException {
        return URI.create(runtime("Exec", request, ExecResponse.parser(), QUICK).getUrl());
    }

    /** Prepares to join the streams of a container's first process; gives the address at which they wait. */
    public URI attach(AttachRequest request) throws CriException {
        return URI.create(
                runtime("Attach", request, AttachResponse.parser(), QUICK).getUrl());
    }

    /** Prepares connections to ports of a sandbox; gives the address at which they wait. */
    public URI portForward(String sandboxId, List<Integer> ports) throws CriException {
        var request = PortForwardRequest.newBuilder()
                .setPodSandboxId(sandboxId)
                .addAllPort(ports)
                .build();
        return URI.create(runtime("PortForward", request, PortForwardResponse.parser(), QUICK)
                .getUrl());
    }

    // ---- images

    /** All images. */
    public List<Image> listImages() throws CriException {
        return images("ListImages", ListImagesRequest.getDefaultInstance(), ListImagesResponse.parser(), QUICK)
                .getImagesList();
    }

    /** An image by name or id, if the runtime has it. */
    public Optional<Image> imageStatus(String image) throws CriException {
        var request = ImageStatusRequest.newBuilder().setImage(spec(image)).build();
        var answer = images("ImageStatus", request, ImageStatusResponse.parser(), QUICK);
        return answer.hasImage() ? Optional.of(answer.getImage()) : Optional.empty();
    }

    /** Pulls an image for a pod; the empty credentials are none. Gives the image's id. */
    public String pullImage(String image, AuthConfig credentials, PodSandboxConfig sandbox) throws CriException {
        var request = PullImageRequest.newBuilder().setImage(spec(image)).setSandboxConfig(sandbox);
        if (!credentials.equals(AuthConfig.getDefaultInstance())) request.setAuth(credentials);
        return images("PullImage", request.build(), PullImageResponse.parser(), PULL)
                .getImageRef();
    }

    /** Removes an image, all its names included; no error if there is none. */
    public void removeImage(String image) throws CriException {
        var request = RemoveImageRequest.newBuilder().setImage(spec(image)).build();
        images("RemoveImage", request, RemoveImageResponse.parser(), SLOW);
    }

    /** The file systems that hold images, and what is used of them. */
    public List<FilesystemUsage> imageFsInfo() throws CriException {
        return images("ImageFsInfo", ImageFsInfoRequest.getDefaultInstance(), ImageFsInfoResponse.parser(), QUICK)
                .getImageFilesystemsList();
    }

    /** Ends the connection; calls under way fail. */
    @Override
    public void close() {
        channel.close();
    }

    private static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }

    private <T extends MessageLite> T runtime(String call, MessageLite request, Parser<T> answer, Duration deadline)
            throws CriException {
        return channel.unary("/runtime.v1.RuntimeService/" + call, request, answer, deadline);
    }

    private <T extends MessageLite> T images(String call, MessageLite request, Parser<T> answer, Duration deadline)
            throws CriException {
        return channel.unary("/runtime.v1.ImageService/" + call, request, answer, deadline);
    }
}
