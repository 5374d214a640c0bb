package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what is to become true. */
final class Until {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Until() {}

    static void isTrue(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean is = condition.call();
        while (!is && System.nanoTime() < deadline) {
            Thread.sleep(5);
            is = condition.call();
        }
        assertThat(is).isTrue();
    }
}
