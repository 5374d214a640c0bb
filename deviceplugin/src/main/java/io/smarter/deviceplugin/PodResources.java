package io.smarter.deviceplugin;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.cri.CriException;
import io.smarter.cri.CriException.Code;
import io.smarter.cri.GrpcServer.Method;
import io.smarter.cri.podresources.AllocatableResourcesRequest;
import io.smarter.cri.podresources.AllocatableResourcesResponse;
import io.smarter.cri.podresources.ContainerDevices;
import io.smarter.cri.podresources.ContainerResources;
import io.smarter.cri.podresources.GetPodResourcesRequest;
import io.smarter.cri.podresources.GetPodResourcesResponse;
import io.smarter.cri.podresources.ListPodResourcesRequest;
import io.smarter.cri.podresources.ListPodResourcesResponse;
import io.smarter.cri.podresources.NUMANode;
import io.smarter.cri.podresources.TopologyInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells monitors of this machine which devices pods hold (Kubernetes' pod resources API, v1). */
record PodResources(Inventory inventory, Ledger ledger, Supplier<List<Pod>> pods) {
    private static final String SERVICE = "/v1.PodResourcesLister/";

    Map<String, Method> methods() {
        return Map.of(
                SERVICE + "List", Method.unary(ListPodResourcesRequest.parser(), _ -> list()),
                SERVICE + "Get", Method.unary(GetPodResourcesRequest.parser(), this::get),
                SERVICE + "GetAllocatableResources",
                        Method.unary(AllocatableResourcesRequest.parser(), _ -> allocatable()));
    }

    private ListPodResourcesResponse list() {
        var all = ListPodResourcesResponse.newBuilder();
        for (var pod : pods.get()) all.addPodResources(of(pod));
        return all.build();
    }

    private GetPodResourcesResponse get(GetPodResourcesRequest request) throws CriException {
        for (var pod : pods.get()) {
            if (pod.name().equals(request.getPodName()) && pod.namespace().equals(request.getPodNamespace()))
                return GetPodResourcesResponse.newBuilder()
                        .setPodResources(of(pod))
                        .build();
        }
        throw new CriException(
                Code.NOT_FOUND,
                "pod %s in namespace %s not found".formatted(request.getPodName(), request.getPodNamespace()));
    }

    private AllocatableResourcesResponse allocatable() {
        var all = AllocatableResourcesResponse.newBuilder();
        inventory.resources().forEach((name, resource) -> {
            for (var id : resource.healthy())
                all.addAllDevices(devices(name, id, resource.devices().get(id)));
        });
        return all.build();
    }

    private io.smarter.cri.podresources.PodResources of(Pod pod) {
        var resources = io.smarter.cri.podresources.PodResources.newBuilder()
                .setName(pod.name())
                .setNamespace(pod.namespace());
        var sidecars = pod.initContainers().stream().filter(Container::isSidecar);
        Stream.concat(sidecars, pod.containers().stream())
                .forEach(container -> resources.addContainers(of(pod, container)));
        return resources.build();
    }

    private ContainerResources of(Pod pod, Container container) {
        var resources = ContainerResources.newBuilder().setName(container.name());
        ledger.of(pod.uid(), container.name()).forEach((name, grant) -> {
            var known = inventory.get(name);
            for (var id : grant.ids())
                resources.addAllDevices(
                        devices(name, id, known == null ? null : known.devices().get(id)));
        });
        return resources.build();
    }

    /** One entry for each part of the machine that a device is near to, as a kubelet does. */
    private static List<ContainerDevices> devices(String resource, String id, @Nullable Device device) {
        var entry = ContainerDevices.newBuilder().setResourceName(resource).addDeviceIds(id);
        if (device == null || device.numaNodes().isEmpty()) return List.of(entry.build());
        var entries = new ArrayList<ContainerDevices>();
        for (var node : device.numaNodes())
            entries.add(entry.setTopology(TopologyInfo.newBuilder()
                            .addNodes(NUMANode.newBuilder().setID(node)))
                    .build());
        return entries;
    }
}
