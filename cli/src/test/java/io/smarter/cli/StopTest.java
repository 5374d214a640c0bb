package io.smarter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StopTest {
    @Test
    void anUpgradeDoesNotCutOffTheWorkOfAnEndThatHasBegun() throws Exception {
        Thread signal;
        try (var stop = Stop.onSignal(Duration.ofMinutes(1))) {
            signal = Thread.ofPlatform().start(stop::hold);
            stop.await();
            stop.ask(75);
            assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                    .doesNotContain("deadline");
            assertThat(stop.status()).isZero();
        }
        signal.join();
    }
}
