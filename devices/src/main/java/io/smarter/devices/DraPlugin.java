package io.smarter.devices;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.cri.GrpcServer;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.dra.NodePrepareResourcesRequest;
import io.smarter.cri.dra.NodeUnprepareResourcesRequest;
import io.smarter.cri.pluginregistration.InfoRequest;
import io.smarter.cri.pluginregistration.PluginInfo;
import io.smarter.cri.pluginregistration.RegistrationStatus;
import io.smarter.cri.pluginregistration.RegistrationStatusResponse;
import io.smarter.devices.PluginServer.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the node's kubelet knows as the DRA driver {@code devices.smarter.io}: it finds the socket of the registration
 * (pluginregistration v1) in its folder, is told there of the other one, and has claims prepared at that (kubelet plugin API for
 * dynamic resource allocation, v1 and v1beta1). Safe for use by many threads.
 */
final class DraPlugin implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    private static final String SERVICES = "/k8s.io.kubelet.pkg.apis.dra.";
    private static final String REGISTRATION = "/pluginregistration.Registration/";

    private final Preparations preparations;
    private final Runnable changed;
    private final Path socket;
    private final Path registrationSocket;
    private @Nullable GrpcServer server;
    private @Nullable GrpcServer registration;
    private volatile State state = new State.Failing("the kubelet did not ask for it yet");

    private DraPlugin(Path kubelet, Preparations preparations, Runnable changed) {
        this.preparations = preparations;
        this.changed = changed;
        socket = kubelet.resolve("plugins").resolve(SlicePlan.DRIVER).resolve("dra.sock");
        registrationSocket = kubelet.resolve("plugins_registry").resolve(SlicePlan.DRIVER + "-reg.sock");
    }

    /**
     * Listens. A kubelet finds it sooner or later, and again when it restarts.
     *
     * @param kubelet its folder, under the path that the kubelet itself has for it
     * @param changed called whenever the state is another one
     */
    static DraPlugin open(Path kubelet, Preparations preparations, Runnable changed) throws IOException {
        var plugin = new DraPlugin(kubelet, preparations, changed);
        try {
            plugin.server = listen(plugin.socket, plugin.methods());
            plugin.registration = listen(
                    plugin.registrationSocket,
                    Map.of(
                            REGISTRATION + "GetInfo", Method.unary(InfoRequest.parser(), _ -> plugin.info()),
                            REGISTRATION + "NotifyRegistrationStatus",
                                    Method.unary(RegistrationStatus.parser(), plugin::registered)));
            return plugin;
        } catch (IOException e) {
            plugin.close();
            throw e;
        }
    }

    private static GrpcServer listen(Path socket, Map<String, Method> methods) throws IOException {
        var folder = socket.getParent();
        if (folder != null) Files.createDirectories(folder);
        Files.deleteIfExists(socket); // left by one that was killed
        return GrpcServer.listen(socket, methods);
    }

    private Map<String, Method> methods() {
        var methods = new HashMap<String, Method>();
        for (var version : new String[] {"v1", "v1beta1"}) {
            var service = SERVICES + version + ".DRAPlugin/";
            methods.put(
                    service + "NodePrepareResources",
                    Method.unary(NodePrepareResourcesRequest.parser(), preparations::prepare));
            methods.put(
                    service + "NodeUnprepareResources",
                    Method.unary(NodeUnprepareResourcesRequest.parser(), preparations::unprepare));
        }
        return methods;
    }

    private PluginInfo info() {
        return PluginInfo.newBuilder()
                .setType("DRAPlugin")
                .setName(SlicePlan.DRIVER)
                .setEndpoint(socket.toString())
                .addSupportedVersions("v1.DRAPlugin")
                .addSupportedVersions("v1beta1.DRAPlugin")
                .build();
    }

    private RegistrationStatusResponse registered(RegistrationStatus status) {
        state = status.getPluginRegistered() ? new State.Registered() : new State.Failing(status.getError());
        if (status.getPluginRegistered()) LOG.log(INFO, "the kubelet has claims prepared");
        else LOG.log(WARNING, "the kubelet has no claims prepared: {0}", status.getError());
        changed.run();
        return RegistrationStatusResponse.getDefaultInstance();
    }

    State state() {
        return state;
    }

    /** Kubelets take a plugin for gone whose registration socket is. */
    @Override
    public void close() {
        close(registration);
        close(server);
    }

    private static void close(@Nullable GrpcServer server) {
        try {
            if (server != null) server.close();
        } catch (IOException e) {
            LOG.log(WARNING, "socket of the DRA plugin: {0}", e.getMessage());
        }
    }
}
