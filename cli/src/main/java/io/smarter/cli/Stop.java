package io.smarter.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and SIGINT into an orderly end of a program in the foreground. Opened before what the program runs and
 * so closed after it: until then, for ten seconds more than its work takes at most, the virtual machine is held.
 */
final class Stop implements AutoCloseable {
    private static final Duration USUAL = Duration.ofSeconds(10);

    private final Duration patience;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    private volatile int status;

    private Stop(Duration patience) {
        this.patience = patience;
    }

    static Stop onSignal() {
        return onSignal(Duration.ZERO);
    }

    /** For a program that has work to do at its end which takes that long. */
    static Stop onSignal(Duration work) {
        var stop = new Stop(USUAL.plus(work));
        Runtime.getRuntime().addShutdownHook(new Thread(stop::hold));
        return stop;
    }

    /** Has the process end with a status, in time even if something hangs; one that ends already takes its own time. */
    void ask(int status) {
        if (asked.getCount() == 0) return;
        this.status = status;
        Thread.ofPlatform().daemon().name("deadline").start(() -> {
            try {
                if (!done.await(USUAL.toMillis(), TimeUnit.MILLISECONDS))
                    Runtime.getRuntime().halt(status);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        asked.countDown();
    }

    /** The status with which the process is to end. */
    int status() {
        return status;
    }

    void hold() {
        asked.countDown();
        try {
            if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS))
                System.err.println("smarter: not everything was closed in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the process is told to end. */
    void await() throws InterruptedException {
        asked.await();
    }

    @Override
    public void close() {
        done.countDown();
    }
}
