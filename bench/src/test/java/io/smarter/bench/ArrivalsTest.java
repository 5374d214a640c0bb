package io.smarter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final Arrivals<Integer> arrivals = new Arrivals<>();

    @Test
    void theFirstArrivalCounts() throws Exception {
        arrivals.expect("a");
        arrivals.arrive("b", 0);
        arrivals.arrive("a", 1);
        arrivals.arrive("a", 2);

        assertThat(arrivals.await("a", Duration.ofSeconds(1)).what()).isOne();
    }

    @Test
    void whatDoesNotComeIsNamed() {
        arrivals.expect("a");

        assertThatThrownBy(() -> arrivals.await("a", Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessage("a: did not come within 0 s");
    }

    @Test
    void aBrokenWatchFailsWhoWaitsAndWhoWillWait() {
        arrivals.expect("a");
        arrivals.fail(new IOException("connection lost"));
        arrivals.expect("b");

        for (var name : new String[] {"a", "b"})
            assertThatThrownBy(() -> arrivals.await(name, Duration.ofMinutes(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("connection lost");
    }
}
