package io.smarter.acceptance;

import io.smarter.cri.GrpcChannel;
import io.smarter.cri.GrpcServer;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.deviceplugin.AllocateRequest;
import io.smarter.cri.deviceplugin.AllocateResponse;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.cri.deviceplugin.Device;
import io.smarter.cri.deviceplugin.DevicePluginOptions;
import io.smarter.cri.deviceplugin.DeviceSpec;
import io.smarter.cri.deviceplugin.Empty;
import io.smarter.cri.deviceplugin.ListAndWatchResponse;
import io.smarter.cri.deviceplugin.RegisterRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A device plugin that shares out /dev/fuse, under as many names as it is told. */
final class FusePlugin implements AutoCloseable {
    static final String RESOURCE = "smarter.io/fuse";
    private static final String SERVICE = "/v1beta1.DevicePlugin/";

    private final GrpcServer server;
    private Map<String, Boolean> devices;

    private FusePlugin(Path folder, Map<String, Boolean> devices) throws IOException {
        this.devices = devices;
        server = GrpcServer.listen(
                folder.resolve("fuse.sock"),
                Map.of(
                        SERVICE + "GetDevicePluginOptions",
                        Method.unary(Empty.parser(), _ -> DevicePluginOptions.getDefaultInstance()),
                        SERVICE + "ListAndWatch",
                        (_, answers) -> watch(answers),
                        SERVICE + "Allocate",
                        Method.unary(AllocateRequest.parser(), FusePlugin::allocate)));
    }

    /** Starts a plugin in a kubelet's folder and registers it. */
    static FusePlugin register(Path folder, Map<String, Boolean> devices) throws IOException {
        var plugin = new FusePlugin(folder, devices);
        try (var kubelet = new GrpcChannel(folder.resolve("kubelet.sock"))) {
            var request = RegisterRequest.newBuilder()
                    .setVersion("v1beta1")
                    .setEndpoint("fuse.sock")
                    .setResourceName(RESOURCE);
            kubelet.unary("/v1beta1.Registration/Register", request.build(), Empty.parser(), Duration.ofSeconds(10));
        } catch (IOException e) {
            plugin.close();
            throw e;
        }
        return plugin;
    }

    /** Says which devices there are from now on, and which are healthy. */
    synchronized void tell(Map<String, Boolean> now) {
        devices = now;
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void watch(GrpcServer.Answers answers) throws IOException, InterruptedException {
        Map<String, Boolean> told = Map.of();
        while (true) {
            var next = ListAndWatchResponse.newBuilder();
            synchronized (this) {
                while (told.equals(devices)) wait();
                told = devices;
                told.forEach((id, healthy) ->
                        next.addDevices(Device.newBuilder().setID(id).setHealth(healthy ? "Healthy" : "Unhealthy")));
            }
            answers.send(next.build());
        }
    }

    private static AllocateResponse allocate(AllocateRequest request) {
        var ids = request.getContainerRequests(0).getDevicesIdsList();
        return AllocateResponse.newBuilder()
                .addContainerResponses(ContainerAllocateResponse.newBuilder()
                        .putEnvs("FUSE", String.join(",", ids))
                        .addDevices(DeviceSpec.newBuilder()
                                .setContainerPath("/dev/fuse")
                                .setHostPath("/dev/fuse")
                                .setPermissions("rw")))
                .build();
    }
}
