package io.smarter.cloud;

import io.smarter.store.StoreOptions;
import io.smarter.tunnel.JoinHandlers;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a cloud is told.
 *
 * @param dataFolder where everything is kept; made when it is not there
 * @param listen the one address and port for all that talk to it
 * @param extraNames host names and addresses by which clients reach it, besides those it finds itself
 * @param renewable for how long after its end a node's certificate can be renewed
 */
public record CloudSettings(
        Path dataFolder,
        InetSocketAddress listen,
        List<String> extraNames,
        StoreOptions storeOptions,
        Duration renewable) {
    public CloudSettings {
        extraNames = List.copyOf(extraNames);
        if (listen.isUnresolved())
            throw new IllegalArgumentException("listen: unknown host %s".formatted(listen.getHostString()));
        if (renewable.isNegative())
            throw new IllegalArgumentException("renewable: must be 0 or more, was %s".formatted(renewable));
    }

    /** A cloud with the usual store and no names of its own. */
    public static CloudSettings of(Path dataFolder, InetSocketAddress listen) {
        return new CloudSettings(dataFolder, listen, List.of(), StoreOptions.DEFAULT, JoinHandlers.USUAL_GRACE);
    }

    public CloudSettings withExtraNames(List<String> names) {
        return new CloudSettings(dataFolder, listen, names, storeOptions, renewable);
    }

    public CloudSettings withRenewable(Duration grace) {
        return new CloudSettings(dataFolder, listen, extraNames, storeOptions, grace);
    }
}
