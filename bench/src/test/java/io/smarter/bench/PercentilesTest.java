package io.smarter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PercentilesTest {
    static Stream<Arguments> cases() {
        return Stream.of(
                argumentSet("none", 0, 0, 0, 0),
                argumentSet("one", 1, 1, 1, 1),
                argumentSet("two", 2, 1, 2, 2),
                argumentSet("twenty", 20, 10, 18, 20),
                argumentSet("a hundred", 100, 50, 90, 99));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theNearestRankCounts(long count, long p50, long p90, long p99) {
        var durations = LongStream.rangeClosed(1, count)
                .map(n -> count + 1 - n)
                .mapToObj(Duration::ofMillis)
                .toList();

        assertThat(Percentiles.of(durations))
                .isEqualTo(new Percentiles(Duration.ofMillis(p50), Duration.ofMillis(p90), Duration.ofMillis(p99)));
    }
}
