package io.smarter.deviceplugin;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.smarter.cri.CriException;
import io.smarter.cri.CriException.Code;
import io.smarter.cri.GrpcChannel;
import io.smarter.cri.deviceplugin.AllocateRequest;
import io.smarter.cri.deviceplugin.AllocateResponse;
import io.smarter.cri.deviceplugin.ContainerAllocateRequest;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.cri.deviceplugin.ContainerPreferredAllocationRequest;
import io.smarter.cri.deviceplugin.DevicePluginOptions;
import io.smarter.cri.deviceplugin.Empty;
import io.smarter.cri.deviceplugin.ListAndWatchResponse;
import io.smarter.cri.deviceplugin.PreStartContainerRequest;
import io.smarter.cri.deviceplugin.PreStartContainerResponse;
import io.smarter.cri.deviceplugin.PreferredAllocationRequest;
import io.smarter.cri.deviceplugin.PreferredAllocationResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;

/**
 * One registration of a device plugin: its stream of devices, and the questions that it is asked. Ends with the stream and
 * is never revived: a plugin registers again.
 */
final class Plugin implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Plugin.class.getName());
    private static final String SERVICE = "/v1beta1.DevicePlugin/";
    private static final Duration QUICK = Duration.ofSeconds(10);
    private static final Duration PREPARING = Duration.ofSeconds(30);
    /** Some load a program into the device. */
    private static final Duration ALLOCATING = Duration.ofMinutes(2);

    private final String resource;
    private final Inventory inventory;
    private final GrpcChannel channel;
    private volatile DevicePluginOptions options;
    private volatile boolean closed;

    /** @param options what the plugin said of itself when it registered */
    Plugin(String resource, Path socket, DevicePluginOptions options, Inventory inventory) {
        this.resource = resource;
        this.options = options;
        this.inventory = inventory;
        channel = new GrpcChannel(socket);
    }

    String resource() {
        return resource;
    }

    /** Begins to follow the plugin's devices, on a thread of its own. */
    void start() {
        inventory.register(this);
        Thread.ofVirtual().name("devices " + resource).start(this::run);
    }

    /** Ends the connection. */
    @Override
    public void close() {
        closed = true;
        channel.close();
    }

    private void run() {
        try {
            options = askOptions();
            follow();
            LOG.log(INFO, "device plugin of {0} ended its stream", resource);
        } catch (CriException e) {
            if (!closed) LOG.log(WARNING, "device plugin of {0} is gone: {1}", resource, e.getMessage());
        } finally {
            close();
            inventory.left(this);
        }
    }

    private DevicePluginOptions askOptions() throws CriException {
        try {
            return call("GetDevicePluginOptions", Empty.getDefaultInstance(), DevicePluginOptions.parser(), QUICK);
        } catch (CriException e) {
            if (e.code() == Code.UNIMPLEMENTED) return options;
            throw e;
        }
    }

    private void follow() throws CriException {
        try (var call = channel.stream(SERVICE + "ListAndWatch", Empty.getDefaultInstance())) {
            for (var message = call.next(); message != null; message = call.next()) {
                var devices = new HashMap<String, Device>();
                for (var told : GrpcChannel.parse("ListAndWatch", message, ListAndWatchResponse.parser())
                        .getDevicesList()) devices.put(told.getID(), Device.of(told));
                inventory.told(this, devices);
            }
        }
    }

    // ---- questions

    /** Whether it wants to choose among devices. */
    boolean prefers() {
        return options.getGetPreferredAllocationAvailable();
    }

    /** Whether it wants to hear before each start of a container. */
    boolean preparesStarts() {
        return options.getPreStartRequired();
    }

    /** What it would give; may be less or more than asked for. */
    List<String> preferred(List<String> available, List<String> included, int size) throws CriException {
        var request = PreferredAllocationRequest.newBuilder()
                .addContainerRequests(ContainerPreferredAllocationRequest.newBuilder()
                        .addAllAvailableDeviceIDs(available)
                        .addAllMustIncludeDeviceIDs(included)
                        .setAllocationSize(size))
                .build();
        var answer = call("GetPreferredAllocation", request, PreferredAllocationResponse.parser(), QUICK);
        return answer.getContainerResponsesCount() == 0
                ? List.of()
                : answer.getContainerResponses(0).getDeviceIDsList();
    }

    /** Has it prepare devices; gives what a container needs to use them. */
    ContainerAllocateResponse allocate(List<String> ids) throws CriException {
        var request = AllocateRequest.newBuilder()
                .addContainerRequests(ContainerAllocateRequest.newBuilder().addAllDevicesIds(ids))
                .build();
        var answer = call("Allocate", request, AllocateResponse.parser(), ALLOCATING);
        if (answer.getContainerResponsesCount() == 0)
            throw new CriException(Code.INTERNAL, "Allocate: the answer is for no container");
        return answer.getContainerResponses(0);
    }

    void preStart(List<String> ids) throws CriException {
        var request =
                PreStartContainerRequest.newBuilder().addAllDevicesIds(ids).build();
        call("PreStartContainer", request, PreStartContainerResponse.parser(), PREPARING);
    }

    private <T extends MessageLite> T call(String method, MessageLite request, Parser<T> parser, Duration deadline)
            throws CriException {
        return channel.unary(SERVICE + method, request, parser, deadline);
    }
}
