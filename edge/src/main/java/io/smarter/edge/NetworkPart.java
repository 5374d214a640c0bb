package io.smarter.edge;

import io.smarter.client.ClientConfig;
import io.smarter.network.Network;
import io.smarter.network.NetworkSettings;
import java.io.IOException;
import java.nio.channels.FileLockInterruptionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The network of the node's pods. A machine has one: of several of these programs, as in a trial with several gateways on one machine,
 * the one that holds the lock serves all, and the others wait for it. Each has told its own gateway's runtime of it before.
 */
final class NetworkPart implements Part {
    /** In the folder of what ends with a reboot. */
    static final String LOCK = "lock";

    private final NetworkSettings settings;
    private final @Nullable ClientConfig cluster;
    private @Nullable Thread waiting;
    private @Nullable MachineLock lock;
    private @Nullable Network network;
    private boolean closed;

    /** @param cluster whose services and policies are followed; null for none */
    NetworkPart(NetworkSettings settings, @Nullable ClientConfig cluster) {
        this.settings = settings;
        this.cluster = cluster;
    }

    @Override
    public void start(Consumer<IOException> failed) throws IOException {
        Network.install(settings);
        waiting = Thread.ofPlatform().daemon().name("network").start(() -> {
            try {
                open();
            } catch (FileLockInterruptionException _) {
                // it ends
            } catch (IOException e) {
                failed.accept(e);
            }
        });
    }

    private void open() throws IOException {
        var machine = MachineLock.take(settings.run().resolve(LOCK));
        synchronized (this) {
            if (closed) {
                machine.close();
                return;
            }
            lock = machine;
            Network.install(settings); // the one before may have taken it away as it went
            network = Network.open(settings, cluster);
        }
    }

    @Override
    public synchronized void remove() throws IOException {
        if (network != null) network.remove();
        else Network.withdraw(settings);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (waiting != null) waiting.interrupt();
        if (network != null) network.close();
        if (lock != null) lock.close();
    }
}
