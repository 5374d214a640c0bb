package io.smarter.cloud;

import io.smarter.store.StoreOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What a cloud is told.
 *
 * @param dataFolder where everything is kept; made when it is not there
 * @param listen the one address and port for all that talk to it
 * @param extraNames host names and addresses by which clients reach it, besides those it finds itself
 */
public record CloudSettings(
        Path dataFolder, InetSocketAddress listen, List<String> extraNames, StoreOptions storeOptions) {
    public CloudSettings {
        extraNames = List.copyOf(extraNames);
        if (listen.isUnresolved())
            throw new IllegalArgumentException("listen: unknown host %s".formatted(listen.getHostString()));
    }

    /** A cloud with the usual store and no names of its own. */
    public static CloudSettings of(Path dataFolder, InetSocketAddress listen) {
        return new CloudSettings(dataFolder, listen, List.of(), StoreOptions.DEFAULT);
    }

    public CloudSettings withExtraNames(List<String> names) {
        return new CloudSettings(dataFolder, listen, names, storeOptions);
    }
}
