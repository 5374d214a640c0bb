package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class FloodGuardTest {
    private static final int MANY = 100_000;

    private final FloodGuard guard = new FloodGuard();

    @Test
    void framesThatCarryNothingEndTheConnection() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < MANY; i++) guard.count();
                })
                .isInstanceOf(Http2Exception.class)
                .hasMessageContaining("carry nothing");
    }

    @Test
    void framesPaidForByOthersDoNot() {
        assertThatCode(() -> {
                    for (int i = 0; i < MANY; i++) {
                        guard.count();
                        guard.forgive();
                    }
                })
                .doesNotThrowAnyException();
    }
}
