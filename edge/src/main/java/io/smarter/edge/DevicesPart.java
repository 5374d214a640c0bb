package io.smarter.edge;

import io.smarter.client.ClientConfig;
import io.smarter.devices.Devices;
import io.smarter.devices.DevicesSettings;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The devices of the node, offered to its pods. */
final class DevicesPart implements Part {
    private final DevicesSettings settings;
    private final @Nullable ClientConfig cluster;
    private @Nullable Devices devices;

    /** @param cluster that is told what happens to pods, and has claims; null for none */
    DevicesPart(DevicesSettings settings, @Nullable ClientConfig cluster) {
        this.settings = settings;
        this.cluster = cluster;
    }

    @Override
    public void start(Consumer<IOException> failed) throws IOException {
        devices = Devices.open(settings, cluster);
    }

    /** A kubelet forgets the resources of a plugin that is gone. */
    @Override
    public void remove() throws IOException {
        close();
        Devices.remove(settings, cluster);
    }

    @Override
    public void close() {
        if (devices != null) devices.close();
    }
}
