package io.smarter.devices;

import io.smarter.cri.CriException;
import io.smarter.cri.CriException.Code;
import io.smarter.cri.deviceplugin.AllocateRequest;
import io.smarter.cri.deviceplugin.AllocateResponse;
import io.smarter.cri.deviceplugin.CDIDevice;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.cri.deviceplugin.ContainerPreferredAllocationRequest;
import io.smarter.cri.deviceplugin.ContainerPreferredAllocationResponse;
import io.smarter.cri.deviceplugin.Device;
import io.smarter.cri.deviceplugin.DeviceSpec;
import io.smarter.cri.deviceplugin.ListAndWatchResponse;
import io.smarter.cri.deviceplugin.Mount;
import io.smarter.cri.deviceplugin.NUMANode;
import io.smarter.cri.deviceplugin.PreferredAllocationRequest;
import io.smarter.cri.deviceplugin.PreferredAllocationResponse;
import io.smarter.cri.deviceplugin.TopologyInfo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** What a kubelet is answered about a resource, in the words of the device plugin API. Pure functions. */
final class PluginAnswers {
    private PluginAnswers() {}

    static ListAndWatchResponse devices(Offered offered) {
        var all = ListAndWatchResponse.newBuilder();
        for (var standing : offered.units()) {
            var topology = TopologyInfo.newBuilder();
            for (int node : offered.offer().numaNodes(standing.unit()))
                topology.addNodes(NUMANode.newBuilder().setID(node));
            for (var id : standing.unit().ids()) {
                var device = Device.newBuilder().setID(id).setHealth(standing.isHealthy() ? "Healthy" : "Unhealthy");
                if (topology.getNodesCount() > 0) device.setTopology(topology);
                all.addDevices(device);
            }
        }
        return all.build();
    }

    /** What containers get. A device that is gone is given to nobody, even where the kubelet has not heard of it yet. */
    static AllocateResponse allocate(Offered offered, PluginServer.Allocation allocation, AllocateRequest request)
            throws CriException {
        var answer = AllocateResponse.newBuilder();
        for (var container : request.getContainerRequestsList()) {
            var ids = container.getDevicesIdsList();
            var grant = grant(offered, ids);
            if (!allocation.isAllowed(offered.offer(), ids))
                throw new CriException(
                        Code.FAILED_PRECONDITION,
                        "%s: another device of group %s is held"
                                .formatted(
                                        offered.name(), offered.offer().rule().exclusive()));
            answer.addContainerResponses(grant);
        }
        return answer.build();
    }

    private static ContainerAllocateResponse grant(Offered offered, List<String> ids) throws CriException {
        for (var id : ids) {
            var standing = offered.standing(id)
                    .orElseThrow(() ->
                            new CriException(Code.NOT_FOUND, "%s has no device '%s'".formatted(offered.name(), id)));
            if (standing.gone() != null)
                throw new CriException(
                        Code.FAILED_PRECONDITION,
                        "%s: %s is not there"
                                .formatted(
                                        offered.name(), standing.unit().device().path()));
        }
        var grant = Grant.of(offered.offer(), ids);
        var response = ContainerAllocateResponse.newBuilder().putAllEnvs(grant.env());
        for (var node : grant.nodes())
            response.addDevices(DeviceSpec.newBuilder()
                    .setHostPath(node.hostPath())
                    .setContainerPath(node.containerPath())
                    .setPermissions(node.permissions()));
        for (var mount : grant.mounts())
            response.addMounts(Mount.newBuilder()
                    .setHostPath(mount.hostPath())
                    .setContainerPath(mount.containerPath())
                    .setReadOnly(mount.readOnly()));
        for (var name : grant.cdi())
            response.addCdiDevices(CDIDevice.newBuilder().setName(name));
        return response.build();
    }

    static PreferredAllocationResponse preferred(Offered offered, PreferredAllocationRequest request) {
        var answer = PreferredAllocationResponse.newBuilder();
        for (var container : request.getContainerRequestsList())
            answer.addContainerResponses(
                    ContainerPreferredAllocationResponse.newBuilder().addAllDeviceIDs(preferred(offered, container)));
        return answer.build();
    }

    /** Who asks for several gets different devices, as far as there are; otherwise those that fewest others have. */
    private static List<String> preferred(Offered offered, ContainerPreferredAllocationRequest request) {
        var chosen = new LinkedHashSet<>(request.getMustIncludeDeviceIDsList());
        Map<String, Integer> had = new HashMap<>();
        Map<String, Integer> free = new HashMap<>();
        for (var id : chosen) had.merge(Unit.identity(id), 1, Integer::sum);
        for (var id : request.getAvailableDeviceIDsList()) free.merge(Unit.identity(id), 1, Integer::sum);
        while (chosen.size() < request.getAllocationSize()) {
            var best = request.getAvailableDeviceIDsList().stream()
                    .filter(id -> !chosen.contains(id) && offered.standing(id).isPresent())
                    .min(Comparator.<String>comparingInt(id -> had.getOrDefault(Unit.identity(id), 0))
                            .thenComparingInt(id -> -free.getOrDefault(Unit.identity(id), 0))
                            .thenComparing(id -> id));
            if (best.isEmpty()) break;
            chosen.add(best.get());
            had.merge(Unit.identity(best.get()), 1, Integer::sum);
            free.merge(Unit.identity(best.get()), -1, Integer::sum);
        }
        return List.copyOf(chosen);
    }
}
