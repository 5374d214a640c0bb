package io.smarter.deviceplugin;

import io.smarter.cri.GrpcChannel;
import io.smarter.cri.GrpcServer;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.deviceplugin.AllocateRequest;
import io.smarter.cri.deviceplugin.AllocateResponse;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.cri.deviceplugin.ContainerPreferredAllocationResponse;
import io.smarter.cri.deviceplugin.Device;
import io.smarter.cri.deviceplugin.DevicePluginOptions;
import io.smarter.cri.deviceplugin.Empty;
import io.smarter.cri.deviceplugin.ListAndWatchResponse;
import io.smarter.cri.deviceplugin.NUMANode;
import io.smarter.cri.deviceplugin.PreStartContainerRequest;
import io.smarter.cri.deviceplugin.PreStartContainerResponse;
import io.smarter.cri.deviceplugin.PreferredAllocationRequest;
import io.smarter.cri.deviceplugin.PreferredAllocationResponse;
import io.smarter.cri.deviceplugin.RegisterRequest;
import io.smarter.cri.deviceplugin.TopologyInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;

/** A device plugin: real gRPC on a real socket. Remembers what it was asked. */
final class TestPlugin implements AutoCloseable {
    /** What was asked, oldest first. */
    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    /** What it would give of what is available. */
    volatile UnaryOperator<List<String>> preference = ids -> ids;

    /** Allocations fail with this; empty for none. */
    volatile String refusal = "";

    private final Path folder;
    private final String resource;
    private final DevicePluginOptions options;
    private final GrpcServer server;
    private List<Device> devices = List.of();
    private int version;

    TestPlugin(Path folder, String resource, DevicePluginOptions options) throws IOException {
        this.folder = folder;
        this.resource = resource;
        this.options = options;
        var service = "/v1beta1.DevicePlugin/";
        server = GrpcServer.listen(
                folder.resolve(endpoint()),
                Map.of(
                        service + "GetDevicePluginOptions", Method.unary(Empty.parser(), _ -> options),
                        service + "ListAndWatch", (_, answers) -> watch(answers),
                        service + "GetPreferredAllocation",
                                Method.unary(PreferredAllocationRequest.parser(), this::prefer),
                        service + "Allocate", Method.unary(AllocateRequest.parser(), this::allocate),
                        service + "PreStartContainer",
                                Method.unary(PreStartContainerRequest.parser(), this::preStart)));
    }

    static TestPlugin of(Path folder, String resource) throws IOException {
        return new TestPlugin(folder, resource, DevicePluginOptions.getDefaultInstance());
    }

    static Device device(String id, boolean healthy, long... nodes) {
        var topology = TopologyInfo.newBuilder();
        for (var node : nodes) topology.addNodes(NUMANode.newBuilder().setID(node));
        return Device.newBuilder()
                .setID(id)
                .setHealth(healthy ? "Healthy" : "Unhealthy")
                .setTopology(topology)
                .build();
    }

    /** Offers healthy devices of these names. */
    TestPlugin offer(String... ids) {
        return offer(List.of(ids).stream().map(id -> device(id, true)).toArray(Device[]::new));
    }

    synchronized TestPlugin offer(Device... now) {
        devices = List.of(now);
        version++;
        notifyAll();
        return this;
    }

    /** Registers with whoever serves the folder. */
    TestPlugin register() throws IOException {
        try (var kubelet = new GrpcChannel(folder.resolve("kubelet.sock"))) {
            var request = RegisterRequest.newBuilder()
                    .setVersion("v1beta1")
                    .setEndpoint(endpoint())
                    .setResourceName(resource)
                    .setOptions(options);
            kubelet.unary("/v1beta1.Registration/Register", request.build(), Empty.parser(), Duration.ofSeconds(10));
        }
        return this;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private String endpoint() {
        return resource.substring(resource.indexOf('/') + 1) + ".sock";
    }

    private void watch(GrpcServer.Answers answers) throws IOException, InterruptedException {
        int told = -1;
        while (true) {
            ListAndWatchResponse next;
            synchronized (this) {
                while (version == told) wait();
                told = version;
                next = ListAndWatchResponse.newBuilder().addAllDevices(devices).build();
            }
            answers.send(next);
        }
    }

    private PreferredAllocationResponse prefer(PreferredAllocationRequest request) {
        var asked = request.getContainerRequests(0);
        calls.add("prefer %d of %s with %s"
                .formatted(
                        asked.getAllocationSize(),
                        asked.getAvailableDeviceIDsList(),
                        asked.getMustIncludeDeviceIDsList()));
        return PreferredAllocationResponse.newBuilder()
                .addContainerResponses(ContainerPreferredAllocationResponse.newBuilder()
                        .addAllDeviceIDs(preference.apply(asked.getAvailableDeviceIDsList())))
                .build();
    }

    private AllocateResponse allocate(AllocateRequest request) throws IOException {
        var ids = request.getContainerRequests(0).getDevicesIdsList();
        calls.add("allocate " + ids);
        if (!refusal.isEmpty()) throw new IOException(refusal);
        return AllocateResponse.newBuilder()
                .addContainerResponses(ContainerAllocateResponse.newBuilder().putEnvs("DEVICES", String.join(",", ids)))
                .build();
    }

    private PreStartContainerResponse preStart(PreStartContainerRequest request) {
        calls.add("start " + request.getDevicesIdsList());
        return PreStartContainerResponse.getDefaultInstance();
    }
}
