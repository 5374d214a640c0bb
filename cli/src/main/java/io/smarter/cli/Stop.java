package io.smarter.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns SIGTERM and SIGINT into an orderly end of the program in the foreground. */
final class Stop {
    private static final int SECONDS = 10;

    private Stop() {}

    /**
     * Opens the latch when the process is told to end, and holds the virtual machine until the main thread has closed
     * what it runs, for ten seconds at most.
     */
    static void onSignal(CountDownLatch stopped) {
        var main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopped.countDown();
            try {
                main.join(TimeUnit.SECONDS.toMillis(SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
