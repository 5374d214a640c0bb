package io.smarter.store;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a condition, up to a time that only a failure needs. */
final class Await {
    private Await() {}

    static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("the condition did not come true in 20 s");
            Thread.sleep(1);
        }
    }
}
