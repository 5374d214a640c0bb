package io.smarter.cri;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A subscription to what happens to containers; see {@link CriClient#events}. */
public final class EventStream implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Consumer<RuntimeEvent> listener;

    EventStream(Consumer<RuntimeEvent> listener) {
        this.listener = listener;
    }

    void run() throws InterruptedException {
        listener.accept(new RuntimeEvent.Subscribed());
        closed.await();
    }

    /** Ends the subscription; the listener is not called again once this has returned. */
    @Override
    public void close() {
        closed.countDown();
    }
}
