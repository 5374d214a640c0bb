package io.smarter.devices;

import io.smarter.cri.podresources.ListPodResourcesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A container that holds shares of a resource.
 *
 * @param ids of its shares, at least one
 */
public record Holder(String namespace, String pod, String container, List<String> ids) {
    public Holder {
        ids = List.copyOf(ids);
    }

    /** Who holds some of a resource, by what the kubelet tells. */
    static List<Holder> of(ListPodResourcesResponse told, String resource, Predicate<String> which) {
        var holders = new ArrayList<Holder>();
        for (var pod : told.getPodResourcesList()) {
            for (var container : pod.getContainersList()) {
                var ids = container.getDevicesList().stream()
                        .filter(devices -> devices.getResourceName().equals(resource))
                        .flatMap(devices -> devices.getDeviceIdsList().stream())
                        .filter(which)
                        .distinct()
                        .toList();
                if (!ids.isEmpty())
                    holders.add(new Holder(pod.getNamespace(), pod.getName(), container.getName(), ids));
            }
        }
        return holders;
    }
}
