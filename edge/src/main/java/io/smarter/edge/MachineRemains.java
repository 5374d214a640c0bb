package io.smarter.edge;

import io.smarter.network.Network;
import java.io.IOException;

/** What is left of {@code smarter edge} on a machine of which the last gateway was stopped, pods and all. */
public final class MachineRemains {
    private MachineRemains() {}

    /**
     * Takes it away, but for what pods still have.
     *
     * @return false if another one serves the machine
     */
    public static boolean remove() throws IOException {
        var run = EdgeSettings.RUN;
        try (var lock = MachineLock.tryTake(run.resolve(NetworkPart.LOCK))) {
            if (lock == null) return false;
            Network.uninstall(EdgeSettings.STATE, run);
        }
        return true;
    }
}
