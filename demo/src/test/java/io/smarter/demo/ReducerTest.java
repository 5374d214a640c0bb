package io.smarter.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReducerTest {
    private static final Instant START = Instant.parse("2026-11-24T05:00:00Z");

    private final Reducer reducer = new Reducer(Duration.ofMinutes(1));

    @Test
    void theFirstReadingPassesAtOnce() {
        assertThat(reducer.add(gauge("a", 1, 0))).containsExactly(gauge("a", 1, 0));
        assertThat(reducer.add(gauge("a", 9, 1))).isEmpty();
    }

    static Stream<Arguments> windows() {
        return Stream.of(
                argumentSet("nothing came", "1", false, new double[0], ""),
                argumentSet("did not move", "1", false, new double[] {100, 100}, ""),
                argumentSet("moved within its dead band", "1", false, new double[] {100.005, 100.01}, ""),
                argumentSet("moved once", "1", false, new double[] {101}, "a=101.0"),
                argumentSet("moved about", "1", false, new double[] {102, 110, 106}, "a=106.0 a/min=102.0 a/max=110.0"),
                argumentSet("1 % of bytes is no news", "By", false, new double[] {101}, ""),
                argumentSet("2 % of bytes is", "By", false, new double[] {102}, "a=102.0"),
                argumentSet("a counter's last value counts", "By", true, new double[] {4000, 9000}, "a=9000.0"),
                argumentSet("a counter that hardly moved", "By", true, new double[] {4000}, ""));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void aWindowGivesWhatMoved(String unit, boolean counter, double[] values, String passing) {
        var first = new Reading("gw1", "a", 100, unit, START, counter);
        reducer.add(first);
        for (double value : values) reducer.add(first.named("a", value, START));

        assertThat(text(reducer.endWindow(START.plusSeconds(5)))).isEqualTo(passing);
        assertThat(reducer.endWindow(START.plusSeconds(10))).isEmpty();
    }

    @Test
    void whatDoesNotMovePassesOnceAMinute() {
        reducer.add(gauge("a", 1, 0));
        var passed = new StringBuilder();
        for (int second = 5; second <= 125; second += 5) {
            reducer.add(gauge("a", 1, second));
            if (!reducer.endWindow(START.plusSeconds(second)).isEmpty())
                passed.append(second).append(' ');
        }

        assertThat(passed).hasToString("60 120 ");
    }

    @Test
    void whatIsGoneIsForgottenAndIsNewWhenItComesBack() {
        reducer.add(gauge("a", 1, 0));
        for (int window = 0; window < 12; window++)
            assertThat(reducer.endWindow(START)).isEmpty();

        assertThat(reducer.add(gauge("a", 1, 70))).hasSize(1);
    }

    @Test
    void metricsAreCounted() {
        for (int i = 0; i < 1000; i++)
            assertThat(reducer.add(gauge("m" + i, 1, 0))).hasSize(1);

        assertThat(reducer.add(gauge("one more", 1, 0))).isEmpty();
    }

    private static Reading gauge(String name, double value, int second) {
        return new Reading("gw1", name, value, "1", START.plusSeconds(second), false);
    }

    private static String text(List<Reading> readings) {
        return String.join(
                " ",
                readings.stream()
                        .map(reading -> reading.name() + "=" + reading.value())
                        .toList());
    }
}
