package io.smarter.edge;

import io.smarter.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is left of {@code smarter edge} on a machine of which the last gateway was stopped, pods and all. */
public final class MachineRemains {
    private static final Path ATTACHED = Path.of("/sys/class/net/smartnet0/brif");

    private MachineRemains() {}

    /**
     * Takes it away.
     *
     * @return false if it is in use: another one serves the machine, or there are pods with its network
     */
    public static boolean remove() throws IOException {
        var run = EdgeSettings.RUN;
        if (isAttached()) return false;
        try (var lock = MachineLock.tryTake(run.resolve(NetworkPart.LOCK))) {
            if (lock == null) return false;
            Network.uninstall(EdgeSettings.STATE, run);
        }
        return true;
    }

    private static boolean isAttached() throws IOException {
        if (!Files.isDirectory(ATTACHED)) return false;
        try (var interfaces = Files.newDirectoryStream(ATTACHED)) {
            return interfaces.iterator().hasNext();
        }
    }
}
