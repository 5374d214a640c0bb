package io.smarter.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smarter.resources.ImageGarbage.Image;
import io.smarter.resources.ImageGarbage.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageGarbageTest {
    private static final Instant START = Instant.parse("2026-11-24T05:00:00Z");
    private static final Instant LATER = START.plusSeconds(3600);
    private static final Duration YOUNG = Duration.ofMinutes(2);
    private static final Image OLD = new Image("old", 100, false);
    private static final Image LATELY_USED = new Image("lately used", 100, false);
    private static final Image USED = new Image("used", 100, false);
    private static final Image KEPT = new Image("kept", 100, true);
    private static final List<Image> ALL = List.of(USED, LATELY_USED, KEPT, OLD);

    private final ImageGarbage garbage = new ImageGarbage();

    @Test
    void whatWasNotUsedForLongestGoesFirstAndNoMoreThanIsNeeded() {
        garbage.look(ALL, Set.of("used", "lately used"), START);
        garbage.look(ALL, Set.of("used"), LATER);
        assertThat(garbage.toDelete(ALL, 1, YOUNG, LATER)).containsExactly(OLD);
        assertThat(garbage.toDelete(ALL, 101, YOUNG, LATER)).containsExactly(OLD, LATELY_USED);
        assertThat(garbage.toDelete(ALL, Long.MAX_VALUE, YOUNG, LATER)).containsExactly(OLD, LATELY_USED);
        assertThat(garbage.toDelete(ALL, 0, YOUNG, LATER)).isEmpty();
    }

    @Test
    void whatCameJustNowStays() {
        garbage.look(ALL, Set.of(), START);
        assertThat(garbage.toDelete(List.of(OLD), 1, YOUNG, START.plusSeconds(119)))
                .isEmpty();
        assertThat(garbage.toDelete(List.of(OLD), 1, YOUNG, START.plusSeconds(120)))
                .containsExactly(OLD);
    }

    @Test
    void whatWentAndCameAgainIsNew() {
        garbage.look(ALL, Set.of(), START);
        garbage.look(List.of(), Set.of(), START.plusSeconds(10));
        garbage.look(ALL, Set.of(), LATER);
        assertThat(garbage.toDelete(ALL, 1, YOUNG, LATER.plusSeconds(1))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1000, 151, 0", "1000, 150, 50", "1000, 0, 200", "0, 0, 0"})
    void aDiskAboveItsThresholdIsFreedDownToTheLowerOne(long capacity, long available, long excess) {
        assertThat(Settings.USUAL.excess(capacity, available)).isEqualTo(excess);
    }

    @Test
    void theThresholdsAreInOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Settings(70, 80, YOUNG))
                .withMessage("image thresholds: must be 0 <= low <= high <= 100, were 80 and 70");
    }
}
