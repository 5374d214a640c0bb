package io.smarter.storage;

import static java.lang.System.Logger.Level.WARNING;

import java.util.concurrent.Semaphore;

/**
 * Work that is done once at the start, and again after every change, on a thread of its own: changes that come while it is
 * done are worth one more time.
 */
public final class Rerun implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.storage");

    private final String name;
    private final Work work;
    private final Semaphore changes = new Semaphore(1);
    private final Thread thread;

    /** What is done; it looks at everything anew each time. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    public Rerun(String name, Work work) {
        this.name = name;
        this.work = work;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public void changed() {
        changes.release();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                attempt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() throws InterruptedException {
        try {
            work.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (Thread.currentThread().isInterrupted()) throw new InterruptedException(e.getMessage());
            LOG.log(WARNING, name + " failed", e);
        }
    }
}
