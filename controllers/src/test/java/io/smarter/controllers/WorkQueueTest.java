package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkQueueTest {
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @Test
    void aKeyAddedOftenIsWorkedOnOnce() throws Exception {
        try (var queue = queue(key -> {
            done.add(key);
            return null;
        })) {
            for (int i = 0; i < 5; i++) queue.add("a");
            queue.add("b");
            queue.start(1);
            assertThat(done.take()).isEqualTo("a");
            assertThat(done.take()).isEqualTo("b");
            queue.add("c");
            assertThat(done.take()).isEqualTo("c");
        }
    }

    @Test
    void aKeyIsWorkedOnByOneThreadAtATime() throws Exception {
        var running = new AtomicInteger();
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var queue = queue(_ -> {
            done.add("running " + running.incrementAndGet());
            entered.countDown();
            go.await();
            running.decrementAndGet();
            return null;
        })) {
            queue.start(3);
            queue.add("a");
            entered.await();
            queue.add("a");
            queue.add("a");
            go.countDown();
            assertThat(done.take()).isEqualTo("running 1");
            assertThat(done.take()).isEqualTo("running 1");
            assertThat(done.poll(50, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void whatFailsIsTriedAgain() throws Exception {
        var attempts = new AtomicInteger();
        try (var queue = queue(key -> {
            if (attempts.incrementAndGet() < 4) throw new IOException("not yet");
            done.add(key);
            return null;
        })) {
            queue.start(1);
            queue.add("a");
            assertThat(done.take()).isEqualTo("a");
            assertThat(attempts).hasValue(4);
        }
    }

    @Test
    void workMayAskForAnotherLook() throws Exception {
        var times = new AtomicInteger();
        try (var queue = queue(key -> {
            done.add(key + times.incrementAndGet());
            return times.get() < 3 ? Duration.ofMillis(5) : null;
        })) {
            queue.start(1);
            queue.add("a");
            assertThat(done.take()).isEqualTo("a1");
            assertThat(done.take()).isEqualTo("a2");
            assertThat(done.take()).isEqualTo("a3");
        }
    }

    @Test
    void waitsGrowUpToALimit() {
        var backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));
        assertThat(backoff.failed("a")).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.failed("a")).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.failed("a")).isEqualTo(Duration.ofSeconds(4));
        for (int i = 0; i < 100; i++) assertThat(backoff.failed("a")).isEqualTo(Duration.ofSeconds(5));
        assertThat(backoff.failed("b")).isEqualTo(Duration.ofSeconds(1));
        backoff.succeeded("a");
        assertThat(backoff.failed("a")).isEqualTo(Duration.ofSeconds(1));
    }

    private static WorkQueue queue(WorkQueue.Work work) {
        return new WorkQueue("test", work);
    }
}
