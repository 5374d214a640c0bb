package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AlarmTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private static final Duration LONGEST = Duration.ofHours(1);

    private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    private final Alarm alarm = new Alarm(clock::get);

    @Test
    void sleepsNoLongerWhenTheClockIsSetBack() throws Exception {
        var sleeper = Thread.ofVirtual().start(() -> {
            try {
                alarm.sleepUntil(NOW.plusSeconds(1), LONGEST);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (sleeper.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
        clock.set(NOW.minus(Duration.ofDays(1500)));
        assertThat(sleeper.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void doesNotSleepUntilWhatIsOver() throws Exception {
        alarm.sleepUntil(NOW.minusSeconds(1), LONGEST);
        alarm.sleepUntil(Instant.EPOCH, LONGEST);
    }

    @Test
    void wakesWhenItIsRung() throws Exception {
        alarm.ring();
        alarm.sleepUntil(NOW.plus(Duration.ofDays(1)), LONGEST);
    }

    @Test
    void sleepsNoLongerThanItMay() throws Exception {
        alarm.sleepUntil(NOW.plus(Duration.ofDays(1500)), Duration.ofMillis(1));
        alarm.sleepUntil(null, Duration.ofMillis(1));
    }
}
