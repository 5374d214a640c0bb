package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Quantity;
import io.smarter.deviceplugin.DeviceChange;
import io.smarter.deviceplugin.DevicePlugins;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This node as the devices' side sees it. Until it serves there are no pods and nobody to tell. */
final class DeviceNode implements DevicePlugins.Node {
    private static final System.Logger LOG = System.getLogger(DeviceNode.class.getName());

    private volatile @Nullable Pods pods;
    private volatile @Nullable NodeReports reports;

    /** Lets plugins register. A machine on which that can't be done has no devices, and is a gateway all the same. */
    void serve(DevicePlugins devices, Pods pods, NodeReports reports, Path root) {
        this.pods = pods;
        this.reports = reports;
        try {
            devices.serve(root);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no device plugins on this node: {0}", e.getMessage());
        }
    }

    @Override
    public List<Pod> pods() {
        var all = pods;
        if (all == null) return List.of();
        return all.all().stream()
                .map(PodWorker::pod)
                .filter(pod -> !Plan.isOver(pod))
                .toList();
    }

    @Override
    public boolean offers(String resource) {
        var known = reports;
        var amount = known == null ? null : known.offered(resource);
        return amount != null && Quantity.parse(amount).signum() > 0;
    }

    @Override
    public void changed(DeviceChange change) {
        var told = reports;
        if (told != null) told.look();
        var all = pods;
        if (all != null) all.devicesChanged(change);
    }
}
