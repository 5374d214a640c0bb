package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {
    private static final String PIN = "vSRuy9gkgeFjIPnaclvEN0PDkundOBTAqLXM0VGrUXc";

    @Test
    void holdsThePinOfTheCloudsAuthority() {
        var token = JoinToken.parse(" smt1.abcd1234.c2VjcmV0." + PIN + "\n");
        assertThat(token.pin()).hasSize(32).startsWith(0xbd, 0x24, 0x6e);
        assertThat(token.text()).isEqualTo("smt1.abcd1234.c2VjcmV0." + PIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "smt1.a.b", "smt2.a.b." + PIN, "smt1.a.b.***", "smt1.a.b.c2hvcnQ"})
    void isRefusedWithoutBeingShown(String text) {
        assertThatThrownBy(() -> JoinToken.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("token: ");
    }
}
