package io.smarter.storage;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one watch has still to be told. Changes are put in by who never waits; when the queue is full because its reader is
 * too slow, the watcher is cut off. Its client starts again where it stood; one that has a subscription of its own, and so
 * may be told a long past at once, keeps what it has, and is continued from there.
 */
public final class Watcher implements AutoCloseable {
    private static final int CAPACITY = 4096;

    /** Wakes a reader that waits for a change. */
    private static final Object END = new Object();

    private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>(CAPACITY);
    private final long after;
    private volatile long last;
    private volatile boolean cutOff;
    private volatile boolean ended;
    private volatile boolean shared = true;
    private volatile Runnable onClose = () -> {};

    /** @param after only changes of later revisions are told */
    Watcher(long after) {
        this.after = after;
        this.last = after;
    }

    void offer(Change change) {
        if (change.revision() <= after || cutOff) return;
        if (queue.offer(change)) {
            last = change.revision();
            return;
        }
        cutOff = true;
        if (shared) queue.clear();
    }

    /** Lets it tell what it has, and no more. */
    void end() {
        ended = true;
        cutOff = true;
        queue.offer(END);
    }

    /** Whether nothing will ever come again. */
    public boolean hasEnded() {
        return ended;
    }

    /** The next change, or null when none came in time. */
    public @Nullable Change poll(Duration wait) throws InterruptedException {
        return queue.poll(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS) instanceof Change change ? change : null;
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether changes were lost. */
    public boolean isCutOff() {
        return cutOff;
    }

    /** Whether there is nothing more to come: changes were lost, and those before are told. */
    public boolean isOver() {
        return cutOff && queue.isEmpty();
    }

    /** The revision up to which nothing was lost. */
    public long last() {
        return last;
    }

    /** Says that the changes do not come from the hub, so that its revision tells nothing about them. */
    void ownSubscription() {
        shared = false;
    }

    public boolean isShared() {
        return shared;
    }

    void onClose(Runnable action) {
        onClose = action;
    }

    @Override
    public void close() {
        onClose.run();
    }
}
