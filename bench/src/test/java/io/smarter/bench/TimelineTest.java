package io.smarter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Instant ASKED = Instant.parse("2026-11-24T05:00:00Z");

    @Test
    void eachStageBeginsWhereTheOneBeforeEnded() {
        var timeline = new Timeline(
                ASKED,
                Map.of(
                        Stage.APPLY, at(10),
                        Stage.CONTROLLER, at(15),
                        Stage.GATEWAY, at(40),
                        Stage.SANDBOX, at(100),
                        Stage.CONTAINER, at(120),
                        Stage.START, at(200),
                        Stage.DATUM, at(500)));

        assertThat(timeline.parts().values())
                .extracting(Duration::toMillis)
                .containsExactly(10L, 5L, 25L, 60L, 20L, 80L, 300L);
        assertThat(timeline.until(Stage.START)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aStageSeenTooEarlyTookNothingAndTheSumStays() {
        var timeline = new Timeline(ASKED, Map.of(Stage.APPLY, at(10), Stage.CONTROLLER, at(8), Stage.DATUM, at(50)));

        assertThat(timeline.parts())
                .containsEntry(Stage.CONTROLLER, Duration.ZERO)
                .containsEntry(Stage.DATUM, Duration.ofMillis(40));
    }

    private static Instant at(long millis) {
        return ASKED.plusMillis(millis);
    }
}
