package io.smarter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Retention retention = new Retention(StoreOptions.DEFAULT.withKeep(Duration.ofMinutes(5), 100));

    @Test
    void nothingIsForgottenBeforeItsTime() {
        retention.mark(0, 5_000);
        assertThat(retention.forgettable(299 * SECOND, 9_000)).isZero();
        assertThat(retention.forgettable(300 * SECOND, 9_000)).isEqualTo(5_000);
    }

    @Test
    void theNewestMarkThatIsOldEnoughCounts() {
        for (int i = 0; i <= 40; i++) retention.mark(i * 10L * SECOND, 1_000 + i);
        assertThat(retention.forgettable(400 * SECOND, 9_000)).isEqualTo(1_010);
        assertThat(retention.forgettable(405 * SECOND, 9_000)).isEqualTo(1_010);
        assertThat(retention.forgettable(10_000 * SECOND, 9_000)).isEqualTo(1_040);
    }

    @Test
    void theNewestRevisionsStay() {
        retention.mark(0, 950);
        assertThat(retention.forgettable(400 * SECOND, 1_000)).isEqualTo(900);
        assertThat(retention.forgettable(400 * SECOND, 50)).isZero();
    }
}
