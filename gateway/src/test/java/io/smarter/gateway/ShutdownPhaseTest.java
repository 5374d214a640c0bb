package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShutdownPhaseTest {
    @Test
    void theLowestPriorityComesFirst() {
        var phases = ShutdownPhase.parse("2000000000=10s, 1000=1m,0=20s");
        assertThat(phases).extracting(ShutdownPhase::priority).containsExactly(0L, 1000L, 2_000_000_000L);
        assertThat(ShutdownPhase.total(phases)).isEqualTo(Duration.ofSeconds(90));
    }

    @ParameterizedTest
    @CsvSource({"-5, 0", "0, 0", "999, 0", "1000, 1", "1999999999, 1", "2000000000, 2", "2000001000, 2"})
    void aPodBelongsToTheLastPhaseThatIsNotAboveIt(long priority, int phase) {
        var phases = ShutdownPhase.parse("0=20s,1000=5s,2000000000=10s");
        var pod = new Pod(Json.obj("spec", Json.obj("priority", priority)));
        assertThat(ShutdownPhase.of(phases, pod)).isEqualTo(phase);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0=20s,0=5s | priority 0 is there twice",
                "high=5s | must be PRIORITY=TIME as in 0=20s, was 'high=5s'",
                "20s | must be PRIORITY=TIME as in 0=20s, was '20s'",
                "0=soon | was 'soon'",
                "0=2h | must be 0s to 1h"
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> ShutdownPhase.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
