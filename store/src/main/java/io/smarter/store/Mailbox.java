package io.smarter.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Writes that wait for the writer. Everything that was put before it closed comes out. */
final class Mailbox {
    private static final int MAX_WRITES = 1_024;
    private static final long MAX_BYTES = 8L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Write> waiting = new ArrayDeque<>();
    private boolean closed;

    /** Puts one write, or says false once closed. */
    boolean put(Write write) {
        lock.lock();
        try {
            if (closed) return false;
            waiting.add(write);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for writes and takes what there is, at most one transaction's worth; nothing once closed and empty. */
    List<Write> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) changed.awaitUninterruptibly();
            var taken = new ArrayList<Write>(Math.min(waiting.size(), MAX_WRITES));
            for (long bytes = 0; !waiting.isEmpty() && taken.size() < MAX_WRITES && bytes < MAX_BYTES; ) {
                var write = waiting.remove();
                bytes += write.weight();
                taken.add(write);
            }
            return taken;
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
