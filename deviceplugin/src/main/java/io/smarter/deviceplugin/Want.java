package io.smarter.deviceplugin;

import io.smarter.api.Container;
import io.smarter.api.Names;
import io.smarter.api.Pod;
import io.smarter.api.Quantity;
import java.util.ArrayList;
import java.util.List;

/** So many devices of one resource, for one container of a pod. */
record Want(String container, Kind kind, String resource, int count) {
    /** When a container runs, which says who may have its devices afterwards. */
    enum Kind {
        /** Ends before the next one starts. */
        INIT,
        /** Starts among the former and runs on. */
        SIDECAR,
        MAIN
    }

    /** What a pod wants, in the order in which its containers start. */
    static List<Want> of(Pod pod) {
        var wants = new ArrayList<Want>();
        for (var container : pod.initContainers())
            add(wants, container, container.isSidecar() ? Kind.SIDECAR : Kind.INIT);
        for (var container : pod.containers()) add(wants, container, Kind.MAIN);
        return List.copyOf(wants);
    }

    /** Of what can't be had by halves a request is a limit, so limits say it all. */
    private static void add(List<Want> wants, Container container, Kind kind) {
        container.limits().forEach((resource, quantity) -> {
            if (!isExtended(resource)) return;
            long count = Quantity.parse(quantity).value();
            if (count > 0)
                wants.add(new Want(container.name(), kind, resource, (int) Math.min(count, Integer.MAX_VALUE)));
        });
    }

    /** Whether a resource is one that Kubernetes itself knows nothing of: has a domain, which is not Kubernetes' own. */
    static boolean isExtended(String resource) {
        int slash = resource.indexOf('/');
        if (slash < 0 || resource.startsWith("requests.")) return false;
        var domain = resource.substring(0, slash);
        boolean own = domain.equals("kubernetes.io") || domain.endsWith(".kubernetes.io");
        // Quotas name it with a prefix, which must be a name as well.
        return !own && Names.qualified("requests." + resource).isEmpty();
    }
}
