package io.smarter.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes that wait for the writer. Everything that was put before it closed comes out.
 *
 * <p>Whose write was done comes back with the next one in a moment. A writer that took the first of them at once would
 * sync for it alone, while all others wait for a whole sync more; so it gives them that moment, unless the last batch
 * shows that writers come one at a time.
 */
final class Mailbox {
    private static final int MAX_WRITES = 1_024;
    private static final long MAX_BYTES = 8L << 20;
    private static final long MOMENT = 500_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Write> waiting = new ArrayDeque<>();
    private int enough = 1;
    private int lastTaken;
    private boolean woken;
    private boolean closed;

    /** Puts one write, or says false once closed. */
    boolean put(Write write) {
        lock.lock();
        try {
            if (closed) return false;
            waiting.add(write);
            if (waiting.size() >= enough) changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether writers come one at a time, and none waits. */
    boolean isQuiet() {
        lock.lock();
        try {
            return waiting.isEmpty() && lastTaken <= 1 && !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Lets who waits in {@link #take} go on. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for writes and takes what there is, at most one transaction's worth; nothing when woken, or closed and empty. */
    List<Write> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed && !woken) changed.awaitUninterruptibly();
            woken = false;
            if (waiting.isEmpty()) return List.of();
            gather(lastTaken / 2);
            var taken = new ArrayList<Write>(Math.min(waiting.size(), MAX_WRITES));
            for (long bytes = 0; !waiting.isEmpty() && taken.size() < MAX_WRITES && bytes < MAX_BYTES; ) {
                var write = waiting.remove();
                bytes += write.weight();
                taken.add(write);
            }
            lastTaken = taken.size();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void gather(int wanted) {
        enough = Math.max(1, wanted);
        try {
            long left = MOMENT;
            while (waiting.size() < wanted && !closed && left > 0) left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts the writer; if so, it just does not wait
        } finally {
            enough = 1;
        }
    }

    /** Whether nothing will come out any more. */
    boolean isDone() {
        lock.lock();
        try {
            return closed && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
