package io.smarter.gateway;

import java.io.IOException;

/**
 * The node agent: runs the pods that are bound to its node, as a kubelet does, with what it knows from its disk before
 * it knows anything from the cloud. It listens on no port: the cloud reaches it through the connection that it dials.
 */
public final class Gateway implements AutoCloseable {
    private final DataFolder folder;

    private Gateway(DataFolder folder) {
        this.folder = folder;
    }

    /**
     * Starts a gateway: joins when it has no identity yet, and begins to run what its data folder holds.
     *
     * @throws IOException if the folder is in use by another gateway, or joining fails; the message says which
     */
    public static Gateway start(GatewaySettings settings) throws IOException {
        return new Gateway(DataFolder.open(settings.data()));
    }

    /** Ends the agent. Its containers run on. */
    @Override
    public void close() throws IOException {
        folder.close();
    }
}
