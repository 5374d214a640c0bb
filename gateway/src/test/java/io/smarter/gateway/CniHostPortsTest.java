package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CniHostPortsTest {
    private static final String CHAINS = """
            *nat
            :PREROUTING ACCEPT [0:0]
            :CNI-HOSTPORT-DNAT - [0:0]
            :CNI-HOSTPORT-MASQ - [0:0]
            -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
            -A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
            -A POSTROUTING -j SOMEBODY-ELSE
            -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
            """;

    @Test
    void emptyChainsAreRemovedWithTheirJumpsAndNothingElse() {
        assertThat(CniHostPorts.removal(CHAINS + "COMMIT\n")).isEqualTo("""
                *nat
                -D PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
                -D POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
                -D CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
                -X CNI-HOSTPORT-DNAT
                -X CNI-HOSTPORT-MASQ
                COMMIT
                """);
    }

    @Test
    void chainsThatHoldSomebodysPortStay() {
        assertThat(CniHostPorts.removal(CHAINS + "-A CNI-HOSTPORT-DNAT -p tcp -j CNI-DN-1\nCOMMIT\n"))
                .isEmpty();
        assertThat(CniHostPorts.removal("*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n"))
                .isEmpty();
    }
}
