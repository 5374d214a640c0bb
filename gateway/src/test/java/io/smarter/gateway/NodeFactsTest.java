package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NodeFactsTest {
    private final NodeFacts facts = new NodeFacts(GatewaySettings.HostPaths.REAL);

    /** A bridge of somebody's containers comes and goes; the default route's address is the node's. */
    @Test
    void isReachedAtTheSameAddressByAPeerOnThisMachineAsByOneFarAway() throws Exception {
        assumeTrue(Files.readString(Path.of("/proc/net/route")).contains("\t00000000\t"), "a default route");
        assertThat(facts.address("127.0.0.1")).isEqualTo(facts.address("203.0.113.7"));
    }
}
