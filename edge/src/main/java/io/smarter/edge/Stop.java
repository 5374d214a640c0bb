package io.smarter.edge;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns SIGTERM and SIGINT, and the failure of a part, into an orderly end. Until it is closed, for less time than a pod has to end,
 * the virtual machine is held.
 */
final class Stop implements AutoCloseable {
    private static final int SECONDS = 25;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable IOException failure;

    static Stop onSignal() {
        var stop = new Stop();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::hold));
        return stop;
    }

    /** Tells that it can't go on. */
    void failed(IOException why) {
        failure = why;
        asked.countDown();
    }

    /** @throws IOException why it can't go on */
    void await() throws IOException, InterruptedException {
        asked.await();
        var why = failure;
        if (why != null) throw why;
    }

    void hold() {
        asked.countDown();
        try {
            if (!done.await(SECONDS, TimeUnit.SECONDS)) System.err.println("not everything was closed in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
    }
}
