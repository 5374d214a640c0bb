package io.smarter.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.json.Json;
import io.smarter.pki.Pki;
import io.smarter.store.MemoryStore;
import io.smarter.tunnel.Tunnels;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerEndpointsTest {
    @TempDir
    private Path folder;

    @Test
    void theServiceLeadsToWhereTheServerListens() throws Exception {
        try (var store = new MemoryStore()) {
            for (int port : List.of(7443, 8443)) {
                open(store, port);
                assertThat(port(stored(store, "services/specs").items("spec", "ports"), "targetPort"))
                        .isEqualTo(port);
                assertThat(port(stored(store, "endpointslices").items("ports"), "port"))
                        .isEqualTo(port);
                var subset =
                        stored(store, "services/endpoints").items("subsets").getFirst();
                assertThat(port(subset.items("ports"), "port")).isEqualTo(port);
            }
            assertThat(stored(store, "services/specs").text("spec", "clusterIP"))
                    .isEqualTo("None");
        }
    }

    /** A server that runs for a moment. */
    private void open(MemoryStore store, int port) throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var pki = Pki.open(folder.resolve(Integer.toString(port)), address, List.of());
        try (var tunnels = new Tunnels(Clock.systemUTC())) {
            new ApiServer(store, pki, tunnels, Map.of(), Clock.systemUTC()).close();
        }
    }

    private static Json.Obj stored(MemoryStore store, String folder) {
        return (Json.Obj) Json.parse(store.get("/registry/" + folder + "/default/kubernetes")
                .orElseThrow()
                .value());
    }

    private static long port(List<Json> ports, String member) {
        return ports.getFirst().number(0, member);
    }
}
