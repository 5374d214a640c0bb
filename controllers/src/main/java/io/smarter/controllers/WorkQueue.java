package io.smarter.controllers;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.smarter.client.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys of objects that need looking at. A key is worked on by one thread at a time; added meanwhile it is worked on once
 * more afterwards, and added often before its turn comes, once. Work that fails is repeated after a wait that grows.
 */
final class WorkQueue implements AutoCloseable {
    private static final Duration FIRST_RETRY = Duration.ofMillis(20);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final int FAILURES_BEFORE_WARNING = 5;

    private final System.Logger log = System.getLogger(WorkQueue.class.getPackageName());
    private final String name;
    private final Work work;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<String> ready = new ArrayDeque<>();
    private final Set<String> waiting = new HashSet<>();
    private final Set<String> running = new HashSet<>();
    private final Map<String, Long> due = new HashMap<>();
    private final Backoff backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** What is done about a key; looks at the state of now, and may be called without need. */
    @FunctionalInterface
    interface Work {
        /** The time after which the key needs another look, or null. */
        @Nullable
        Duration on(String key) throws Exception;
    }

    WorkQueue(String name, Work work) {
        this.name = name;
        this.work = work;
    }

    /** Begins to work; what was added before is done then. */
    void start(int workers) {
        for (int i = 0; i < workers; i++) threads.execute(this::run);
    }

    void add(String key) {
        lock.lock();
        try {
            if (!waiting.add(key) || running.contains(key)) return;
            ready.add(key);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Adds a key later; of several times for the same key the earliest counts. */
    void addAfter(String key, Duration wait) {
        if (!wait.isPositive()) {
            add(key);
            return;
        }
        long at = System.nanoTime() + wait.toNanos();
        lock.lock();
        try {
            var known = due.get(key);
            if (known != null && known - at <= 0) return;
            due.put(key, at);
        } finally {
            lock.unlock();
        }
        try {
            threads.execute(() -> sleepAndAdd(key, at, wait));
        } catch (RejectedExecutionException e) {
            log.log(DEBUG, "{0} is closed, {1} is left", name, key);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }

    private void sleepAndAdd(String key, long at, Duration wait) {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            return;
        }
        lock.lock();
        try {
            var known = due.get(key);
            if (known == null || known != at) return;
            due.remove(key);
        } finally {
            lock.unlock();
        }
        add(key);
    }

    private void run() {
        try {
            while (true) {
                var key = take();
                try {
                    attempt(key);
                } finally {
                    done(key);
                }
            }
        } catch (InterruptedException e) {
            log.log(DEBUG, "{0} ends", name);
        }
    }

    private void attempt(String key) throws InterruptedException {
        try {
            var again = work.on(key);
            backoff.succeeded(key);
            if (again != null) addAfter(key, again);
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) { // an Error too is that of one key, and must not end the worker
            if (Thread.interrupted()) throw new InterruptedException();
            var wait = backoff.failed(key);
            report(key, e);
            addAfter(key, wait);
        }
    }

    /** Races for the same object are everyday, so only what stays wrong is worth a warning. */
    private void report(String key, Throwable e) {
        boolean everyday = e instanceof ApiException api && api.conflict();
        boolean warns = !everyday && !(e instanceof IOException) || backoff.failures(key) == FAILURES_BEFORE_WARNING;
        var level = warns ? WARNING : DEBUG;
        log.log(level, "%s: %s failed, is tried again".formatted(name, key), e);
    }

    private String take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (ready.isEmpty()) changed.await();
            var key = ready.remove();
            waiting.remove(key);
            running.add(key);
            return key;
        } finally {
            lock.unlock();
        }
    }

    private void done(String key) {
        lock.lock();
        try {
            running.remove(key);
            if (!waiting.contains(key)) return;
            ready.add(key);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
