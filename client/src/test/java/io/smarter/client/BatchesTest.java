package io.smarter.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BatchesTest {
    private final LinkedBlockingQueue<List<Integer>> told = new LinkedBlockingQueue<>();

    @Test
    void theOldestOfTooManyAreDropped() throws Exception {
        var begun = new CountDownLatch(1);
        var more = new CountDownLatch(1);
        try (var batches = new Batches<Integer>("test", 3, Duration.ZERO, batch -> {
            begun.countDown();
            await(more);
            told.add(batch);
        })) {
            batches.add(0);
            begun.await();
            for (int i = 1; i <= 5; i++) batches.add(i);
            more.countDown();
            assertThat(next()).containsExactly(0);
            assertThat(next()).startsWith(3).endsWith(5);
        }
    }

    @Test
    void aFailureIsNotTheEnd() throws Exception {
        try (var batches = new Batches<Integer>("test", 3, Duration.ZERO, batch -> {
            told.add(batch);
            if (batch.contains(1)) throw new IllegalStateException("on purpose");
        })) {
            batches.add(1);
            assertThat(next()).containsExactly(1);
            batches.add(2);
            assertThat(next()).containsExactly(2);
        }
    }

    private List<Integer> next() throws InterruptedException {
        var batch = told.poll(20, TimeUnit.SECONDS);
        return batch == null ? List.of() : batch;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
