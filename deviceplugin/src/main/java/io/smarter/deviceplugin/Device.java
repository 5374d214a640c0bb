package io.smarter.deviceplugin;

import io.smarter.cri.deviceplugin.NUMANode;
import java.util.List;

/**
 * One device as its plugin told of it.
 *
 * @param numaNodes the parts of the machine that it is near to; empty when that does not matter
 */
record Device(String id, boolean healthy, List<Long> numaNodes) {
    private static final String HEALTHY = "Healthy";

    static Device of(io.smarter.cri.deviceplugin.Device told) {
        var nodes = told.getTopology().getNodesList().stream().map(NUMANode::getID);
        return new Device(told.getID(), told.getHealth().equals(HEALTHY), nodes.toList());
    }
}
