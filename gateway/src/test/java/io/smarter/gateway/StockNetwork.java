package io.smarter.gateway;

import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A network of pods by the stock CNI plugins, with a bridge and addresses of a folder's own.
 *
 * @param folders what a runtime is told
 */
record StockNetwork(CniFolders folders, String bridge) {
    static final Path PLUGINS = Path.of("/usr/lib/cni");

    static StockNetwork in(Path folder) throws IOException {
        int own = folder.toAbsolutePath().hashCode();
        var network = new StockNetwork(
                new CniFolders(folder.resolve("net.d").toAbsolutePath(), PLUGINS), "t%08x".formatted(own));
        var addresses = Json.obj(
                "type",
                "host-local",
                "ranges",
                List.of(List.of(Json.obj("subnet", "10.38.%d.0/24".formatted(Math.floorMod(own, 256))))),
                "dataDir",
                folder.resolve("leases").toString());
        var plugin = Json.obj(
                "type", "bridge", "bridge", network.bridge, "isDefaultGateway", true, "mtu", 1500, "ipam", addresses);
        Files.createDirectories(network.folders.config());
        Files.write(
                network.folders.config().resolve("10-test.conflist"),
                Json.obj("cniVersion", "1.0.0", "name", "test", "plugins", List.of(plugin))
                        .bytes());
        return network;
    }

    void remove() throws IOException, InterruptedException {
        if (Files.exists(Path.of("/sys/class/net", bridge))) Command.run(List.of("ip", "link", "delete", bridge), "");
    }
}
