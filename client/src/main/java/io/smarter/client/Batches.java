package io.smarter.client;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * Collects what is to be told late and together, by a thread of its own: of the first thing a while later, with all that
 * came since. Holds so many things and drops the oldest when there are more. Adding never blocks; safe for use by many
 * threads.
 */
public final class Batches<T> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.client");

    private final BlockingQueue<T> queue;
    private final Duration late;
    private final Consumer<List<T>> teller;
    private final Thread thread;

    /**
     * Begins to wait for things.
     *
     * @param teller is given at least one thing, the oldest first; what it throws is logged
     */
    public Batches(String name, int capacity, Duration late, Consumer<List<T>> teller) {
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.late = late;
        this.teller = teller;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    public void add(T thing) {
        while (!queue.offer(thing)) queue.poll();
    }

    /** Ends; what was not told yet is forgotten. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                var batch = new ArrayList<T>();
                batch.add(queue.take());
                Thread.sleep(late);
                queue.drainTo(batch);
                tell(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(List<T> batch) {
        try {
            teller.accept(batch);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, Thread.currentThread().getName() + ": not told", e);
        }
    }
}
