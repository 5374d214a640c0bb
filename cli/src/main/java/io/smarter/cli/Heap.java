package io.smarter.cli;

import java.time.Duration;

/**
 * Keeps the heap near what lives in it. The serial collector takes all the memory that it may before it collects the
 * old generation; here that is done when as much garbage may have gathered as there is life. Collecting takes some two
 * milliseconds for each MiB that lives, so that large heaps are left to the collector.
 */
final class Heap implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);
    private static final long LARGE = 200L << 20;
    private static final long SLACK = 6L << 20;

    private final Thread thread = Thread.ofVirtual().name("heap").unstarted(this::tend);

    private Heap() {}

    static Heap tended() {
        var heap = new Heap();
        heap.thread.start();
        return heap;
    }

    private void tend() {
        long live = 0;
        try {
            while (true) {
                Thread.sleep(BETWEEN_LOOKS);
                long used = used();
                if (used < 2 * live + SLACK || live > LARGE) continue;
                System.gc();
                live = used();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
