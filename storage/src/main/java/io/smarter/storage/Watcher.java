package io.smarter.storage;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one of our own readers of all changes has still to be told. Changes are put in by who never waits; when the queue
 * is full because its reader is too slow, the reader is cut off and starts again.
 */
public final class Watcher implements AutoCloseable {
    private static final int CAPACITY = 4096;

    /** Wakes a reader that waits for a change. */
    private static final Object END = new Object();

    private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>(CAPACITY);
    private final Consumer<Watcher> onClose;
    private volatile boolean cutOff;

    Watcher(Consumer<Watcher> onClose) {
        this.onClose = onClose;
    }

    void offer(Change change) {
        if (cutOff || queue.offer(change)) return;
        cutOff = true;
        queue.clear();
    }

    /** Lets it tell what it has, and no more. */
    void end() {
        cutOff = true;
        queue.offer(END);
    }

    /** The next change, or null when none came in time. */
    public @Nullable Change poll(Duration wait) throws InterruptedException {
        return queue.poll(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS) instanceof Change change ? change : null;
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether there is nothing more to come: changes were lost, and those before are told. */
    public boolean isOver() {
        return cutOff && queue.isEmpty();
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
