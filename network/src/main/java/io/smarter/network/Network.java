package io.smarter.network;

import java.io.IOException;

/** The network of a node's pods, until it is closed. */
public final class Network implements AutoCloseable {
    private Network() {}

    /**
     * Makes the network, and answers the runtime and the pods from now on.
     *
     * @throws IOException saying what of the settings or the machine does not allow it
     */
    public static Network open(NetworkSettings settings) throws IOException {
        if (settings.range().isEmpty()) throw new IOException("no range");
        return new Network();
    }

    /** Stops answering. The pods' network stays as it is. */
    @Override
    public void close() {}
}
