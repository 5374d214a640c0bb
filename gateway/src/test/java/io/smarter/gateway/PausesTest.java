package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PausesTest {
    @Test
    void doubleUpToTheLongest() {
        var pauses = new Pauses(Duration.ofSeconds(2), Duration.ofSeconds(10));
        assertThat(Stream.iterate(pauses.after(null), pauses::after).limit(5))
                .extracting(Duration::toSeconds)
                .containsExactly(2L, 4L, 8L, 10L, 10L);
    }
}
