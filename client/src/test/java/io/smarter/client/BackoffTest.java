package io.smarter.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void waitsDoubleToALimitAndAreShortAgainWhenSomethingWorked() {
        var backoff = new Backoff(1000);
        for (long longest : new long[] {200, 400, 800, 1000, 1000})
            assertThat(backoff.nextMillis()).isBetween(longest / 2, longest);
        backoff.reset();
        assertThat(backoff.nextMillis()).isBetween(100L, 200L);
    }

    @Test
    void aFleetDoesNotReturnInStep() {
        var waits = new HashSet<Long>();
        for (int gateway = 0; gateway < 100; gateway++) waits.add(new Backoff(1000).nextMillis());
        assertThat(waits).hasSizeGreaterThan(10);
    }
}
