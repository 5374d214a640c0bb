package io.smarter.devices;

import java.nio.file.Path;
import java.util.List;

/**
 * What the devices part is told.
 *
 * @param node the Node's name
 * @param dev where the node's {@code /dev} is
 * @param sys where its {@code /sys} is
 * @param udev where its udev keeps what it knows, {@code /run/udev/data}
 * @param rules the file of rules; where there is none, those that SMARTER always had are in force
 * @param kubelet the kubelet's folder, {@code /var/lib/kubelet}
 * @param runtimes sockets of container runtimes, whose names may have {@code *}
 * @param run a folder of its own for what does not outlive a reboot
 * @param cdi where the runtime looks for CDI specifications, {@code /var/run/cdi}
 * @param dra whether pods get devices by claims (dynamic resource allocation) in place of resources
 */
public record DevicesSettings(
        String node,
        Path dev,
        Path sys,
        Path udev,
        Path rules,
        Path kubelet,
        List<String> runtimes,
        Path run,
        Path cdi,
        boolean dra) {
    public DevicesSettings {
        runtimes = List.copyOf(runtimes);
    }
}
