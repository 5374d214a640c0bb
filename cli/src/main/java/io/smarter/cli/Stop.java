package io.smarter.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and SIGINT into an orderly end of a program in the foreground. Opened before what the program runs and
 * so closed after it: until then, for ten seconds at most, the virtual machine is held.
 */
final class Stop implements AutoCloseable {
    private static final int SECONDS = 10;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    private Stop() {}

    static Stop onSignal() {
        var stop = new Stop();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::hold));
        return stop;
    }

    private void hold() {
        asked.countDown();
        try {
            if (!done.await(SECONDS, TimeUnit.SECONDS))
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
