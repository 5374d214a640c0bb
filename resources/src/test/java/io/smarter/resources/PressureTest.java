package io.smarter.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smarter.resources.Signal.Condition;
import io.smarter.resources.Threshold.Amount;
import io.smarter.resources.Threshold.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PressureTest {
    private static final Instant START = Instant.parse("2026-11-24T05:00:00Z");
    private static final long MEBI = 1 << 20;

    private static Map<Signal, Observation> memory(long mebi) {
        return Map.of(Signal.MEMORY, new Observation(mebi * MEBI, 1000 * MEBI));
    }

    private static Instant after(int seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void aHardThresholdActsAtOnceAndItsConditionOutlivesIt() {
        var settings = Pressure.Settings.USUAL;
        var enough = Pressure.NONE.next(memory(101), settings, START);
        assertThat(enough).isEqualTo(Pressure.NONE);
        var low = enough.next(memory(99), settings, after(1));
        assertThat(low.due()).extracting(Threshold::signal).containsExactly(Signal.MEMORY);
        assertThat(low.conditions()).containsExactly(Condition.MEMORY);
        var better = low.next(memory(101), settings, after(2));
        assertThat(better.due()).isEmpty();
        assertThat(better.conditions()).containsExactly(Condition.MEMORY);
        assertThat(better.next(memory(101), settings, after(300)).conditions()).containsExactly(Condition.MEMORY);
        assertThat(better.next(memory(101), settings, after(301)).conditions()).isEmpty();
    }

    @Test
    void aSoftThresholdActsWhenItsTimeHasPassedWithoutABreak() {
        var soft = Threshold.soft("memory.available<30%", "memory.available=1m");
        var settings = new Pressure.Settings(soft, Map.of(), Duration.ZERO, Duration.ofSeconds(30));
        var low = Pressure.NONE.next(memory(299), settings, START);
        assertThat(low.due()).isEmpty();
        assertThat(low.conditions()).containsExactly(Condition.MEMORY);
        assertThat(low.next(memory(299), settings, after(59)).due()).isEmpty();
        assertThat(low.next(memory(299), settings, after(60)).due()).isEqualTo(soft);
        var paused = low.next(memory(300), settings, after(30)).next(memory(299), settings, after(31));
        assertThat(paused.next(memory(299), settings, after(60)).due()).isEmpty();
    }

    @Test
    void whatIsToBeGotBackKeepsAThresholdUp() {
        var reclaims = Threshold.reclaims("memory.available=50Mi");
        var settings =
                new Pressure.Settings(Threshold.hard("memory.available<100Mi"), reclaims, Duration.ZERO, Duration.ZERO);
        var low = Pressure.NONE.next(memory(99), settings, START);
        var better = low.next(memory(149), settings, after(1));
        assertThat(better.due()).hasSize(1);
        assertThat(better.next(memory(150), settings, after(2)).due()).isEmpty();
        assertThat(Pressure.NONE.next(memory(149), settings, START).due()).isEmpty();
    }

    @Test
    void memoryComesFirst() {
        var observed = Map.of(
                Signal.PIDS, new Observation(1, 100),
                Signal.NODE_DISK, new Observation(1, 100),
                Signal.MEMORY, new Observation(1, 1000 * MEBI));
        var settings = new Pressure.Settings(
                Threshold.hard("pid.available<5%,nodefs.available<10%,memory.available<100Mi"),
                Map.of(),
                Duration.ZERO,
                Duration.ZERO);
        assertThat(Pressure.NONE.next(observed, settings, START).due())
                .extracting(Threshold::signal)
                .containsExactly(Signal.MEMORY, Signal.NODE_DISK, Signal.PIDS);
    }

    @Test
    void thresholdsAreReadAsTheKubeletWritesThem() {
        assertThat(Threshold.hard("memory.available<1Gi,nodefs.inodesFree<5%,imagefs.available<0%"))
                .containsExactly(
                        new Threshold(Signal.MEMORY, new Amount.Fixed(1L << 30), Duration.ZERO),
                        new Threshold(Signal.NODE_INODES, new Amount.Share(0.05), Duration.ZERO));
        assertThat(Threshold.hard("")).isEqualTo(List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory.available        | must be SIGNAL<AMOUNT, was 'memory.available'",
                "memory.free<1Gi         | must be one of memory.available,",
                "memory.available<-1     | must be 0 or more",
                "memory.available<200%   | 100% or less",
                "memory.available<x%     | must be a quantity or percent"
            })
    void aWrongThresholdIsNamed(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Threshold.hard(text))
                .withMessageContaining(why);
    }

    @Test
    void aSoftThresholdNeedsATime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Threshold.soft("memory.available<1Gi", ""))
                .withMessage("soft eviction threshold of memory.available: needs a grace period above 0");
    }

    @ParameterizedTest
    @CsvSource({"1h30m, PT1H30M", "90s, PT1M30S", "250ms, PT0.25S", "2m, PT2M"})
    void durationsAreReadAsKubernetesWritesThem(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({"''", "5", "m5", "-5s", "1d"})
    void otherTextIsNoDuration(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
    }
}
