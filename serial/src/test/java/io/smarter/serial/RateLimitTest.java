package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RateLimitTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void inTenSecondsTenSecondsWorthPasses() {
        for (long rate : new long[] {1, 3, 100, 9_600, 1_000_000}) {
            var limit = new RateLimit(rate, 0);
            long passed = 0;
            long now = 0;
            while (now < 10 * SECOND) {
                int some = Math.min(500, limit.allowed(now));
                limit.take(some);
                passed += some;
                if (some == 0) now += Math.max(1, limit.pause());
            }
            assertThat(passed).as("at %s", rate).isBetween(rate * 10 - 1, rate * 10 + rate / 2 + 1);
        }
    }

    @Test
    void withoutALimitThereIsNoPause() {
        var limit = new RateLimit(0, 0);
        limit.take(1_000_000);
        assertThat(limit.allowed(0)).isEqualTo(Integer.MAX_VALUE);
        assertThat(limit.pause()).isZero();
    }
}
